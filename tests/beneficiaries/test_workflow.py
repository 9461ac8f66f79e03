"""A list's way into the register, through the functions screens and commands use."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from beneficiaries import workflow
from beneficiaries.models import BatchRow, Household, ListBatch, PovertySpell, RegisterVersion
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from .conftest import household, identity

pytestmark = pytest.mark.django_db
END_22, END_23 = date(2022, 12, 31), date(2023, 12, 31)


def counts(batch, *names):
    return tuple(batch.counts[name] for name in names)


def test_nothing_is_in_the_register_before_somebody_confirms(desk):
    batch = desk.read(household(1), household(2))
    assert (batch.state, batch.counts["new"]) == ("awaiting_confirmation", 2)
    assert not Household.objects.exists()


def test_a_confirmed_list_is_the_register(desk):
    desk.register(household(1), household(2, J=None, K="x"))
    first, second = Household.objects.order_by("pk")
    assert (first.head_name, first.national_id, first.district.code) == ("Kăn Mrai 1", identity(1), "481")
    assert first.spells.get().poverty_class == "poor"
    assert second.spells.get().poverty_class == "near_poor"
    assert second.spells.get().valid_from == END_23


def test_the_same_file_again_changes_nothing(desk):
    rows = [household(1), household(2, F="12345"), household(3, D="31/02/1960"), household(4, F=None, D=None)]
    desk.register(*rows)
    again = desk.read(*rows)
    assert counts(again, "new", "changed", "unchanged", "gone", "ambiguous") == (0, 0, 4, 0, 0)
    before = list(PovertySpell.objects.values())
    desk.confirm(again)
    assert list(PovertySpell.objects.values()) == before


def test_a_change_is_shown_field_by_field_and_then_written(desk):
    desk.register(household(1))
    batch = desk.read(household(1, N="0987654321", H="Thôn 2"), year=2024)
    row = batch.rows.get(outcome="changed")
    assert sorted(change[:3] for change in row.changes) == [
        ["phone", "0912345678", "0987654321"],
        ["village", "Thôn A Năm", "Thôn 2"],
    ]
    desk.confirm(batch)
    assert Household.objects.get().phone == "0987654321"


def test_a_blank_never_wipes_what_is_known(desk):
    desk.register(household(1))
    batch = desk.register(household(1, F=None, N=None, G=None, I=None), year=2024)
    known = Household.objects.get()
    assert batch.counts["unchanged"] == 1
    assert (known.national_id, known.phone, known.member_count) == (identity(1), "0912345678", 4)


def test_a_class_that_changes_is_known_for_every_day(desk, classes):
    desk.register(household(1), year=2022)
    desk.register(household(1, J=None, K="x"), year=2023)
    assert classes(date(2023, 6, 1)) == {"Kăn Mrai 1": "poor"}
    assert classes(END_23) == {"Kăn Mrai 1": "near_poor"}


def test_who_is_no_longer_listed_is_not_poor_from_the_new_list_on(desk, classes):
    desk.register(*map(household, range(1, 6)), year=2022)
    batch = desk.register(*map(household, range(1, 5)), year=2023)
    assert batch.counts["gone"] == 1
    assert classes(END_22)["Nguyễn Thị Diệu Hương 5"] == "poor"
    assert classes(END_23)["Nguyễn Thị Diệu Hương 5"] == "not_poor"


def test_only_communes_the_file_covers_lose_households(desk):
    elsewhere = [["A", None, "HUYỆN A LƯỚI"], ["I", None, "Xã Hồng Thủy", *[None] * 5, 9]]
    desk.register(household(1), sections=elsewhere, year=2022)
    assert desk.read(household(2), year=2023).counts["gone"] == 0


def test_the_brake_holds_until_a_reason_is_given(desk, cast):
    desk.register(*map(household, range(10)), year=2022)
    batch = desk.read(*map(household, range(5)), year=2023)
    assert [(b["name"], b["gone"], b["start"]) for b in batch.brakes] == [("Xã Hồng Vân", 5, 10)]
    with pytest.raises(Refusal, match="give the reason"):
        desk.confirm(batch)
    assert desk.confirm(batch, reason="Sáp nhập thôn").state == "applied"
    assert (
        AuditEntry.objects.get(action="beneficiaries.listbatch.confirm", object_id=batch.pk).reason
        == "Sáp nhập thôn"
    )


def test_a_row_in_error_is_not_written_and_its_household_is_not_gone(desk):
    desk.register(household(1), household(2), year=2022)
    batch = desk.register(household(1, C=None), household(2), year=2023)
    assert counts(batch, "blocked", "gone", "errors") == (1, 0, 1)


def test_a_household_twice_in_the_file_is_written_once_and_reported(desk):
    batch = desk.register(household(1), household(1, B="99"))
    assert counts(batch, "new", "blocked", "warnings") == (1, 1, 1)
    assert batch.causes[0]["code"] == "duplicate_in_file"
    assert Household.objects.count() == 1


def test_an_apply_that_fails_in_the_middle_leaves_nothing(desk, monkeypatch):
    batch = desk.read(household(1), household(2))
    workflow.confirm_batch(batch, actor=desk.cast("hue-dolisa"))
    monkeypatch.setattr("beneficiaries.imports.writing.RegisterWriter.open", lambda *a: 1 / 0)
    batch.refresh_from_db()
    with pytest.raises(ZeroDivisionError):
        desk.work(batch)
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert batch.job.key.hex[:8] in batch.failure
    assert not Household.objects.exists()
    assert RegisterVersion.objects.get(province__code="46").version == 0


def test_a_failed_list_can_be_read_again(desk, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("beneficiaries.imports.staging.match_households", lambda *a: 1 / 0)
        batch = desk.upload(household(1))
        with pytest.raises(ZeroDivisionError):
            desk.work(batch)
    batch = workflow.read_again(batch, actor=desk.cast("hue-dolisa"))
    assert desk.work(batch).state == "awaiting_confirmation"


def test_confirming_twice_writes_once(desk):
    batch = desk.read(household(1))
    first = workflow.confirm_batch(batch, actor=desk.cast("hue-dolisa"))
    second = workflow.confirm_batch(batch, actor=desk.cast("hue-dolisa"))
    assert first.job == second.job
    desk.work(first)
    desk.work(second)
    assert Household.objects.count() == 1
    assert AuditEntry.objects.filter(action="beneficiaries.listbatch.apply").count() == 1


def test_a_preview_older_than_the_register_is_made_again_and_says_so(desk):
    first, second = desk.read(household(1)), desk.read(household(2))
    desk.confirm(first, reason="x")
    looked_again = workflow.confirm_batch(second, actor=desk.cast("hue-dolisa"))
    assert (looked_again.state, "compared anew" in looked_again.notice) == ("uploaded", True)
    again = desk.work(looked_again)
    assert counts(again, "new", "gone") == (1, 1)


def test_two_lists_are_never_written_at_the_same_time(desk):
    first, second = desk.read(household(1)), desk.read(household(2))
    workflow.confirm_batch(first, actor=desk.cast("hue-dolisa"))
    with pytest.raises(Refusal, match="Another list is being written"):
        workflow.confirm_batch(second, actor=desk.cast("hue-dolisa"))


def test_a_register_that_changed_behind_the_apply_is_noticed_there_too(desk):
    batch = workflow.confirm_batch(desk.read(household(1)), actor=desk.cast("hue-dolisa"))
    RegisterVersion.objects.update(version=7)
    after = desk.work(batch)
    assert after.state == "uploaded"
    assert not Household.objects.exists()
    assert desk.work(after).register_version == 7


def test_the_apply_may_run_again_after_it_was_done(desk):
    batch = desk.register(household(1))
    workflow.write_batch(str(batch.pk), batch.job, None)
    assert Household.objects.count() == 1
    assert ListBatch.objects.get().state == "applied"


def test_an_older_year_is_refused(desk):
    desk.register(household(1), year=2023)
    with pytest.raises(Refusal, match="one of 12/2022 is older"):
        desk.upload(household(1), year=2022)


def test_a_cancelled_list_keeps_its_file_and_drops_its_households(desk, cast):
    batch = desk.read(household(1))
    workflow.reject_batch(batch, actor=cast("hue-dolisa"))
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.file.size > 0) == ("rejected", 0, True)
    with pytest.raises(Refusal, match="another state: Cancelled"):
        desk.confirm(batch)


@pytest.mark.parametrize("who", ["hue-dic", "hue-481", "hue-ppc", "admin", "daknong-dolisa"])
def test_only_the_provinces_register_officer_uploads_and_confirms(desk, cast, who):
    with pytest.raises(Refusal, match="Only a register officer"):
        desk.upload(household(1), by=who)
    batch = desk.read(household(1))
    with pytest.raises(Refusal, match="Only a register officer"):
        workflow.confirm_batch(batch, actor=cast(who))
    assert ListBatch.objects.count() == 1


def test_another_provinces_list_is_refused_with_its_name(desk):
    file = desk.file(
        household(1), sections=[["A", None, "HUYỆN TUY ĐỨC"], ["I", None, "Xã Quảng Trực", *[None] * 5, 9]]
    )
    batch = desk.read(file=file)
    assert batch.state == "failed"
    assert "Đắk Nông" in batch.failure


def test_a_word_file_is_refused_before_anything_is_kept(desk):
    with pytest.raises(Refusal):
        desk.upload(file=SimpleUploadedFile("a.xlsx", b"%PDF-1.7 not a list"))
    assert not ListBatch.objects.exists()


def test_a_number_may_pass_from_one_household_to_another(desk):
    """Household 1 bore the number of household 2; each list gives them their own."""
    officer = desk.cast("hue-dolisa")
    desk.register(household(1, F=identity(2)), household(2, F=None), year=2022)
    rows = [household(1), household(2)]
    batch = desk.read(*rows, year=2023)
    for row in batch.rows.filter(outcome="ambiguous"):
        own = Household.objects.get(head_name=row.head_name)
        workflow.decide_row(row, decision="same", household_id=own.pk, actor=officer)
    desk.confirm(batch)
    desk.register(*rows, year=2023)
    numbers = dict(Household.objects.values_list("head_name", "national_id"))
    assert numbers == {"Kăn Mrai 1": identity(1), "Hồ Viết Đạt 2": identity(2)}


def test_every_step_leaves_its_entry_and_the_chain_holds(desk):
    desk.register(household(1))
    actions = AuditEntry.objects.filter(action__startswith="beneficiaries.listbatch").order_by("id")
    assert [a.action.rpartition(".")[2] for a in actions] == ["upload", "confirm", "apply"]
    assert actions.last().actor_name == desk.cast("hue-dolisa").full_name
    assert verify().broken_at is None


# --- rows a person decides ------------------------------------------------------------------------


@pytest.fixture
def doubtful(desk):
    """A batch with one row that may be the household of 2022 in another village."""
    desk.register(household(1, F=None), *map(household, range(2, 9)), year=2022)
    batch = desk.read(household(1, F=None, H="Thôn 9"), *map(household, range(2, 9)), year=2023)
    assert counts(batch, "ambiguous", "undecided", "gone") == (1, 1, 0)
    return batch


def decide(desk, batch, decision, household_id=None):
    row = workflow.decide_row(
        batch.rows.get(outcome="ambiguous"),
        decision=decision,
        household_id=household_id,
        actor=desk.cast("hue-dolisa"),
    )
    batch.refresh_from_db()
    return row


def test_the_same_household_is_changed(desk, doubtful):
    old = Household.objects.get(head_name="Kăn Mrai 1")
    row = decide(desk, doubtful, "same", old.pk)
    assert row.changes == [["village", "Thôn A Năm", "Thôn 9"]]
    desk.confirm(doubtful)
    old.refresh_from_db()
    assert (old.village, Household.objects.count()) == ("Thôn 9", 8)


def test_another_household_is_added_and_the_old_one_is_gone(desk, doubtful):
    decide(desk, doubtful, "new")
    assert counts(doubtful, "undecided", "gone") == (0, 1)
    desk.confirm(doubtful)
    assert Household.objects.count() == 9
    assert Household.objects.as_of(END_23).filter(class_as_of="not_poor").get().village == "Thôn A Năm"


def test_a_decision_can_be_taken_back(desk, doubtful):
    decide(desk, doubtful, "new")
    decide(desk, doubtful, "")
    assert counts(doubtful, "undecided", "gone") == (1, 0)


def test_what_nobody_decided_is_left_out_and_its_candidate_stays(desk, doubtful):
    desk.confirm(doubtful)
    old = Household.objects.get(head_name="Kăn Mrai 1")
    assert (old.village, old.spells.get().poverty_class) == ("Thôn A Năm", "poor")


def test_a_household_not_offered_is_not_taken(desk, doubtful):
    other = Household.objects.get(head_name__endswith=" 2")
    with pytest.raises(Refusal, match="one of the households shown"):
        decide(desk, doubtful, "same", other.pk)


def test_a_number_of_another_person_never_breaks_the_apply(desk):
    desk.register(household(1), year=2022)
    thief = household(2, "Lê Thị Ánh", F=identity(1), D="01/01/1991")
    batch = desk.read(household(1, F=None), thief, year=2023)
    row = batch.rows.get(outcome="ambiguous")
    assert row.candidates[0]["reasons"] == ["same_id_other_person"]
    workflow.decide_row(row, decision="new", actor=desk.cast("hue-dolisa"))
    desk.confirm(batch)
    assert Household.objects.get(head_name="Lê Thị Ánh").national_id == ""
    assert BatchRow.objects.get(pk=row.pk).household.head_name == "Lê Thị Ánh"
