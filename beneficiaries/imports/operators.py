"""The lines of an operator's monthly update (Đắk Nông's plan, task II.5): begun, stopped or changed."""

from __future__ import annotations

from .kinds import change_of, service_of
from .layouts import Group
from .people import HouseholdReader
from .records import SubscriptionRecord


def _name_column(reader: HouseholdReader) -> str:
    return "subscriber_name" if "subscriber_name" in reader.columns else "head_name"


def read_subscription(reader: HouseholdReader, group: Group, title: str) -> SubscriptionRecord:
    """One line; what its cells do not say clearly is left empty, with its problem at the cell.

    Without a column for the change the sheet's title or name (``title``) says it for all lines.
    """
    number, values = group.rows[0]
    reader.group_row = number
    table = reader.frame.table
    person = reader.person(number, values, _name_column(reader))
    said = reader.carried(group, "movement") or ""
    change = change_of(said or title)
    if not change:
        reader.report(number, table.letter("movement"), "unknown_change", said, number)
    service_text = reader.carried(group, "service") or ""
    service = service_of(service_text)
    if service_text and not service:
        reader.report(number, table.letter("service"), "unknown_service", service_text, number)
    return SubscriptionRecord(
        reader.frame.sheet,
        number,
        change,
        national_id=person.national_id,
        subscriber=reader.carried(group, "subscriber") or "",
        head_name=person.name,
        service=service,
        level=reader.carried(group, "support_level"),
        on=reader.carried(group, "starts_on"),
        reason=reader.carried(group, "note") or "",
    )
