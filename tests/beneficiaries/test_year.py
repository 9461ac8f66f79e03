"""An annual list and a year of months: the register equals what the truth about the files says by hand.

The files are the project's own generator's; the truth beside them is never read by the program.
"""

import json
from calendar import monthrange
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files import File

from beneficiaries import workflow
from beneficiaries.models import Household, ListBatch, Movement, PovertySpell
from smartphone_support.demo.population import make_population, monthly_movements
from smartphone_support.demo.workbooks import write_monthly, write_national
from smartphone_support.web.errors import Refusal

pytestmark = pytest.mark.django_db
SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"
EXITED = {"exited_poor": "not_poor", "exited_near_poor": "not_poor"}
MONTHS = [f"2024-{number:02}" for number in range(1, 13)]
SIZE, SEED = 260, 7
AFTER = {
    "new_poor": "poor", "relapsed_poor": "poor", "near_to_poor": "poor", "poor_to_near": "near_poor",
    "exited_poor": "not_poor", "exited_near_poor": "not_poor", "moved_in": "poor", "moved_out": None,
    "deceased": None,
}  # fmt: skip


def last_day(month):
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])


class Year:
    """The register's year, done by Huế's officer, and the same year by hand."""

    def __init__(self, desk, folder):
        self.desk, self.folder = desk, folder
        self.officer = desk.cast("hue-dolisa")
        self.keys: dict[int, str] = {}
        self.classes: dict[str, str | None] = {}
        self.by_month: dict[str, dict[str, str | None]] = {}

    def upload(self, path, kind, month) -> ListBatch:
        with Path(path).open("rb") as file:
            batch = workflow.upload_list(
                File(file, name=Path(path).name), kind=kind, period=last_day(month).replace(day=1),
                effective_on=last_day(month), province=self.officer.province, actor=self.officer,
            )  # fmt: skip
        batch = self.desk.work(batch)
        assert batch.state == "awaiting_confirmation", batch.failure or batch.questions
        return batch

    def write(self, path, kind, month) -> ListBatch:
        batch = self.desk.confirm(self.upload(path, kind, month), reason="x")
        assert batch.state == "applied", batch.failure or batch.notice
        return batch

    def name(self, batch, lines):
        """Whose household each row of a batch is, by the truth's key."""
        rows = {(row.sheet, row.row): row for row in batch.rows.all()}
        for one in lines:
            row = rows[one["sheet"], one["row"]]
            if row.household_id is not None:
                assert self.keys.setdefault(row.household_id, one["key"]) == one["key"]
        return rows

    def register_on(self, day):
        found = Household.objects.standing().as_of(day).values_list("pk", "class_as_of")
        return {self.keys[pk]: poverty_class for pk, poverty_class in found}

    def begin(self, households, truth, path):
        batch = self.write(path, "annual", "2023-12")
        self.name(batch, truth["households"])
        self.classes = {household.key: household.poverty_class for household in households}

    def follow(self, month, truth, path):
        batch = self.write(path, "monthly", month)
        self.name(batch, truth["changes"])
        self.by_hand(month, truth)
        return batch

    def by_hand(self, month, truth):
        for change in truth["changes"]:
            if change["kind"] in AFTER:
                self.classes[change["key"]] = AFTER[change["kind"]]
        self.by_month[month] = dict(self.classes)


def one_month_on(population, movements):
    """The population after a month's movements."""
    changed = {movement.household.key: movement.after for movement in movements}
    stayed = [changed.pop(household.key, household) for household in population]
    return [household for household in [*stayed, *changed.values()] if household is not None]


@pytest.fixture
def year(desk, tmp_path):
    """The register at the end of 2023, and the files of twelve months."""
    population = make_population("46", year=2023, size=SIZE, seed=SEED)
    year = Year(desk, tmp_path)
    path = tmp_path / "annual.xlsx"
    year.begin(population, write_national(path, population, seed=SEED, clean=True), path)
    files = {}
    for month in MONTHS:
        movements = monthly_movements(population, month, SEED)
        path = tmp_path / f"{month}.xlsx"
        files[month] = path, write_monthly(path, movements, month=month, seed=SEED, clean=True)
        population = one_month_on(population, movements)
    return year, files


def test_a_year_of_months_is_the_register_computed_by_hand(year):
    year, files = year
    assert set(year.register_on(last_day("2023-12")).values()) == {"poor", "near_poor"}
    for month, (path, truth) in files.items():
        batch = year.follow(month, truth, path)
        assert not batch.counts["errors"], [str(problem) for problem in batch.problems.all()]
        assert (batch.counts["ambiguous"], batch.counts["blocked"], batch.counts["gone"]) == (0, 0, 0)
        assert not [row for row in batch.balance if row["off"]]
    for month, classes in year.by_month.items():
        # Before a household's first list its class is not known.
        found = {key: value for key, value in year.register_on(last_day(month)).items() if value}
        assert found == {key: value for key, value in classes.items() if value}, month
    told = Movement.objects.filter(source__kind="monthly").count()
    assert told == sum(len(truth["changes"]) for _path, truth in files.values())


def test_out_of_order_twice_and_taken_back(year):
    year, files = year
    months = MONTHS[:3]
    for month in months:
        year.follow(month, files[month][1], files[month][0])
    with pytest.raises(Refusal, match="one of 02/2024 is older"):
        year.upload(files["2024-02"][0], "monthly", "2024-02")
    spells = list(PovertySpell.objects.values())
    again = year.write(files["2024-03"][0], "monthly", "2024-03")
    assert again.counts["unchanged"] == sum(again.counts[name] for name in ("households",))
    assert list(PovertySpell.objects.values()) == spells
    facts = year.register_on(last_day("2024-03"))
    for batch in ListBatch.objects.filter(kind="monthly").order_by("-applied_at")[:2]:
        reverted = year.desk.work(workflow.revert_batch(batch, actor=year.officer, reason="x"))
        assert reverted.state == "reverted", reverted.notice
    assert {k: v for k, v in year.register_on(last_day("2024-03")).items() if v} == {
        key: value for key, value in year.by_month["2024-02"].items() if value
    }
    redone = year.write(files["2024-03"][0], "monthly", "2024-03")
    year.name(redone, files["2024-03"][1]["changes"])
    assert {k: v for k, v in year.register_on(last_day("2024-03")).items() if v} == {
        key: value for key, value in facts.items() if value
    }


def test_the_sample_month_after_the_sample_year(desk, tmp_path):
    """Workbooks made elsewhere, with their noise: a person who knows the truth decides what is doubtful."""
    annual, monthly = SAMPLES / "46-annual-2023-national.xlsx", SAMPLES / "46-monthly-2024-02.xlsx"
    if not monthly.exists():
        pytest.skip("the sample workbooks are not here")
    truths = [json.loads(path.with_suffix(".truth.json").read_text()) for path in (annual, monthly)]
    year = Year(desk, tmp_path)
    batch = year.write(annual, "annual", "2023-12")
    year.name(batch, truths[0]["households"])
    known = set(year.keys.values())
    stated = {one["key"]: one["poverty_class"] for one in truths[0]["households"] if one["key"] in known}
    year.classes = {key: EXITED.get(poverty_class, poverty_class) for key, poverty_class in stated.items()}
    assert year.register_on(last_day("2023-12")) == year.classes

    batch = year.upload(monthly, "monthly", "2024-02")
    rows = {(row.sheet, row.row): row for row in batch.rows.all()}
    pks = {key: pk for pk, key in year.keys.items()}
    for change in truths[1]["changes"]:
        row, pk = rows[change["sheet"], change["row"]], pks.get(change["key"])
        if row.outcome == "ambiguous":
            decision = "same" if pk else "new"
            workflow.decide_row(row, decision=decision, household_id=pk, actor=year.officer)
        elif row.outcome in ("changed", "unchanged"):
            assert row.household_id == pk, change
        else:
            assert (row.outcome, pk) == ("new", None), change
    batch = desk.confirm(batch)
    assert batch.state == "applied"
    year.name(batch, truths[1]["changes"])
    year.by_hand("2024-02", truths[1])
    found = {key: value for key, value in year.register_on(last_day("2024-02")).items() if value}
    assert found == {key: value for key, value in year.by_month["2024-02"].items() if value}
