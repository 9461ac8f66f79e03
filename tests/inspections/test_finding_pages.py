"""The pages of findings, as each side walks them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from allocations.models import Contribution
from beneficiaries.household.story import story_of
from inspections.findings.panel import panel
from inspections.models import Finding, InspectedUnit, Remediation
from inspections.papers.findings import of_program, remedy_report, remedy_request
from inspections.work import findings as work
from inspections.workflow import findings as workflow
from smartphone_support.audit.models import AuditEntry
from tests.complaint_rows import written_down

from .field_rows import JPEG, fieldwork, first_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast):
    row = fieldwork()
    Contribution.objects.update(allotted=3)  # as when its devices were given to the three households
    return row


@pytest.fixture
def finding(round_, cast):
    return opened(round_, cast)


def opened(round_, cast, **known):
    values = {
        "kind": "not_received", "severity": "serious", "description": "Hộ chưa nhận máy",
        "support": first_of(round_).support,
    } | known  # fmt: skip
    return workflow.open_finding(round_.program, actor=cast("hue-dic"), round=round_, **values)


def page(name, finding):
    return reverse(f"inspections:finding_{name}", args=[finding.pk])


def overdue(finding):
    Finding.objects.filter(pk=finding.pk).update(due=timezone.localdate() - timedelta(days=2))


def text(answer):
    return answer.content.decode()


def test_the_officer_writes_one_down_for_a_household_of_the_sample(round_, cast, client):
    cast.log_in(client, "hue-dic")
    sampled = first_of(round_)
    address = reverse("inspections:finding_create", args=[round_.pk])
    assert str(sampled.support.household) in text(client.get(address))
    told = {"support": sampled.support.pk, "kind": "fee_collected", "severity": "serious"}
    answer = client.post(address, told | {"description": "Thôn thu 50.000 đồng"})
    finding = Finding.objects.get()
    assert answer.url == page("detail", finding)
    assert (finding.kind, finding.district.code, finding.support) == ("fee_collected", "481", sampled.support)
    answer = client.post(address, told | {"description": ""})
    assert answer.status_code == 200
    assert Finding.objects.count() == 1


def test_the_address_says_of_which_unit_and_only_of_this_round(round_, cast, client):
    cast.log_in(client, "hue-dic")
    unit = InspectedUnit.objects.create(round=round_, kind="district", area=cast.area("481"))
    stray = InspectedUnit.objects.create(round=fieldwork(1), kind="district", area=cast.area("481"))
    address = reverse("inspections:finding_create", args=[round_.pk])
    for query in (f"?unit={stray.pk}", "?check=999999", "?household=999999"):
        assert client.get(address + query).status_code == 404, query
    told = {"kind": "procedure", "severity": "remedy", "description": "Chưa niêm yết"}
    client.post(f"{address}?unit={unit.pk}", told)
    assert Finding.objects.get().unit == unit


def test_a_finding_goes_its_way_over_the_pages(finding, cast, client):
    cast.log_in(client, "hue-viettel")
    assert page("remedy", finding) in text(client.get(page("detail", finding)))
    evidence = SimpleUploadedFile("bien-ban.jpg", JPEG)
    client.post(page("remedy", finding), {"text": "Đã giao máy", "evidence": evidence})
    assert client.get(page("verify", finding)).status_code == 403
    cast.log_in(client, "hue-dic")
    shown = text(client.get(page("verify", finding)))
    assert "Đã giao máy" in shown
    assert "bien-ban.jpg" in shown
    assert client.post(page("verify", finding), {"accepted": "no"}).status_code == 200, "a note is asked for"
    client.post(page("verify", finding), {"accepted": "yes", "note": ""})
    finding.refresh_from_db()
    assert finding.state == "closed"
    answer = client.get(page("remedy", finding), follow=True)
    assert answer.redirect_chain[-1][0] == page("detail", finding)


def test_each_step_asks_for_its_reason(finding, cast, client):
    cast.log_in(client, "hue-dic")
    day = f"{finding.due + timedelta(days=5):%d/%m/%Y}"
    change = {"severity": "remedy", "responsible": finding.responsible_id, "cause": "Giao nhầm"}
    for name, told in (("extend", {"due": day}), ("change", change), ("drop", {})):
        assert client.post(page(name, finding), told).status_code == 200, name
        assert not AuditEntry.objects.filter(action=f"inspections.finding.{name}").exists()
        assert client.post(page(name, finding), told | {"reason": "Theo biên bản"}).status_code == 302, name
        assert AuditEntry.objects.get(action=f"inspections.finding.{name}").reason == "Theo biên bản"


def test_the_support_is_recovered_and_its_device_is_the_next_step(finding, cast, client):
    cast.log_in(client, "hue-dic")
    hand_over = finding.support.hand_overs.get()
    back = reverse("allocations:handover_take_back", args=[hand_over.pk])
    assert back not in text(client.get(page("detail", finding)))
    assert client.get(page("hold", finding)).status_code == 302, "it was handed over: nothing to hold"
    client.post(page("recover", finding), {"reason": "Hộ đã bán máy"})
    finding.support.refresh_from_db()
    assert finding.support.state == "recovered"
    assert back in text(client.get(page("detail", finding)))
    assert client.get(back).status_code == 200


def test_evidence_is_given_to_who_sees_the_finding_only(finding, cast, client):
    remedy = workflow.report_remedy(
        finding, actor=cast("hue-viettel"), text="Đã giao", evidence=SimpleUploadedFile("a.jpg", JPEG)
    )
    bare = Remediation.objects.create(finding=finding, text="Không ảnh", reported_by=cast("hue-viettel"))
    address = reverse("inspections:finding_evidence", args=[remedy.pk])
    for who, status in (("hue-viettel", 200), ("hue-481", 200), ("hue-vnpt", 404), ("hue-474", 404)):
        cast.log_in(client, who)
        answer = client.get(address)
        assert answer.status_code == status, who
        if status == 200:
            assert b"".join(answer.streaming_content) == JPEG
            assert answer["Content-Disposition"].startswith("attachment")
    cast.log_in(client, "hue-viettel")
    assert client.get(reverse("inspections:finding_evidence", args=[bare.pk])).status_code == 404


# --- the list and its export --------------------------------------------------------------------------


def test_the_list_counts_its_parts_and_kinds(round_, cast, client):
    late = opened(round_, cast)
    overdue(late)
    opened(round_, cast, kind="procedure", description="Chưa niêm yết", support=None)
    cast.log_in(client, "hue-dic")
    answer = client.get(reverse("inspections:finding_list"))
    assert [tab.count for tab in answer.context["tabs"]] == [2, 2, 1, 0, 0, 0]
    assert {row["count"] for row in answer.context["kinds"]} == {1}
    for query, keys in (
        ("?part=late", [late.pk]),
        ("?due=in_time&kind=not_received", []),
        ("?kind=not_received", [late.pk]),
        (f"?round={round_.pk}&severity=serious&due=late", [late.pk]),
        (f"?responsible={late.responsible_id}", [late.pk]),
        ("?q=chua nhan may", []),  # words are matched as written
        ("?q=Hộ chưa nhận", [late.pk]),
        (f"?q={late.support.household.head_name_folded[:6]}", [late.pk]),
    ):
        answer = client.get(reverse("inspections:finding_list") + query)
        assert [row.pk for row in answer.context["table"].data] == keys, query


def test_the_inspectors_joins_count_no_finding_twice(round_, cast, client):
    opened(round_, cast)
    round_.team.create(user=cast("hue-dolisa"), name="B", role="secretary")
    cast.log_in(client, "hue-inspector")
    answer = client.get(reverse("inspections:finding_list"))
    assert answer.context["tabs"][0].count == 1
    assert [row["count"] for row in answer.context["kinds"]] == [1]
    assert len(answer.context["table"].rows) == 1


def test_the_export_follows_the_filters_and_names_what_the_reader_sees(round_, cast, client):
    finding = opened(round_, cast)
    other = opened(round_, cast, kind="other", description="Khác", support=None)
    for who, keys in (("hue-dic", [other.pk, finding.pk]), ("hue-viettel", [finding.pk])):
        cast.log_in(client, who)
        answer = client.get(reverse("inspections:finding_export"))
        sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
        rows = list(sheet.iter_rows(values_only=True))
        heads = next(index for index, row in enumerate(rows) if row[0] is not None and len(set(row)) > 5)
        assert [row[0] for row in rows[heads + 1 :]] == keys
        cells = {str(cell) for row in rows for cell in row}
        assert str(finding.support.household) in cells
        assert finding.support.household.national_id not in cells
    assert AuditEntry.objects.filter(action="inspections.finding.export").count() == 2
    cast.log_in(client, "hue-dic")
    answer = client.get(reverse("inspections:finding_export") + "?kind=other")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert finding.pk not in [row[0] for row in sheet.iter_rows(values_only=True)]


def test_a_household_the_reader_may_not_see_is_not_named(finding, cast, client):
    """The operator has to mend it still, but serves the household no longer."""
    type(finding.support).objects.filter(pk=finding.support_id).update(operator=None)
    name = str(finding.support.household)
    cast.log_in(client, "hue-viettel")
    for address in (page("detail", finding), reverse("inspections:finding_list"), page("remedy", finding)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert name not in text(answer), address
    export = client.get(reverse("inspections:finding_export"))
    sheet = load_workbook(BytesIO(b"".join(export.streaming_content))).active
    assert name not in {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    found = client.get(
        reverse("inspections:finding_list") + f"?q={finding.support.household.head_name_folded}"
    )
    assert not found.context["table"].rows, "the search tells no names either"


# --- both sides know ----------------------------------------------------------------------------------


def test_an_overdue_finding_is_on_both_work_lists(finding, cast):
    overdue(finding)
    for items in (work.waiting_for(cast("hue-viettel")), work.awaited_by(cast("hue-dic"))):
        (item,) = items
        assert item.late
        assert item.due == timezone.localdate() - timedelta(days=2)
    assert work.waiting_for(cast("hue-vnpt")) == []
    assert work.waiting_for(cast("hue-481")) == []


def test_a_reported_remedy_waits_for_whoever_did_not_report_it(finding, cast):
    evidence = SimpleUploadedFile("a.jpg", JPEG)
    workflow.report_remedy(finding, actor=cast("hue-dic"), text="Theo công văn", evidence=evidence)
    assert work.waiting_for(cast("hue-dic")) == []
    (item,) = work.awaited_by(cast("hue-viettel"))
    assert f"round={finding.round_id}" in item.url
    workflow.verify(finding, actor=colleague(cast), accepted=True)
    assert work.awaited_by(cast("hue-viettel")) == []


def colleague(cast):
    """Another officer of the department."""
    from smartphone_support.accounts.models import Membership, User

    first = cast("hue-dic")
    user = User.objects.create(username="hue-dic-2", full_name="Lê Văn Hai")
    same = {"organisation": first.organisation, "role": first.role}
    Membership.objects.create(user=user, **same)
    return User.objects.get(pk=user.pk)


def test_a_finding_nobody_has_to_mend_waits_for_the_department(round_, cast):
    finding = opened(round_, cast, kind="other", support=None)
    assert finding.responsible is None
    (item,) = work.waiting_for(cast("hue-dic"))
    assert "part=open" in item.url


def test_the_round_shows_what_every_organisation_has_to_mend(finding, cast):
    shown = panel(finding.round, cast("hue-dic"))
    (mender,) = shown["menders"]
    assert (mender["name"], mender["open"], mender["late"]) == (finding.responsible.short_name, 1, 0)
    assert shown["create_url"]
    assert panel(finding.round, cast("hue-inspector"))["create_url"] == ""
    assert panel(finding.round, cast("hue-474"))["total"] == 0
    assert panel(finding.round, cast("hue-front")) == {}


def test_the_households_story_tells_it_to_who_sees_it(finding, cast):
    workflow.report_remedy(finding, actor=cast("hue-viettel"), text="Đã giao máy")
    workflow.verify(finding, actor=cast("hue-dic"), accepted=True)
    household, address = finding.support.household, page("detail", finding)
    for who, count in (("hue-dic", 3), ("hue-481", 3), ("hue-474", 0), ("hue-finance", 0)):
        events = [event for event in story_of(household, cast(who)) if event.source_url == address]
        assert len(events) == count, who


# --- the papers ---------------------------------------------------------------------------------------


def paper(kind, extension, finding):
    return reverse(f"inspections:finding_{kind}_{extension}", args=[finding.round_id, finding.responsible_id])


@pytest.mark.parametrize("kind", ["request", "report"])
@pytest.mark.parametrize(("extension", "sign"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_both_papers_in_both_formats(finding, cast, client, kind, extension, sign):
    cast.log_in(client, "hue-dic")
    answer = client.get(paper(kind, extension, finding))
    assert answer.status_code == 200
    assert answer.content.startswith(sign)
    entry = AuditEntry.objects.get(action="inspections.inspectionround.download")
    assert (entry.after["findings"], entry.after["paper"]) == (1, f"remedy_{kind}")


def test_a_paper_of_nothing_left_says_so_and_of_nothing_seen_is_not_there(finding, cast, client):
    workflow.drop(finding, actor=cast("hue-dic"), reason="Nhầm hộ")
    cast.log_in(client, "hue-dic")
    answer = client.get(paper("request", "pdf", finding))
    assert answer.url == reverse("inspections:finding_list") + f"?round={finding.round_id}"
    cast.log_in(client, "hue-vnpt")
    assert client.get(paper("request", "pdf", finding)).status_code == 404


@pytest.fixture
def lone(round_, cast):
    """A finding of a complaint about the first household, for its operator."""
    officer, support = cast("hue-dic"), first_of(round_).support
    complaint = written_down(officer, household=support.household, sender_name="Người Gửi Đơn")
    return workflow.open_finding(
        round_.program, actor=officer, kind="service", severity="remedy", complaint=complaint,
        support=support, description="Gói cước không dùng được",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["request", "report"])
@pytest.mark.parametrize(("extension", "sign"), [("docx", b"PK"), ("pdf", b"%PDF-")])
def test_a_finding_without_a_round_has_its_papers(lone, cast, client, kind, extension, sign):
    cast.log_in(client, "hue-viettel")
    address = reverse(f"inspections:lone_finding_{kind}_{extension}", args=[lone.pk])
    assert address in text(client.get(page("detail", lone)))
    assert client.get(address).getvalue().startswith(sign)
    entry = AuditEntry.objects.get(action="inspections.finding.download")
    assert entry.after["paper"] == f"remedy_{kind}"


def test_a_paper_without_a_round_says_nothing_of_the_complaint(lone, cast):
    lone.names_household = True
    for make in (remedy_request, remedy_report):
        words = " ".join(make(of_program(lone.program, None), lone.responsible, [lone]).texts())
        assert "Gói cước không dùng được" in words
        assert str(lone.support) in words
        for secret in ("Người Gửi Đơn", lone.complaint.number, "kiến nghị", "khiếu nại", "Đoàn kiểm tra"):
            assert secret not in words, secret


def test_a_paper_of_a_finding_of_a_round_is_not_among_those_without(finding, lone, cast, client):
    cast.log_in(client, "hue-dic")
    assert client.get(reverse("inspections:lone_finding_request_pdf", args=[finding.pk])).status_code == 404
    workflow.drop(lone, actor=cast("hue-dic"), reason="Không đúng")
    answer = client.get(reverse("inspections:lone_finding_request_pdf", args=[lone.pk]))
    assert answer.url == page("detail", lone)
