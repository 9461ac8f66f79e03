"""A new plan: read from a document or copied, corrected, saved as a draft, put in force by the leader."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import translation

from programs.choices import ProgramState, TaskEvent, TimingKind, TriggerEffect
from programs.models import Party, PlanReading, PlanTask, Program, TaskDue
from programs.plans.matching import party_book
from programs.plans.sketch import Answers, SketchRow, fingerprint, from_data, rows_of_program, unknown_names
from programs.rules.timing import Timing
from programs.workflow.plans import (
    PlanHead,
    change_rows,
    close_plan,
    copy_plan,
    delete_draft,
    lacking,
    put_in_force,
    set_party,
    set_task,
)
from programs.workflow.readings import (
    answer_reading,
    correct_reading,
    discard_reading,
    save_reading,
    upload_plan,
)
from smartphone_support.audit.models import AuditEntry
from smartphone_support.web.errors import Refusal
from tests.together import at_once

from .docx_rows import packaged_rows, table_file

HEAD = PlanHead("Kế hoạch triển khai năm 2026", 2026, 2026)


@pytest.fixture(autouse=True)
def english():
    """Refusals are matched in the words of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def officer(cast):
    return cast("daknong-dic")


@pytest.fixture
def leader(cast):
    return cast("daknong-dic-leader")


def uploaded(officer, rows=None, **known):
    content = table_file(rows or packaged_rows(), **known)
    return upload_plan(ContentFile(content, name="Kế hoạch.docx"), actor=officer)


def tasks_of(program):
    rows = PlanTask.objects.filter(group__program=program).select_related("group", "lead")
    found = {}
    for task in rows.order_by("group__position", "position"):
        found[task.label] = (
            task.content,
            task.lead.name,
            sorted(one.code for one in task.lead.organisations.all()),
            [
                (line.printed, line.party.name, sorted(one.code for one in line.party.organisations.all()))
                for line in task.coordinations.all()
            ],
            (task.timing_text, task.timing_kind, task.due_by),
            sorted((one.event, one.effect) for one in task.triggers.all()),
        )
    return found


def test_the_annex_read_from_a_document_becomes_the_packaged_plan(daknong, officer):
    reading = uploaded(officer)

    program = save_reading(reading, HEAD, actor=officer, like=daknong)

    assert len(tasks_of(program)) == 11
    assert tasks_of(program) == tasks_of(daknong)
    assert [(g.number, g.name) for g in program.groups.all()] == [
        (g.number, g.name) for g in daknong.groups.all()
    ]
    assert program.state == ProgramState.DRAFT
    assert program.funding_sources.count() == daknong.funding_sources.count()
    assert reading.answers == {}, "nothing had to be asked"


def test_each_unknown_name_and_timing_is_asked_once_and_stays_answered(daknong, officer, cast):
    rows = [
        ("I", "Nhóm", "", "", ""),
        ("1", "Một", "Văn phòng A", "UBND các huyện; Sở Y tế, Sở Tài chính", "Sau khi ban hành"),
        ("2", "Hai", "Văn phòng A", "Doanh nghiệp viễn thông", "Sau khi ban hành"),
    ]
    reading = uploaded(officer, rows)
    book = party_book(reading.province)
    questions = unknown_names(from_data(reading.rows), Answers(), book)

    assert [(q.words, q.places) for q in questions] == [("Văn phòng A", ("I.1", "I.2"))]
    with pytest.raises(Refusal, match="still unknown"):
        save_reading(reading, HEAD, actor=officer)

    dpi = next(pk for pk, one in book.everybody.items() if one.code == "daknong-dpi")
    answer_reading(
        reading, names={questions[0].key: [dpi]}, version=reading.version, actor=officer,
        timings={"sau khi ban hanh": Timing(TimingKind.BY_DATE, date(2026, 3, 31))},
    )  # fmt: skip
    program = save_reading(reading, HEAD, actor=officer)
    tasks = tasks_of(program)

    assert tasks["I.1"][2] == ["daknong-dpi"]
    assert tasks["I.1"][4] == ("Sau khi ban hành", TimingKind.BY_DATE, date(2026, 3, 31))
    parties = {line[1]: line[2] for line in tasks["I.1"][3]}
    assert parties["UBND các huyện"] == [f"daknong-{code}" for code in range(660, 668)]
    assert (parties["Sở Y tế"], parties["Sở Tài chính"]) == (["daknong-doh"], ["daknong-dof"])
    assert {line[1]: line[2] for line in tasks["I.2"][3]}["Doanh nghiệp viễn thông"] == [
        "daknong-mobifone", "daknong-viettel", "daknong-vnpt",
    ]  # fmt: skip
    with time_machine.travel(date(2026, 2, 1)):
        put_in_force(
            program, actor=cast("daknong-dic-leader"), number="12/KH-UBND", issued_on=date(2026, 1, 15),
            in_force_from=date(2026, 1, 15),
        )  # fmt: skip
    again = uploaded(officer, rows)
    known = party_book(again.province)
    assert unknown_names(from_data(again.rows), Answers(), known) == [], "the saved plan remembers the name"


def test_a_row_without_a_lead_has_to_be_mended_first(daknong, officer):
    reading = uploaded(officer, [("I", "Nhóm", "", "", ""), ("1", "Một", "", "Sở Y tế", "Hàng năm")])

    with pytest.raises(Refusal, match="Nobody leads"):
        save_reading(reading, HEAD, actor=officer)
    rows = from_data(reading.rows)
    rows[1].lead = "Sở Y tế"
    rows[1].coordinators = []
    reading = correct_reading(reading, rows, version=reading.version, actor=officer)

    assert tasks_of(save_reading(reading, HEAD, actor=officer))["I.1"][1] == "Sở Y tế"


def test_an_old_page_of_a_document_is_refused(daknong, officer):
    reading = uploaded(officer)
    version = reading.version
    correct_reading(reading, from_data(reading.rows), version=version, actor=officer)

    with pytest.raises(Refusal, match="meanwhile"):
        correct_reading(reading, from_data(reading.rows), version=version, actor=officer)


def test_a_document_is_saved_once_and_not_after_it_was_put_aside(daknong, officer):
    reading = uploaded(officer)
    save_reading(reading, HEAD, actor=officer)
    with pytest.raises(Refusal, match="already"):
        save_reading(reading, HEAD, actor=officer)

    other = discard_reading(uploaded(officer), actor=officer)
    with pytest.raises(Refusal, match="put aside"):
        save_reading(other, HEAD, actor=officer)


def test_a_copy_has_everything_with_its_days_moved(daknong, officer):
    task = PlanTask.objects.filter(group__program=daknong).first()
    PlanTask.objects.filter(pk=task.pk).update(
        timing_kind="by_date", due_by=date(2024, 2, 29), timing_text="Trước ngày 29/02/2024"
    )

    program = copy_plan(daknong, PlanHead("Kế hoạch 2026-2028", 2026, 2028), actor=officer)

    before, after = tasks_of(daknong), tasks_of(program)
    assert list(after) == list(before)
    assert after["I.1"][4] == ("Trước ngày 28/02/2027".replace("28", "29"), "by_date", date(2027, 2, 28))
    assert {label: row[:4] for label, row in after.items()} == {
        label: row[:4] for label, row in before.items()
    }
    assert {label: row[5] for label, row in after.items()} == {label: row[5] for label, row in before.items()}
    assert (program.made_from, program.prepared_by) == (daknong, officer)


def test_organisations_no_longer_active_do_not_come_along(daknong, officer):
    from smartphone_support.accounts.models import Organisation

    Organisation.objects.filter(code="daknong-newspaper").update(is_active=False)

    program = copy_plan(daknong, HEAD, actor=officer)

    assert program.parties.get(name="Báo Đắk Nông").organisations.count() == 0
    assert party_book(daknong.province).find("Báo Đắk Nông") is None, "it is asked again"


@pytest.fixture
def draft(daknong, officer):
    return copy_plan(daknong, HEAD, actor=officer)


def test_only_officer_and_leader_see_a_draft(draft, cast):
    seen = {
        name
        for name in ("dic", "dic-leader", "dolisa", "viettel", "ppc", "finance", "666", "inspector")
        if Program.objects.visible_to(cast(f"daknong-{name}")).filter(pk=draft.pk).exists()
    }

    assert seen == {"dic", "dic-leader"}
    assert not Program.objects.visible_to(cast("hue-dic")).filter(pk=draft.pk).exists()


def test_rows_of_a_draft_are_corrected_and_keep_their_events(draft, officer):
    task = PlanTask.objects.get(group__program=draft, group__number="II", number="5")
    set_task(
        task, Timing(TimingKind.QUARTERLY), [(TaskEvent.OPERATOR_REPORT, TriggerEffect.EVIDENCES)],
        actor=officer,
    )  # fmt: skip
    rows = [row for row in rows_of_program(draft) if not row.content.startswith("Định kỳ thành lập")]
    rows[-1].content = "Nội dung mới"
    rows.append(SketchRow("task", "3", "Việc thêm", lead="Ban Chỉ đạo tỉnh", timing="Hàng quý"))

    new = change_rows(draft, rows, seen=fingerprint(rows_of_program(draft)), actor=officer)
    after = tasks_of(draft)

    assert [party.name for party in new] == ["Ban Chỉ đạo tỉnh"]
    assert after["II.5"][5] == [("operator_report", "evidences")]
    assert after["II.5"][4][1] == TimingKind.QUARTERLY, "the printed words are the same: so is their meaning"
    assert after["IV.1"][0] == "Nội dung mới"
    assert after["IV.3"][4] == ("Hàng quý", TimingKind.QUARTERLY, None)
    assert "IV.2" not in after


def test_rows_somebody_else_changed_meanwhile_are_not_overwritten(draft, officer):
    seen = fingerprint(rows_of_program(draft))
    rows = rows_of_program(draft)
    rows[1].content = "Của người thứ nhất"
    change_rows(draft, rows, seen=seen, actor=officer)

    with pytest.raises(Refusal, match="meanwhile"):
        change_rows(draft, rows_of_program(draft), seen=seen, actor=officer)


def test_a_plan_cannot_be_in_force_while_nobody_leads_a_task(draft, officer, leader):
    party = Party.objects.get(program=draft, name="Các doanh nghiệp viễn thông")
    chosen = list(party.organisations.values_list("pk", flat=True))
    set_party(party, [], actor=officer)
    known = {"number": "1/KH-UBND", "issued_on": date(2026, 1, 5), "in_force_from": date(2026, 1, 5)}
    assert len(lacking(draft)) == 1
    with time_machine.travel(date(2026, 1, 10)):
        with pytest.raises(Refusal, match="Các doanh nghiệp viễn thông"):
            put_in_force(draft, actor=leader, **known)
        set_party(party, chosen, actor=officer)
        put_in_force(draft, actor=leader, **known)
    draft.refresh_from_db()
    assert draft.state == ProgramState.IN_FORCE


def test_a_timing_nobody_understands_keeps_a_draft_back(draft, officer):
    rows = rows_of_program(draft)
    rows[1].timing = "Sau khi ban hành"
    change_rows(draft, rows, seen=fingerprint(rows_of_program(draft)), actor=officer)
    assert "I.1" in lacking(draft)[0]

    task = PlanTask.objects.get(group__program=draft, timing_text="Sau khi ban hành")
    set_task(task, Timing(TimingKind.CONTINUOUS), [], actor=officer)

    assert lacking(draft) == []


@time_machine.travel(date(2026, 2, 10))
def test_the_leader_puts_it_in_force_and_closes_the_old_one(draft, daknong, officer, leader):
    known = {"number": "05/KH-UBND", "issued_on": date(2026, 1, 5), "in_force_from": date(2026, 1, 5)}
    with pytest.raises(PermissionDenied):
        put_in_force(draft, actor=officer, **known)

    put_in_force(draft, actor=leader, closes=daknong, **known)

    draft.refresh_from_db()
    daknong.refresh_from_db()
    assert (draft.state, draft.approved_by, draft.number) == ("in_force", leader, "05/KH-UBND")
    assert daknong.state == ProgramState.CLOSED
    dues = TaskDue.objects.filter(task__group__program=draft)
    assert {due.period_key for due in dues if due.task.label == "II.5"} == {"2026-01", "2026-02"}
    with pytest.raises(Refusal, match="not taken"):
        put_in_force(draft, actor=leader, **known)


@time_machine.travel(date(2025, 12, 20))
def test_the_old_plan_runs_until_the_new_one_begins(draft, daknong, leader):
    known = {"number": "05/KH-UBND", "issued_on": date(2025, 12, 18), "in_force_from": date(2026, 1, 1)}
    with pytest.raises(Refusal, match="begins on 01/01/2026"):
        put_in_force(draft, actor=leader, closes=daknong, **known)
    put_in_force(draft, actor=leader, **known)
    daknong.refresh_from_db()
    assert daknong.state == ProgramState.IN_FORCE


@time_machine.travel(date(2026, 2, 10))
def test_whoever_worked_on_a_plan_never_approves_it(draft, leader, officer):
    Program.objects.filter(pk=draft.pk).update(prepared_by=officer)
    AuditEntry.objects.filter(object_type="programs.program", object_id=str(draft.pk)).first()
    from smartphone_support.audit.recording import record

    record("programs.program.change_rows", draft, actor=leader)

    with pytest.raises(PermissionDenied):
        put_in_force(
            draft, actor=leader, number="1", issued_on=date(2026, 1, 5), in_force_from=date(2026, 1, 5)
        )


@time_machine.travel(date(2026, 2, 10))
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": " "}, "number"),
        ({"issued_on": date(2026, 3, 1)}, "future"),
        ({"in_force_from": date(2026, 1, 1)}, "before the day it is signed"),
        ({"in_force_from": date(2027, 1, 1)}, "behind the plan's last year"),
    ],
)
def test_days_and_number_that_do_not_fit_are_refused(draft, leader, change, words):
    known = {"number": "1/KH", "issued_on": date(2026, 1, 5), "in_force_from": date(2026, 1, 5)} | change

    with pytest.raises(Refusal, match=words):
        put_in_force(draft, actor=leader, **known)


def test_a_draft_is_deleted_and_stays_on_the_record(daknong, officer):
    program = save_reading(uploaded(officer), HEAD, actor=officer)
    key = program.pk

    delete_draft(program, actor=officer)

    assert not Program.objects.filter(pk=key).exists()
    assert PlanReading.objects.get().discarded_at is not None
    entry = AuditEntry.objects.get(action="programs.program.delete")
    assert entry.object_id == str(key)


def test_a_plan_in_force_is_neither_changed_nor_deleted(daknong, officer, leader):
    for call in (
        lambda: delete_draft(daknong, actor=officer),
        lambda: change_rows(daknong, rows_of_program(daknong), seen="", actor=officer),
        lambda: set_party(daknong.parties.first(), [], actor=officer),
    ):
        with pytest.raises(Refusal, match="not taken"):
            call()
    assert close_plan(daknong, actor=leader, reason="Hết thời hạn").state == ProgramState.CLOSED


# --- the pages ----------------------------------------------------------------------------------------


def test_the_whole_way_on_the_pages(client, cast, daknong, leader):
    cast.log_in(client, "daknong-dic")
    rows = [("I", "Nhóm", "", "", ""), ("1", "Một", "Văn phòng A", "", "Sau khi ban hành"),
            ("2", "Hai", "Sở Y tế", "", "Hàng quý")]  # fmt: skip
    file = ContentFile(table_file(rows), name="ke-hoach.docx")
    page = client.post(reverse("programs:program_new"), {"file": file}, follow=True)
    reading = PlanReading.objects.get()
    assert "Văn phòng A" in page.content.decode()

    url = reverse("programs:program_reading_rows", args=[reading.pk])
    page = client.get(url)
    form = fields_of(page.context["form_rows"], page.context["seen"])
    moved = client.post(url, form | {"press": "up-2"})
    assert [row.content for row in moved.context["form_rows"]] == ["Nhóm", "Hai", "Một"]
    refused = client.post(url, form | {"lead-1": "", "press": "save"})
    assert "I.1" in refused.context["refusal"]
    client.post(url, form | {"drop-2": "1", "press": "save"})
    reading.refresh_from_db()
    assert [row["content"] for row in reading.rows] == ["Nhóm", "Một"]

    url = reverse("programs:program_reading_questions", args=[reading.pk])
    client.get(url)
    answers = {"seen": reading.version, "name-0": ["operators"], "timing-0": "monthly"}
    assert client.post(url, answers).status_code == 302
    url = reverse("programs:program_reading_save", args=[reading.pk])
    client.get(url)
    client.post(
        url, {"title": "Kế hoạch 2026", "first_year": "2026", "last_year": "2026", "like": daknong.pk}
    )
    program = Program.objects.get(title="Kế hoạch 2026")
    assert tasks_of(program)["I.1"][2] == ["daknong-mobifone", "daknong-viettel", "daknong-vnpt"]

    task = PlanTask.objects.get(group__program=program)
    events = {"kind": "monthly", "fulfils": ["operator_report"]}
    url = reverse("programs:program_task_events", args=[task.pk])
    assert client.get(url).status_code == 200
    client.post(url, events)
    assert [one.event for one in task.triggers.all()] == ["operator_report"]
    party = reverse("programs:program_party", args=[task.lead_id])
    assert client.get(party).status_code == 200
    assert client.get(reverse("programs:program_draft", args=[program.pk])).status_code == 200
    assert client.get(reverse("programs:program_put_in_force", args=[program.pk])).status_code == 403

    cast.log_in(client, "daknong-dic-leader")
    url = reverse("programs:program_put_in_force", args=[program.pk])
    assert client.get(url).status_code == 200
    signed = {"number": "9/KH-UBND", "issued_on": "05/01/2026", "in_force_from": "05/01/2026"}
    with time_machine.travel(date(2026, 2, 1), tick=True):
        cast.log_in(client, "daknong-dic-leader")
        client.post(url, signed)
    program.refresh_from_db()
    assert program.state == ProgramState.IN_FORCE


def fields_of(rows, seen):
    """What a browser sends of the form over all rows."""
    form = {"rows": len(rows), "seen": seen}
    for index, row in enumerate(rows):
        form |= {
            f"was-{index}": f"{row.kind}-{row.row}-{row.task}",
            f"number-{index}": row.number,
            f"content-{index}": row.content,
            f"lead-{index}": row.lead,
            f"coordinators-{index}": "\n".join(row.coordinators),
            f"timing-{index}": row.timing,
        }
    return form


def test_a_file_that_is_no_plan_gets_one_sentence(client, cast, daknong):
    cast.log_in(client, "daknong-dic")

    page = client.post(reverse("programs:program_new"), {"file": ContentFile(b"", name="a.docx")})

    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert not PlanReading.objects.exists()


def test_no_more_fields_are_sent_than_a_form_may_have(client, cast, draft):
    from programs.plans.sketch import MOST_ROWS

    assert MOST_ROWS * 8 + 10 <= 1000


# --- two people at once -------------------------------------------------------------------------------

two_writers = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="two writers at once need PostgreSQL"
)


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_document_saved_by_two_at_once_becomes_one_plan(daknong, officer):
    reading = uploaded(officer)

    results = at_once(
        lambda: save_reading(reading, HEAD, actor=officer), lambda: save_reading(reading, HEAD, actor=officer)
    )

    assert sum(isinstance(result, Program) for result in results) == 1
    assert Program.objects.filter(state="draft").count() == 1


@two_writers
@pytest.mark.django_db(transaction=True)
def test_rows_corrected_by_two_at_once_are_those_of_one(draft, officer):
    seen = fingerprint(rows_of_program(draft))

    def correct(words):
        rows = rows_of_program(draft)
        rows[1].content = words
        return change_rows(draft, rows, seen=seen, actor=officer)

    results = at_once(lambda: correct("Một"), lambda: correct("Hai"))

    assert sum(isinstance(result, list) for result in results) == 1
    assert PlanTask.objects.filter(group__program=draft).count() == 11


@two_writers
@pytest.mark.django_db(transaction=True)
def test_a_draft_is_deleted_or_put_in_force_never_both(draft, officer, leader):
    today = date.today()

    at_once(
        lambda: delete_draft(draft, actor=officer),
        lambda: put_in_force(draft, actor=leader, number="1/KH", issued_on=today, in_force_from=today),
    )

    left = Program.objects.filter(pk=draft.pk).first()
    assert left is None or left.state == ProgramState.IN_FORCE
