"""An operator's monthly update, from the file to what is supported, and back."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from beneficiaries.models import OperatorReport, ServiceLevel, ServiceSubscription, SubscriptionSpell
from beneficiaries.services.workflow import reports
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .conftest import DIFFICULT, identity, spells, told

MARCH = date(2024, 3, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("screens_in_english")]


def test_nothing_is_written_before_the_operator_confirms(counter):
    counter.household(1)
    report = counter.read(counter.line(1))
    assert (report.state, report.counts) == ("awaiting", {"good": 1, "new": 1})
    assert not ServiceSubscription.objects.exists()
    reports.confirm_report(report, actor=counter.cast("hue-viettel"))
    held = ServiceSubscription.objects.get()
    assert (held.state, held.service, held.level, held.number) == ("active", "mobile", 60000, "0900000001")
    assert held.started_on == date(2024, 3, 5)


def test_a_subscription_through_its_life(counter):
    home = counter.household(1)
    counter.name_difficult()
    counter.apply(counter.line(1, on="05/01/2024"), month=date(2024, 1, 1))
    counter.apply(counter.line(1, "suspended", "05/03/2024"))
    counter.apply(counter.line(1, "restored", "01/04/2024"), month=date(2024, 4, 1))
    counter.apply(counter.line(1, "stopped", "20/04/2024", why="Chuyển đi"), month=date(2024, 4, 1))
    assert spells(home) == [
        ("active", 60000, date(2024, 1, 5), date(2024, 3, 5)),
        ("no_traffic", 60000, date(2024, 3, 5), date(2024, 4, 1)),
        ("active", 60000, date(2024, 4, 1), date(2024, 4, 20)),
        ("stopped", 60000, date(2024, 4, 20), None),
    ]
    held = counter.held(home)
    assert (held.state, held.ended_on, held.reason) == ("stopped", date(2024, 4, 19), "Chuyển đi")


def test_the_same_file_again_has_nothing_to_do(counter):
    counter.household(1), counter.household(2)
    counter.apply(counter.line(2, on="01/02/2024"), month=date(2024, 2, 1))
    rows = (counter.line(1), counter.line(2, "stopped", "10/03/2024"))
    counter.apply(*rows)
    before = list(SubscriptionSpell.objects.order_by("pk").values())
    again = counter.apply(*rows)
    assert told(again) == {4: ("nothing", ["done_already"]), 5: ("nothing", ["done_already"])}
    assert list(SubscriptionSpell.objects.order_by("pk").values()) == before


def test_every_reason_a_line_is_refused_for(counter):
    counter.name_difficult()
    for number in (1, 3, 5, 6, 7, 8, 9):
        counter.household(number)
    poor_once = counter.household(2)
    counter.becomes(poor_once, "not_poor", date(2024, 1, 1))
    counter.household(10, national_id="")
    counter.household(11).members.create(position=0, name="Kăn Sen", national_id=identity(40))
    counter.household(12).members.create(position=0, name="Kăn Sen", national_id=identity(40))
    counter.apply(counter.line(9, on="01/02/2024"), month=date(2024, 2, 1), by="hue-vnpt")
    counter.apply(counter.line(8, on="01/02/2024"), month=date(2024, 2, 1))
    report = counter.read(
        counter.line(1, service="fixed", level=130000),
        counter.line(2),
        counter.line(3, level=70000),
        counter.line(4),
        counter.line(5, on="05/04/2024"),
        counter.line(6, "stopped"),
        counter.line(7, "?"),
        counter.line(8, on="02/03/2024"),
        counter.line(9),
        counter.line(40),
        counter.line(12, card="04606"),
        counter.line(8, "stopped", "03/03/2024"),
        counter.line(13, card=None),
        counter.line(5, on=None, level=None),
    )
    codes = {row: found[1] for row, found in told(report).items()}
    assert codes == {
        4: ["not_difficult"],
        5: ["not_on_list"],
        6: ["other_level"],
        7: ["unknown_person"],
        8: ["date_after_month"],
        9: ["no_live"],
        10: ["unknown_change"],
        11: ["live_already"],
        12: ["other_service"],
        13: ["ambiguous_person"],
        14: ["bad_national_id"],
        15: ["repeated"],
        16: ["missing_national_id"],
        17: ["missing_date", "repeated", "missing_level"],
    }
    assert report.counts == {"refused": 14}
    with pytest.raises(Refusal, match="No line of this file can be written"):
        reports.confirm_report(report, actor=counter.cast("hue-viettel"))


@pytest.mark.parametrize(
    ("suspended", "verdict"), [("28/02/2024", ("refused", ["too_soon"])), ("29/02/2024", ("good", []))]
)
def test_two_months_without_traffic_take_two_months(counter, suspended, verdict):
    counter.household(1)
    counter.apply(counter.line(1, on="30/12/2023"), month=date(2023, 12, 1))
    february = counter.read(counter.line(1, "suspended", suspended), month=date(2024, 2, 1))
    assert told(february) == {4: verdict}


def test_a_restored_line_needs_two_months_anew_and_a_changed_level_none(counter):
    counter.household(1), counter.household(2)
    first = [counter.line(number, on="02/01/2024") for number in (1, 2)]
    counter.apply(*first, month=date(2024, 1, 1))
    counter.apply(counter.line(1, "suspended", "04/03/2024"))
    counter.apply(counter.line(1, "restored", "20/03/2024"))
    ServiceLevel.objects.create(service="mobile", amount=65_000, valid_from=date(2024, 3, 1), citation="QĐ")
    counter.apply(counter.line(2, "level_changed", "20/03/2024", level=65_000))
    april = [counter.line(number, "suspended", "25/04/2024") for number in (1, 2)]
    report = counter.read(*april, month=date(2024, 4, 1))
    assert told(report) == {4: ("refused", ["too_soon"]), 5: ("good", [])}


def test_fixed_broadband_where_the_commune_may_choose(counter):
    counter.household(1, commune=DIFFICULT)
    fixed = counter.line(1, service="fixed", level=130000)
    assert told(counter.read(fixed)) == {4: ("refused", ["no_difficult_named"])}
    counter.name_difficult()
    assert told(counter.read(fixed)) == {4: ("good", [])}


def test_what_the_register_says_by_the_time_of_confirming_counts(counter):
    home = counter.household(1)
    counter.household(2)
    report = counter.read(counter.line(1), counter.line(2))
    counter.becomes(home, "not_poor", date(2024, 2, 1))
    looked = reports.confirm_report(report, actor=counter.cast("hue-viettel"))
    assert (looked.state, looked.counts["refused"]) == ("awaiting", 1)
    assert "1 of them read otherwise" in looked.notice
    assert not ServiceSubscription.objects.exists()
    done = reports.confirm_report(looked, actor=counter.cast("hue-viettel"))
    assert (done.state, ServiceSubscription.objects.count(), done.notice) == ("applied", 1, "")


def test_confirmed_twice_it_is_written_once(counter):
    counter.household(1)
    report = counter.read(counter.line(1))
    for _twice in range(2):
        report = reports.confirm_report(report, actor=counter.cast("hue-viettel"))
    assert SubscriptionSpell.objects.count() == 1
    assert AuditEntry.objects.filter(action="beneficiaries.operatorreport.confirm").count() == 1


@pytest.mark.parametrize("person", ["hue-vnpt", "hue-dic", "hue-dic-leader", "hue-ppc", "hue-481"])
def test_only_the_operators_own_people_confirm(counter, person):
    counter.household(1)
    report = counter.read(counter.line(1))
    with pytest.raises(PermissionDenied):
        reports.confirm_report(report, actor=counter.cast(person))
    with pytest.raises(PermissionDenied):
        reports.discard_report(report, actor=counter.cast(person))


def test_taking_an_update_back(counter):
    one, two, three = counter.household(1), counter.household(2), counter.household(3)
    counter.apply(counter.line(2, on="02/01/2024"), counter.line(3, on="02/01/2024"), month=date(2024, 1, 1))
    before = {pk: spells(home) for pk, home in enumerate((one, two, three))}
    report = counter.apply(
        counter.line(1), counter.line(2, "stopped", "10/03/2024"), counter.line(3, "suspended", "11/03/2024")
    )
    taken = reports.take_report_back(report, actor=counter.cast("hue-dic"), reason="Nhầm tháng")
    assert (taken.state, taken.revert_reason) == ("reverted", "Nhầm tháng")
    assert {pk: spells(home) for pk, home in enumerate((one, two, three))} == before
    assert (counter.held(one), counter.held(two).state, counter.held(two).ended_on) == (None, "active", None)
    again = counter.apply(counter.line(1), counter.line(2, "stopped", "10/03/2024"))
    assert (again.counts, counter.held(one).state) == ({"good": 2, "new": 1, "stopped": 1}, "active")


def test_what_something_later_rests_on_is_not_taken_back(counter):
    home = counter.household(1)
    began = counter.apply(counter.line(1))
    stopped = counter.apply(counter.line(1, "stopped", "10/03/2024"))
    with pytest.raises(Refusal, match="was changed again later"):
        reports.take_report_back(began, actor=counter.cast("hue-dic"), reason="x")
    counter.apply(counter.line(1, on="15/03/2024"), by="hue-vnpt")
    with pytest.raises(Refusal, match="another supported service since"):
        reports.take_report_back(stopped, actor=counter.cast("hue-dic"), reason="x")
    assert len(spells(home)) == 3


@pytest.mark.parametrize("person", ["hue-viettel", "hue-dic-leader", "daknong-dic", "hue-481"])
def test_only_the_department_takes_back(counter, person):
    counter.household(1)
    report = counter.apply(counter.line(1))
    with pytest.raises(PermissionDenied):
        reports.take_report_back(report, actor=counter.cast(person), reason="x")


def test_nothing_arose(counter):
    actor = counter.cast("hue-viettel")
    known = {"month": MARCH, "operator": actor.organisation, "actor": actor}
    said = reports.nothing_arose(**known)
    assert (said.state, said.nothing_arose, reports.nothing_arose(**known).pk) == ("applied", True, said.pk)
    counter.household(1)
    counter.apply(counter.line(1))
    assert OperatorReport.objects.filter(state="applied").count() == 2
    reports.take_report_back(said, actor=counter.cast("hue-dic"), reason="Có phát sinh")
    with pytest.raises(Refusal, match="something did arise"):
        reports.nothing_arose(**known)


def test_a_month_to_come_is_refused(counter):
    actor = counter.cast("hue-viettel")
    with pytest.raises(Refusal, match="has not begun"):
        counter.upload(counter.line(1), month=date(2090, 1, 1))
    with pytest.raises(Refusal, match="choose a later month"):
        reports.nothing_arose(month=date(2022, 11, 1), operator=actor.organisation, actor=actor)


def test_a_discarded_update_leaves_its_file_only(counter):
    counter.household(1)
    report = counter.read(counter.line(1))
    reports.discard_report(report, actor=counter.cast("hue-viettel"))
    report.refresh_from_db()
    assert (report.state, report.lines.count(), bool(report.file)) == ("rejected", 0, True)
    with pytest.raises(Refusal, match="is now"):
        reports.confirm_report(report, actor=counter.cast("hue-viettel"))


def test_a_wrong_file_is_one_sentence(counter):
    with pytest.raises(Refusal, match=r"not an Excel workbook|not a workbook"):
        counter.upload(file=SimpleUploadedFile("a.xlsx", b"%PDF-1.4 no workbook"))
    assert not OperatorReport.objects.exists()
    from tests.spreadsheets.building import write_xlsx

    path = write_xlsx(counter.folder / "x.xlsx", {"S": [["một", "hai"], [1, 2], [3, 4]]})
    failed = counter.read(file=SimpleUploadedFile("x.xlsx", path.read_bytes()))
    assert failed.state == "failed"
    assert "No list of subscribers was found" in failed.failure or "header row" in failed.failure


def test_members_numbers_count_too(counter):
    counter.household(1).members.create(position=1, name="Hồ Thị Sen", national_id=identity(77))
    assert told(counter.read(counter.line(77))) == {4: ("good", [])}
