"""The months between two annual lists of the synthetic population."""

from __future__ import annotations

from collections.abc import Sequence

from .population import NEAR_POOR, NEWCOMER_KINDS, POOR, Movement, SyntheticHousehold, monthly_movements


def after_month(
    population: Sequence[SyntheticHousehold], movements: Sequence[Movement]
) -> list[SyntheticHousehold]:
    """The poor and near-poor households once the month's movements are done, in their former order."""
    moved = {movement.household.key: movement for movement in movements}
    stayed = [
        after
        for household in population
        if (after := moved[household.key].after if household.key in moved else household) is not None
        and after.poverty_class in (POOR, NEAR_POOR)
    ]
    arrived = [m.after or m.household for m in movements if m.kind in NEWCOMER_KINDS]
    return [*stayed, *arrived]


def after_months(
    population: Sequence[SyntheticHousehold], months: Sequence[str], *, seed: int
) -> list[SyntheticHousehold]:
    """The population after several months ("2023-01"), one after the other."""
    households = list(population)
    for month in months:
        households = after_month(households, monthly_movements(households, month, seed))
    return households
