"""Operators' samples against their truth: every change right, every bad number flagged; again nothing.

The shared sample, and one made as `manage.py make_workbooks` makes it.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from beneficiaries.models import Household, PovertySpell, ServiceLevel, ServiceSubscription, SubscriptionSpell
from beneficiaries.services.reading import read_operator_file
from smartphone_support.areas.models import AdministrativeArea, AreaDesignation
from smartphone_support.demo.samples import write_operator_sample
from smartphone_support.demo.story import next_year_of
from tests.beneficiaries.test_reading_samples import SAMPLES

NAME = "46-operator-viettel-2024-03"
FORMER = date(2024, 1, 10)
#: Households of the register the made sample is of: about a third are Viettel's.
HOUSEHOLDS = 400

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Sample:
    """A file and what it says: `changes` a line each, `problems` a cell each."""

    path: Path
    truth: dict[str, Any]

    @property
    def changes(self):
        return self.truth["changes"]

    def upload(self):
        return SimpleUploadedFile(self.path.name, self.path.read_bytes())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("samples") / "46-viettel-2024-03.xlsx"
    people = list(next_year_of("46", HOUSEHOLDS).households)
    return Sample(path, write_operator_sample(path, people, "2024-03"))


@pytest.fixture(params=["shared", "made"])
def sample(request):
    if request.param == "made":
        return request.getfixturevalue("made")
    if not SAMPLES.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    truth = json.loads((SAMPLES / f"{NAME}.truth.json").read_text(encoding="utf-8"))
    return Sample(SAMPLES / f"{NAME}.xlsx", truth)


def build_register(province, changes):
    """The sample's households, all poor since 2023 in a commune that may choose; those whose line stops or
    changes are supported since January, at a former level where the level is what changes."""
    commune = AdministrativeArea.objects.as_of(date(2024, 3, 1)).communes_of(province).first()
    AreaDesignation.objects.create(area=commune, kind="difficult", citation="QĐ", valid_from=date(2023, 1, 1))
    lines = [line for line in changes if line["national_id"]]
    homes = [
        Household(
            province=province, district=commune.parent, commune=commune, head_name=f"Chủ hộ {line['row']}",
            head_name_folded="chu ho", head_name_key="chu ho", national_id=line["national_id"],
        )
        for line in lines
    ]  # fmt: skip
    Household.objects.bulk_create(homes)
    PovertySpell.objects.bulk_create(
        [PovertySpell(household=home, poverty_class="poor", valid_from=date(2023, 1, 1)) for home in homes]
    )
    return list(zip(lines, homes, strict=True))


def support(pairs, operator, actor):
    for service, amount in (("mobile", 50_000), ("fixed", 100_000)):
        ServiceLevel.objects.create(
            province=operator.province, service=service, amount=amount, valid_from=date(2024, 1, 1),
            valid_to=date(2024, 2, 29), citation="QĐ cũ",
        )  # fmt: skip
    former = {"mobile": 50_000, "fixed": 100_000}
    for line, home in pairs:
        if line["change"] == "new":
            continue
        level = former[line["service"]] if line["change"] == "level_changed" else line["level"]
        held = ServiceSubscription.objects.create(
            household=home, operator=operator, service=line["service"], level=level, started_on=FORMER
        )
        SubscriptionSpell.objects.create(
            subscription=held, state="active", level=level, valid_from=FORMER, recorded_by=actor,
            recorded_at=timezone.now(),
        )  # fmt: skip


def test_it_reads_back_as_it_was_written(counter, sample):
    """Every line's every field, and every problem at its cell; nothing besides."""
    province = counter.cast("hue-viettel").organisation.province
    read = read_operator_file(sample.path, province, name=sample.path.name)
    found, problems = {}, defaultdict(set)
    for line in read.lines:
        record = line.record
        found[record.row] = {
            "row": record.row, "change": record.change, "national_id": record.national_id or None,
            "subscriber": record.subscriber, "service": record.service, "level": record.level,
            "date": record.on.isoformat() if record.on else None, "reason": record.reason,
        }  # fmt: skip
        for reason in line.found:
            problems[record.row].add((reason.code, reason.field))
    for expected in sample.changes:
        told = expected | {"national_id": expected["national_id"] or None}
        known = found[expected["row"]]
        assert {name: known[name] for name in known if name in told} == {
            name: told[name] for name in known if name in told
        }
    assert len(found) == len(read.lines) == len(sample.changes)
    expected_problems = defaultdict(set)
    for problem in sample.truth["problems"]:
        assert problem["column"] == "C"
        expected_problems[problem["row"]].add((problem["code"], "national_id"))
    assert problems == expected_problems


def test_it_is_written_as_its_truth_says_and_once(counter, sample):
    actor = counter.cast("hue-viettel")
    pairs = build_register(actor.organisation.province, sample.changes)
    support(pairs, actor.organisation, actor)
    report = counter.apply(file=sample.upload())
    lines = {line.row: line for line in report.lines.select_related("subscription")}
    expected = {line["row"]: line for line in sample.changes}
    bad = {row for row, line in expected.items() if not line["national_id"]}
    assert {row for row, line in lines.items() if line.verdict == "refused"} == bad
    flagged = {each["row"] for each in sample.truth["problems"] if each["code"] == "bad_national_id"}
    for row in bad:
        code = "bad_national_id" if row in flagged else "missing_national_id"
        assert [reason["code"] for reason in lines[row].reasons] == [code]
    assert {row for row, line in lines.items() if line.verdict == "good"} == expected.keys() - bad
    for line, home in pairs:
        held = ServiceSubscription.objects.get(household=home)
        last = held.spells.get(superseded_at=None, valid_to=None)
        state = "stopped" if line["change"] == "stopped" else "active"
        found = (last.state, last.level, last.valid_from.isoformat(), held.state, held.service)
        level = held.spells.filter(superseded_at=None).first().level if state == "stopped" else line["level"]
        assert found == (state, level, line["date"], state, line["service"]), line
    before = SubscriptionSpell.objects.count()
    again = counter.apply(file=sample.upload())
    assert again.counts == {"nothing": len(expected) - len(bad), "refused": len(bad)}
    assert SubscriptionSpell.objects.count() == before
