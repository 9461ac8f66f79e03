"""The appraisal's workbench: narrowing, judging one or many lines, facts beside the list."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations import workflow
from allocations.lists.appraising import Asked, facets_of
from allocations.models import ListLine, Support
from allocations.rules.checks import refresh_checks
from beneficiaries.models import EarlierDevice, PovertySpell
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal

from .test_views import LISTS, opened

pytestmark = pytest.mark.django_db


def url(name, *keys):
    return reverse(f"allocations:{name}", args=keys)


@pytest.fixture
def row(a_luoi, story):
    """A Lưới being appraised: line 1 lacks its identity number, line 2 fails for a device, 3 is clean."""
    first = a_luoi.lines.get(position=1)
    first.snapshot["national_id"] = ""
    first.save()
    EarlierDevice.objects.create(
        household=a_luoi.lines.get(position=2).household, kind="tablet", received_on=date(2023, 5, 1)
    )
    return story.appraising(a_luoi)


def keys(row, *positions):
    return list(row.lines.filter(position__in=positions).values_list("pk", flat=True))


def verdicts(row):
    return list(row.lines.filter(decision="keep").order_by("position").values_list("verdict", flat=True))


# --- many lines at once -----------------------------------------------------------------------------


def test_several_flagged_lines_are_accepted_with_one_reason(row, cast):
    officer = cast("hue-dic")
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.set_verdicts(row, keys(row, 1, 3), "accepted", actor=officer)
    assert workflow.set_verdicts(row, keys(row, 1, 3), "accepted", actor=officer, reason="Đã xác minh") == 2
    assert verdicts(row) == ["accepted", "pending", "accepted"]
    assert row.lines.get(position=1).verdict_reason == "Đã xác minh"
    entry = AuditEntry.objects.get(action="allocations.districtlist.verdicts")
    assert (entry.after["lines"], entry.reason) == ([1, 3], "Đã xác minh")


def test_clean_lines_need_no_reason(row, cast):
    assert workflow.set_verdicts(row, keys(row, 3), "accepted", actor=cast("hue-dic")) == 1


def test_one_line_that_fails_refuses_all(row, cast):
    with pytest.raises(Refusal, match="Line 2 cannot be accepted"):
        workflow.set_verdicts(row, keys(row, 2, 3), "accepted", actor=cast("hue-dic"), reason="Thử")
    assert verdicts(row) == ["pending"] * 3


def test_returning_several_lines_needs_a_reason_and_is_taken_back(row, cast):
    officer = cast("hue-dic")
    with pytest.raises(Refusal, match="reason is missing"):
        workflow.set_verdicts(row, keys(row, 1, 2), "returned", actor=officer)
    workflow.set_verdicts(row, keys(row, 1, 2), "returned", actor=officer, reason="Xác minh lại")
    assert verdicts(row) == ["returned", "returned", "pending"]
    workflow.set_verdicts(row, keys(row, 1, 2), "pending", actor=officer)
    assert verdicts(row) == ["pending"] * 3
    assert row.lines.get(position=1).verdict_reason == ""


def test_lines_of_another_list_are_no_lines_of_this_one(story, cast):
    story.households(c20044=6, c20161=6)
    lists = story.lists(total=4)
    row = story.appraising(lists["481"])
    with pytest.raises(Refusal, match="other lines"):
        workflow.set_verdicts(row, keys(lists["483"], 1), "accepted", actor=cast("hue-dic"))


# --- the page ---------------------------------------------------------------------------------------


def shown(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return [line.position for line in answer.context["page_obj"].object_list]


def test_only_the_departments_officer_opens_it(row, client, cast):
    for name, key in (("list_appraisal", row.pk), ("line_facts", row.lines.first().pk)):
        assert opened(client, cast, url(name, key)) == ({"hue-dic"}, LISTS - {"hue-dic"})


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ({}, [1, 2, 3]),
        ({"result": "flagged"}, [1, 2]),
        ({"result": "fail"}, [2]),
        ({"result": "warn"}, [1]),
        ({"result": "ok"}, [3]),
        ({"check": "earlier_device"}, [2]),
        ({"check": "missing_id"}, [1]),
        ({"check": "need"}, []),
        ({"decision": "reserve"}, [4, 5, 6]),
        ({"verdict": "accepted"}, []),
        ({"commune": "99999999"}, []),
        ({"result": "nonsense", "commune": "x", "decision": "?"}, [1, 2, 3]),
    ],
)
def test_lines_are_narrowed_by_what_the_address_asks(row, client, cast, query, positions):
    cast.log_in(client, "hue-dic")
    assert shown(client, url("list_appraisal", row.pk), **query) == positions


def test_a_name_is_found_without_tone_marks(row, client, cast):
    cast.log_in(client, "hue-dic")
    line = row.lines.get(position=3)
    found = shown(client, url("list_appraisal", row.pk), q=line.household.head_name_folded)
    assert 3 in found


def test_how_far_the_appraisal_is(row, cast):
    workflow.set_verdicts(row, keys(row, 3), "accepted", actor=cast("hue-dic"))
    found = facets_of(row)
    assert (found.done, found.total, found.clean_waiting) == (1, 3, 0)
    assert found.checks == {"missing_id": 1, "earlier_device": 1}


def test_an_answered_line_comes_back_alone_with_the_progress(row, client, cast):
    cast.log_in(client, "hue-dic")
    (key,) = keys(row, 3)
    answer = client.post(
        url("list_verdicts", row.pk), {"one": f"accepted-{key}"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert f'id="line-{key}"' in answer
    assert "1 of 3 lines appraised" in answer
    assert verdicts(row) == ["pending", "pending", "accepted"]


def test_without_scripts_a_step_comes_back_to_the_same_place(row, client, cast):
    cast.log_in(client, "hue-dic")
    here = f"{url('list_appraisal', row.pk)}?result=flagged&page=1"
    (key,) = keys(row, 1)
    answer = client.post(url("list_verdicts", row.pk), {"one": f"accepted-{key}", "here": here})
    assert answer["Location"] == f"{here}#line-{key}"
    elsewhere = client.post(
        url("list_verdicts", row.pk),
        {"action": "pending", "row": [key], "here": "https://example.org/"},
    )
    assert elsewhere["Location"] == url("list_appraisal", row.pk)


@pytest.mark.parametrize("data", [{"one": "accepted-x"}, {"action": "burn", "row": ["1"]}, {}])
def test_a_made_up_request_is_refused(row, client, cast, data):
    cast.log_in(client, "hue-dic")
    assert client.post(url("list_verdicts", row.pk), data).status_code == 400


def test_a_list_not_being_appraised_leads_back(a_luoi, client, cast):
    cast.log_in(client, "hue-dic")
    assert client.get(url("list_appraisal", a_luoi.pk))["Location"] == url("list_detail", a_luoi.pk)


def test_a_page_of_a_long_list_stays_light_and_asks_few_questions(story, client, cast):
    story.households(c20044=160)
    row = story.lists(total=150)["481"]
    for line in row.lines.filter(position__lte=40):
        line.snapshot["national_id"] = ""
        line.save()
    row = story.appraising(row)
    cast.log_in(client, "hue-dic")
    client.get(url("list_appraisal", row.pk))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url("list_appraisal", row.pk))
    assert len(answer.context["page_obj"].object_list) == 100
    assert len(answer.content) < 150_000
    assert len(captured) <= 46  # with those of the frame: session, person, the work lists of every app


# --- facts ------------------------------------------------------------------------------------------


def test_facts_stand_side_by_side_and_what_differs_is_marked(row, client, cast):
    line = row.lines.get(position=3)
    PovertySpell.objects.filter(household=line.household).update(valid_to=date(2024, 3, 1))
    PovertySpell.objects.create(
        household=line.household, poverty_class="near_poor", valid_from=date(2024, 3, 1)
    )
    cast.log_in(client, "hue-dic")
    facts = {str(fact.label): fact for fact in client.get(url("line_facts", line.pk)).context["rows"]}
    assert (facts["Class"].cells, facts["Class"].differs) == (("Poor", "Poor", "Near-poor"), True)
    assert not facts["Head of household"].differs
    assert line.snapshot["national_id"] not in "".join(facts["Identity number"].cells)


def test_who_else_has_this_household(row, story, client, cast):
    line = row.lines.get(position=3)
    own = line.household
    twin = story.household("20161", head_name=own.head_name, birth_year=own.birth_year)
    carrier = story.household("20161", head_name="Trần Văn Khác")
    carrier.members.create(position=1, name=own.head_name, national_id=own.national_id)
    Support.objects.create(
        household=own, district=own.district, commune=own.commune, form="bundle",
        contribution=story.contribution(devices=1),
    )  # fmt: skip
    cast.log_in(client, "hue-dic")
    html = client.get(url("line_facts", line.pk), headers={"HX-Request": "true"}).content.decode()
    for words in (
        f"/{twin.pk}/",
        "Trần Văn Khác",
        "Công ty Hương Giang",
        "Same identity number",
        "Same name",
    ):
        assert words in html, words


def test_the_address_of_a_view_keeps_what_was_asked():
    asked = Asked.of({"result": "warn", "check": "moved", "q": " Hồ  Văn "})
    assert Asked.of(dict(pair.split("=") for pair in asked.query().split("&"))).result == "warn"
    assert asked.name == "Hồ Văn"
    assert "result" not in asked.query(result="")


def test_a_finding_that_arises_later_is_among_the_flagged(row, cast):
    Support.objects.all().delete()
    line = row.lines.get(position=3)
    EarlierDevice.objects.create(household=line.household, kind="svmtce", received_on=date(2023, 1, 1))
    refresh_checks(row)
    assert facets_of(row).results == {"fail": 2, "warn": 1}
    assert ListLine.objects.get(pk=line.pk).check_result == "fail"
