"""Decisions after approval: households added, replaced, taken off; the approved list stays as it was."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from allocations import workflow
from allocations.lists.digest import amendment_untouched, untouched
from allocations.lists.effective import standing_of
from allocations.lists.reserves import next_reserves, reserves_of
from allocations.models import Amendment, AmendmentLine, DistrictList, EligibilitySnapshot, Support
from allocations.papers.annex import write_annex
from allocations.workflow.returns import give_back_quota
from beneficiaries.models import EarlierDevice, PovertySpell
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify
from smartphone_support.web.errors import Refusal

from .conftest import delete_behind_the_programs_back

pytestmark = pytest.mark.django_db
WHY = "Chuyển đi khỏi tỉnh"


@pytest.fixture
def approved(a_luoi, story):
    """A Lưới's list, approved: lines 1 to 3 kept, 4 to 6 in reserve; quota 3."""
    story.decided(a_luoi)
    a_luoi.refresh_from_db()
    return a_luoi


def support_at(row, position):
    return Support.objects.get(line__district_list=row, line__position=position)


def household_at(row, position):
    return row.lines.get(position=position).household


def replaced(story, row, position=2, **known):
    amendment = story.amendment(row, **known)
    workflow.add_amendment_line(
        amendment, actor=story.cast("hue-dic"), removes=support_at(row, position),
        adds=next_reserves(row)[0].household, reason=WHY,
    )  # fmt: skip
    return amendment


def live(row):
    return sorted(
        Support.objects.live()
        .filter(round=row.round, district=row.district)
        .values_list("household", flat=True)
    )


# --- replacing --------------------------------------------------------------------------------------


def test_a_replacement_ends_one_support_and_opens_the_next_reserves(approved, story):
    out, reserve = support_at(approved, 2), approved.lines.get(position=4)
    amendment = story.amended(replaced(story, approved))
    out.refresh_from_db()
    assert (out.state, out.reason) == ("withdrawn", WHY)
    added = Support.objects.get(amendment_line__amendment=amendment)
    assert (added.household, added.state, added.district) == (
        reserve.household,
        "approved",
        approved.district,
    )
    assert live(approved) == sorted(household_at(approved, n).pk for n in (1, 3, 4))
    moments = EligibilitySnapshot.objects.filter(support=added).values_list("moment", "on")
    assert dict(moments) == {"as_of": date(2024, 1, 15), "approval": date(2024, 3, 5)}
    assert verify().broken_at is None


def test_the_approved_list_stays_as_it_was_approved(approved, story):
    digest = approved.digest
    amendment = story.amended(replaced(story, approved))
    row = DistrictList.objects.get(pk=approved.pk)
    assert (row.digest, row.kept, untouched(row)) == (digest, 3, True)
    assert amendment_untouched(Amendment.objects.get(pk=amendment.pk))


def test_a_decided_amendment_never_changes(approved, story):
    amendment = story.amended(replaced(story, approved))
    line = amendment.lines.get()
    line.reason = "Khác"
    for change in (line.save, lambda: Amendment.objects.filter(pk=amendment.pk).update(signer="Ai đó")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        AmendmentLine.objects.create(amendment=amendment, position=9, removes=line.removes, reason="Thêm")


def test_a_line_taken_away_behind_the_programs_back_shows_in_the_digest(approved, story):
    amendment = story.amended(replaced(story, approved))
    line = amendment.lines.get()
    Support.objects.filter(amendment_line=line).update(amendment_line=None)
    delete_behind_the_programs_back(line)
    assert not amendment_untouched(Amendment.objects.get(pk=amendment.pk))


def test_an_undeliverable_support_is_replaced_by_the_next_reserve_in_one_step(approved, story, cast):
    out = support_at(approved, 1)
    workflow.mark_undeliverable(out, actor=cast("hue-dic"), reason="Không tìm thấy hộ")
    amendment = workflow.propose_replacement(
        out, actor=cast("hue-dic"), number="21/TTr", day=date(2024, 3, 1), reason=WHY
    )
    line = amendment.lines.get()
    assert (line.removes, line.adds) == (out, household_at(approved, 4))
    story.amended(amendment)
    out.refresh_from_db()
    assert out.state == "undeliverable"
    assert len(live(approved)) == 3
    with pytest.raises(Refusal, match="replaced already"):
        workflow.propose_replacement(
            out, actor=cast("hue-dic"), number="22/TTr", day=date(2024, 3, 1), reason=WHY
        )


def test_the_next_reserve_is_the_first_that_can_still_come(approved, story):
    first, second = household_at(approved, 4), household_at(approved, 5)
    yesterday = timezone.localdate() - timedelta(days=1)
    PovertySpell.objects.filter(household=first).update(valid_to=yesterday)
    assert [line.position for line in next_reserves(approved)] == [5, 6]
    EarlierDevice.objects.create(household=second, kind="tablet", received_on=date(2023, 5, 1))
    assert [line.position for line in next_reserves(approved)] == [6]
    told = {row.line.position: row.obstacle for row in reserves_of(approved)}
    assert "does not meet" in told[4]
    assert "does not meet" in told[5]
    assert told[6] == ""


def test_passing_over_a_reserve_needs_a_reason_that_is_kept(approved, story):
    amendment, sixth = story.amendment(approved), household_at(approved, 6)
    known = {"actor": story.cast("hue-dic"), "removes": support_at(approved, 2), "adds": sixth, "reason": WHY}
    with pytest.raises(Refusal, match="line 4, comes first"):
        workflow.add_amendment_line(amendment, **known)
    line = workflow.add_amendment_line(amendment, **known, skip_reason="Hộ dòng 4, 5 đang đi vắng")
    assert line.reason == f"{WHY} · Hộ dòng 4, 5 đang đi vắng"


def test_two_replacements_of_one_amendment_take_two_reserves_in_their_order(approved, story):
    amendment = replaced(story, approved, 1)
    workflow.add_amendment_line(
        amendment, actor=story.cast("hue-dic"), removes=support_at(approved, 2),
        adds=household_at(approved, 5), reason=WHY,
    )  # fmt: skip
    story.amended(amendment)
    assert live(approved) == sorted(household_at(approved, n).pk for n in (3, 4, 5))


# --- supplementary and taking out -------------------------------------------------------------------


def test_a_supplement_never_goes_beyond_the_quota(approved, story):
    amendment = story.amendment(approved, "supplement")
    with pytest.raises(Refusal, match="1 too many"):
        workflow.add_amendment_line(
            amendment, actor=story.cast("hue-dic"), adds=household_at(approved, 4), reason=WHY
        )
    assert not amendment.lines.exists()


def test_a_place_that_fell_free_is_filled_by_a_supplement(approved, story, cast):
    workflow.mark_undeliverable(support_at(approved, 3), actor=cast("hue-dic"), reason=WHY)
    amendment = story.amendment(approved, "supplement")
    workflow.add_amendment_line(
        amendment, actor=cast("hue-dic"), adds=household_at(approved, 4), reason="Chỉ tiêu còn lại"
    )
    story.amended(amendment)
    assert live(approved) == sorted(household_at(approved, n).pk for n in (1, 2, 4))


def test_quota_given_back_is_not_filled_again(approved, story, cast):
    workflow.mark_undeliverable(support_at(approved, 3), actor=cast("hue-dic"), reason=WHY)
    give_back_quota(approved, actor=cast("hue-dic"), count=1, reason="Không còn nhu cầu")
    with pytest.raises(Refusal, match="too many"):
        workflow.add_amendment_line(
            story.amendment(approved, "supplement"), actor=cast("hue-dic"), adds=household_at(approved, 4),
            reason=WHY,
        )  # fmt: skip


def test_a_household_that_is_not_on_the_list_comes_on_where_the_rule_takes_it(approved, story, cast):
    workflow.mark_undeliverable(support_at(approved, 3), actor=cast("hue-dic"), reason=WHY)
    stranger = story.household("20047")
    amendment = story.amendment(approved, "supplement")
    known = {"actor": cast("hue-dic"), "adds": stranger, "reason": "Rà soát bổ sung"}
    with pytest.raises(Refusal, match="comes first"):
        workflow.add_amendment_line(amendment, **known)
    line = workflow.add_amendment_line(amendment, **known, skip_reason="Các hộ dự phòng từ chối")
    assert (line.reserve_line, line.failed, line.snapshot["poverty_class"]) == (None, [], "poor")
    story.amended(amendment)
    assert Support.objects.get(household=stranger).commune.code == "20047"


def test_households_the_rule_excludes_or_other_sources_serve_cannot_come(approved, story, cast):
    workflow.mark_undeliverable(support_at(approved, 3), actor=cast("hue-dic"), reason=WHY)
    amendment = story.amendment(approved, "supplement")
    late = story.household("20047", since=date(2024, 2, 1))
    elsewhere = story.household("20161")
    served = story.household("20047")
    Support.objects.create(
        household=served, district=served.district, commune=served.commune, form="bundle",
        contribution=story.contribution(devices=1),
    )  # fmt: skip
    for household, why in (
        (late, "does not meet"), (elsewhere, "another district"), (served, "already served"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=why):
            workflow.add_amendment_line(
                amendment, actor=cast("hue-dic"), adds=household, reason=WHY, skip_reason="Thử"
            )


def test_taking_out_ends_the_support_and_fills_nothing(approved, story):
    amendment = story.amendment(approved, "remove")
    workflow.add_amendment_line(
        amendment, actor=story.cast("hue-dic"), removes=support_at(approved, 2), reason=WHY
    )
    story.amended(amendment)
    assert live(approved) == sorted(household_at(approved, n).pk for n in (1, 3))
    entry = AuditEntry.objects.get(action="allocations.support.take_off")
    assert entry.object_id == str(support_at(approved, 2).pk)


def test_a_held_support_is_taken_out_and_a_delivered_one_is_not(approved, story, cast):
    amendment = story.amendment(approved, "remove")
    held, delivered = support_at(approved, 1), support_at(approved, 2)
    workflow.hold_support(held, actor=cast("hue-dic"), why="complaint", reason="Có đơn")
    workflow.add_amendment_line(amendment, actor=cast("hue-dic"), removes=held, reason=WHY)
    Support.objects.filter(pk=delivered.pk).update(state="delivered", delivered_on=date(2024, 2, 20))
    with pytest.raises(Refusal, match="Handed over"):
        workflow.add_amendment_line(amendment, actor=cast("hue-dic"), removes=delivered, reason=WHY)
    story.amended(amendment)
    held.refresh_from_db()
    assert (held.state, held.frozen_from) == ("withdrawn", "")


@pytest.mark.parametrize(("kind", "removes", "adds"), [
    ("supplement", True, False), ("replace", True, False), ("replace", False, True), ("remove", True, True),
])  # fmt: skip
def test_a_change_must_fit_the_kind(approved, story, kind, removes, adds):
    with pytest.raises(Refusal, match="no such change"):
        workflow.add_amendment_line(
            story.amendment(approved, kind), actor=story.cast("hue-dic"), reason=WHY,
            removes=support_at(approved, 1) if removes else None,
            adds=household_at(approved, 4) if adds else None,
        )  # fmt: skip


# --- the way ----------------------------------------------------------------------------------------


def test_only_an_approved_list_is_amended(a_luoi, story):
    with pytest.raises(Refusal, match="Only an approved list"):
        story.amendment(a_luoi)


def test_who_drew_it_up_never_records_the_decision(approved, story, cast):
    amendment = workflow.submit_amendment(replaced(story, approved), actor=cast("hue-dic"))
    known = {"number": "1/QĐ", "day": date(2024, 3, 5), "signer": "Chủ tịch"}
    for username in ("hue-dic", "hue-481-leader", "daknong-dic-leader"):
        with pytest.raises(PermissionDenied):
            workflow.decide_amendment(amendment, actor=cast(username), **known)
    Amendment.objects.filter(pk=amendment.pk).update(prepared_by=cast("hue-dic-leader"))
    with pytest.raises(PermissionDenied):
        workflow.decide_amendment(amendment, actor=cast("hue-dic-leader"), **known)


def test_a_returned_amendment_is_mended_and_submitted_again(approved, story, cast):
    amendment = workflow.submit_amendment(replaced(story, approved), actor=cast("hue-dic"))
    workflow.return_amendment(amendment, actor=cast("hue-dic-leader"), reason="Thiếu căn cứ")
    amendment.refresh_from_db()
    assert (amendment.state, amendment.return_reason) == ("draft", "Thiếu căn cứ")
    workflow.remove_amendment_line(amendment.lines.get(), actor=cast("hue-dic"))
    with pytest.raises(Refusal, match="no household yet"):
        workflow.submit_amendment(amendment, actor=cast("hue-dic"))
    workflow.add_amendment_line(
        amendment, actor=cast("hue-dic"), removes=support_at(approved, 3), adds=household_at(approved, 4),
        reason=WHY,
    )  # fmt: skip
    story.amended(amendment)
    assert live(approved) == sorted(household_at(approved, n).pk for n in (1, 2, 4))


def test_a_cancelled_draft_frees_its_reserve(approved, story, cast):
    first = replaced(story, approved)
    assert [line.position for line in next_reserves(approved)] == [5, 6]
    workflow.cancel_amendment(first, actor=cast("hue-dic"), reason="Hộ đã quay về")
    assert [line.position for line in next_reserves(approved)] == [4, 5, 6]
    with pytest.raises(Refusal):
        workflow.submit_amendment(first, actor=cast("hue-dic"))


@pytest.mark.parametrize("day", [date(2024, 2, 28), timezone.localdate() + timedelta(days=1)])
def test_the_decision_is_dated_between_the_proposal_and_today(approved, story, cast, day):
    amendment = workflow.submit_amendment(replaced(story, approved), actor=cast("hue-dic"))
    with pytest.raises(Refusal):
        workflow.decide_amendment(
            amendment, actor=cast("hue-dic-leader"), number="1/QĐ", day=day, signer="Chủ tịch"
        )


def test_a_number_is_used_once_a_round(approved, story):
    story.amendment(approved)
    with pytest.raises(Refusal, match="number exists"):
        story.amendment(approved, "remove")


def test_a_household_served_between_submission_and_decision_stops_the_decision(approved, story, cast):
    amendment = workflow.submit_amendment(replaced(story, approved), actor=cast("hue-dic"))
    reserve = household_at(approved, 4)
    Support.objects.create(
        household=reserve, district=reserve.district, commune=reserve.commune, form="bundle",
        contribution=story.contribution(devices=1),
    )  # fmt: skip
    with pytest.raises(Refusal, match="Hương Giang"):
        workflow.decide_amendment(
            amendment, actor=cast("hue-dic-leader"), number="1/QĐ", day=date(2024, 3, 5), signer="Chủ tịch"
        )
    assert support_at(approved, 2).state == "approved"
    assert Amendment.objects.get().state == "submitted"


def test_money_follows_the_amendment(a_luoi, story):
    line = story.budget_line(a_luoi.round, amount=6_000_000, unit_cost=2_000_000)
    story.decided(a_luoi)
    a_luoi.refresh_from_db()
    story.amended(replaced(story, a_luoi))
    line.refresh_from_db()
    assert line.committed == 6_000_000
    amendment = story.amendment(a_luoi, "remove", number="30/TTr")
    workflow.add_amendment_line(
        amendment, actor=story.cast("hue-dic"), removes=support_at(a_luoi, 1), reason=WHY
    )
    story.amended(amendment)
    line.refresh_from_db()
    assert line.committed == 4_000_000


def test_a_household_an_amendment_added_can_be_replaced_in_turn(approved, story, cast):
    story.amended(replaced(story, approved))
    added = Support.objects.get(amendment_line__isnull=False)
    workflow.mark_undeliverable(added, actor=cast("hue-dic"), reason=WHY)
    second = workflow.propose_replacement(
        added, actor=cast("hue-dic"), number="23/TTr", day=date(2024, 3, 1), reason=WHY
    )
    assert second.lines.get().adds == household_at(approved, 5)
    story.amended(second)
    assert live(approved) == sorted(household_at(approved, n).pk for n in (1, 3, 5))


def test_judging_the_reserves_costs_the_same_however_many(approved, story, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert len(reserves_of(approved)) == 3


# --- the list as it stands --------------------------------------------------------------------------


def test_the_lists_page_shows_what_was_approved_and_what_changed_since(approved, story, client, cast):
    story.amended(replaced(story, approved))
    workflow.mark_undeliverable(support_at(approved, 1), actor=cast("hue-dic"), reason=WHY)
    standing = standing_of(approved)
    assert (standing.approved, standing.taken_off, standing.added, standing.lost, standing.live) == (
        3, 1, 1, 1, 2,
    )  # fmt: skip
    cast.log_in(client, "hue-481")
    html = client.get(reverse("allocations:list_detail", args=[approved.pk])).content.decode()
    part = html[html.index("Since the approval") :]
    assert f"Goes: {household_at(approved, 2)}" in part
    assert f"Comes: {household_at(approved, 4)}" in part
    assert "Draw up an amendment" not in part


def test_a_list_not_approved_yet_has_no_such_part(a_luoi, client, cast):
    cast.log_in(client, "hue-dic")
    html = client.get(reverse("allocations:list_detail", args=[a_luoi.pk])).content.decode()
    assert "Since the approval" not in html


def test_the_annex_names_the_changes_behind_the_approved_list(approved, story):
    story.amended(replaced(story, approved))
    content = write_annex(approved.proposal, [approved], in_full=True)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert "Điều chỉnh sau phê duyệt:" in texts
    (change,) = [text for text in texts if text.startswith("- đưa ra:")]
    assert household_at(approved, 2).head_name in change
    assert household_at(approved, 4).head_name in change
    assert [text for text in texts if text == "Tổng cộng: 3 hộ"]
