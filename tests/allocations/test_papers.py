"""Official papers of the allocation: what stands on them, who gets them, what stays on the record."""

from __future__ import annotations

import io
from datetime import date

import docx as python_docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocations import workflow
from allocations.models import (
    Acceptance,
    Amendment,
    AmendmentLine,
    Device,
    HandOver,
    Objection,
    PublicPosting,
    Support,
)
from allocations.papers.kinds import KINDS, Asked, communes_of
from allocations.papers.office import committee_signature, places, their_committees
from beneficiaries.choices import Reading
from beneficiaries.models import HouseholdReading
from smartphone_support.audit.models import AuditEntry
from smartphone_support.documents import docx, pdf

pytestmark = pytest.mark.django_db
GAP = "\u00a0" * 6


def words_of(content: bytes) -> list[str]:
    """Every paragraph of a .docx with text in it, in tables too."""
    body = python_docx.Document(io.BytesIO(content)).element.body
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = ["".join(node.text or "" for node in p.iter(f"{tag}t")) for p in body.iter(f"{tag}p")]
    return [text.strip(" ") for text in found if text.strip()]


@pytest.fixture
def download(client, cast):
    """`download("hue-dic", proposal, "submission")`: the words of the .docx that person gets."""

    def get(username, row, slug, of="proposal", **data):
        cast.log_in(client, username)
        name = f"allocations:paper_{of}_{slug}_docx".replace("-", "_")
        answer = client.get(reverse(name, args=[row.pk]), data)
        assert answer.status_code == 200, answer.status_code
        return words_of(answer.content)

    return get


@pytest.fixture
def two_lists(story):
    story.household("20047", "near_poor", merit=True, phone="0914000111", head_name="Hồ Văn Vui")
    story.households(c20044=5, c20161=6)
    return story.lists(total=6)


@pytest.fixture
def delivered(two_lists, story, cast):
    """All supports assigned to Viettel; one household has its phone in hand, one its money."""
    row = two_lists["481"]
    row.lines.filter(position=2).update(support_form="cash")
    story.decided(*two_lists.values())
    viettel = cast("hue-viettel").organisation
    supports = list(Support.objects.order_by("line__district_list", "line__position"))
    workflow.assign_operator(supports, viettel, actor=cast("hue-dic"))
    bundle = Support.objects.filter(form="bundle", district__code="481").first()
    cash = Support.objects.get(form="cash")
    device = Device.objects.create(
        province=cast.area("46"), round=row.round, operator=viettel, model="Máy A & B",
        imei="356938035643809", place="household", district=bundle.district,
    )  # fmt: skip
    handed = HandOver.objects.create(
        support=bundle, form="bundle", number="7/BB-BG", handed_on=date(2024, 3, 4), place="Nhà văn hóa",
        district=bundle.district, receiver="member", receiver_name="Hồ Thị Lan", receiver_relation="vợ",
        receiver_national_id="046175001234", device=device, phone_number="0961234567",
        recorded_by=cast("hue-viettel"),
    )  # fmt: skip
    paid = HandOver.objects.create(
        support=cash, form="cash", handed_on=date(2024, 3, 5), district=cash.district,
        receiver_name=cash.household.head_name, invoice_number="0001234", invoice_date=date(2023, 5, 1),
        cash_amount=500_000, payment_means="cash", recorded_by=cast("hue-viettel"),
    )  # fmt: skip
    return {"list": row, "bundle": bundle, "handed": handed, "paid": paid, "viettel": viettel}


# --- what stands on them --------------------------------------------------------------------------


def test_a_draft_submission_leaves_number_and_day_to_the_clerk(two_lists, story, cast, download):
    accepted = [story.accepted(row) for row in two_lists.values()]
    proposal = workflow.create_proposal(
        accepted[0].round, actor=cast("hue-dic"), lists=accepted, number="5/TTr-STTTT", day=date(2024, 2, 1)
    )
    words = download("hue-dic", proposal, "submission")
    assert f"Số: {GAP}/TTr-STTTT" in words
    assert f"Thừa Thiên Huế, ngày{GAP}tháng{GAP}năm 2024" in words
    assert "DỰ THẢO" in words
    workflow.submit_proposal(proposal, actor=cast("hue-dic"))
    words = download("hue-dic", proposal, "submission")
    assert "Số: 05/TTr-STTTT" in words
    assert "Thừa Thiên Huế, ngày 01 tháng 02 năm 2024" in words
    assert "DỰ THẢO" not in words


def test_the_submission_gives_the_districts_figures_and_the_list(two_lists, story, download):
    words = download("hue-dic", story.proposed(*two_lists.values()), "submission")
    assert words[:3] == ["UBND TỈNH THỪA THIÊN HUẾ", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "Số: 15/TTr-STTTT"]
    assert "Kính gửi: Ủy ban nhân dân tỉnh Thừa Thiên Huế." in words
    assert (
        "Căn cứ Quyết định số 88/QĐ-BTTTT ngày 15 tháng 01 năm 2024 của Bộ Thông tin và Truyền thông;"
        in words
    )
    start = words.index("Huyện A Lưới")
    assert words[start - 1 : start + 7] == ["1", "Huyện A Lưới", "3", "3", "2", "1", "1", "0"]
    assert "Danh sách này gồm có 6 (sáu) hộ./." in words
    assert "GIÁM ĐỐC" in words


def test_the_decision_is_a_draft_until_the_committee_decides(two_lists, story, cast, download):
    proposal = story.proposed(*two_lists.values())
    draft = download("hue-dic", proposal, "decision")
    assert {"DỰ THẢO", f"Số: {GAP}/QĐ-UBND"} <= set(draft)
    assert not any("SHA-256" in text for text in draft)
    decision = workflow.record_decision(
        proposal, actor=cast("hue-dic-leader"), number="6/QĐ-UBND", day=date(2024, 2, 5),
        signer="Phó Chủ tịch UBND tỉnh Nguyễn Văn An",
    )  # fmt: skip
    words = download("hue-dic", proposal, "decision")
    assert "Số: 06/QĐ-UBND" in words
    assert "DỰ THẢO" not in words
    assert (
        "Theo đề nghị của Giám đốc Sở Thông tin và Truyền thông tại Tờ trình số 15/TTr-STTTT "
        "ngày 01 tháng 02 năm 2024." in words
    )
    assert f"Mã kiểm tra nội dung (SHA-256): {decision.digest}" in words
    signed = words.index("TM. ỦY BAN NHÂN DÂN")
    assert words[signed : signed + 4] == [
        "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn An",
    ]  # fmt: skip
    assert any(text.endswith("thi hành Quyết định này./.") for text in words)


def test_the_annex_groups_by_district_and_commune_with_subtotals(two_lists, story, download):
    words = download("hue-dic", story.proposed(*two_lists.values()), "decision")
    groups = [text for text in words if text.endswith(" hộ") and ": " in text]
    assert groups == [
        "Huyện A Lưới: 3 hộ", "Thị trấn A Lưới: 2 hộ", "Xã Hồng Vân: 1 hộ", "Huyện Nam Đông: 3 hộ",
        "Thị trấn Khe Tre: 3 hộ", "Tổng cộng: 6 hộ",
    ]  # fmt: skip
    total = words.index("Tổng cộng: 6 hộ")
    assert words[total + 1 : total + 5] == ["5", "1", "1", "0"]


def test_the_quota_decision_names_every_district_with_its_quota(two_lists, story, download):
    plan = two_lists["481"].round.plans.get()
    words = download("hue-dic", plan, "decision", of="quotaplan")
    assert "Số: 120/QĐ-UBND" in words
    row = words.index("Huyện A Lưới")
    assert words[row : row + 3] == ["Huyện A Lưới", "6", "3"]
    assert "Tổng số được phân bổ: 6 (sáu)./." in words
    assert "QUYẾT ĐỊNH:" in words


def test_an_amendment_shows_who_goes_and_who_comes(two_lists, story, cast, download):
    story.decided(*two_lists.values())
    row = two_lists["481"]
    reserve = row.lines.filter(decision="reserve").first()
    leaving = Support.objects.filter(district__code="481").first()
    amendment = Amendment.objects.create(
        round=row.round, district_list=row, kind="replace", number="21/TTr-STTTT", date=date(2024, 3, 10),
        reason="Một hộ chuyển đi", prepared_by=cast("hue-dic"),
    )  # fmt: skip
    AmendmentLine.objects.create(
        amendment=amendment, position=1, removes=leaving, adds=reserve.household, reserve_line=reserve,
        snapshot=reserve.snapshot, reason="Chuyển đi tỉnh khác",
    )  # fmt: skip
    words = download("hue-dic", amendment, "decision", of="amendment")
    assert any(leaving.line.snapshot["head_name"] in text for text in words)
    assert any(reserve.snapshot["head_name"] in text for text in words)
    assert {"Chuyển đi tỉnh khác", "Lý do: Một hộ chuyển đi.", "DỰ THẢO"} <= set(words)
    assert "Phụ lục này gồm có 1 (một) thay đổi./." in words


def test_the_notice_board_shows_nothing_of_a_person_but_name_village_class_rank_and_form(two_lists, download):
    row = two_lists["481"]
    words = download("hue-481", row, "posted", of="list")
    kept = row.lines.filter(decision="keep")
    assert {line.snapshot["head_name"] for line in kept} <= set(words)
    text = " ".join(words)
    for line in row.lines.all():
        assert line.snapshot["national_id"] not in text
        assert line.snapshot["national_id"][-3:] not in words
    assert "0914000111" not in text
    assert "091***0111" not in text
    assert "Danh sách này gồm có 3 (ba) hộ./." in words


def test_the_posted_list_of_a_commune_holds_only_that_commune(two_lists, cast, download):
    commune = cast.area("20047")
    words = download("hue-481", two_lists["481"], "posted", of="list", commune=commune.pk)
    assert "Danh sách này gồm có 1 (một) hộ./." in words
    assert "ỦY BAN NHÂN DÂN XÃ HỒNG VÂN" in words
    assert not any("Thị trấn A Lưới" in text for text in words)


def test_a_commune_without_a_household_of_the_list_is_not_found(two_lists, visit, cast):
    url = reverse("allocations:paper_list_posted_pdf", args=[two_lists["481"].pk])
    for wrong in (cast.area("20161").pk, "x", 10**30):
        assert visit("hue-481", url, commune=wrong).status_code == 404


def test_the_posting_record_tells_place_days_and_every_objection(two_lists, cast, download):
    row = two_lists["481"]
    posting = PublicPosting.objects.create(
        district_list=row, list_version=1, commune=cast.area("20044"), place="Trụ sở UBND thị trấn",
        from_day=date(2024, 1, 22), to_day=date(2024, 1, 26), recorded_by=cast("hue-481"),
    )  # fmt: skip
    words = download("hue-481", posting, "minutes", of="posting")
    assert "1. Nơi niêm yết: Trụ sở UBND thị trấn." in words
    assert "2. Thời gian niêm yết: từ ngày 22/01/2024 đến hết ngày 26/01/2024." in words
    assert "4. Ý kiến phản ánh: không có." in words
    Objection.objects.create(
        posting=posting, received_on=date(2024, 1, 23), content="Hộ này đã có máy", outcome="rejected",
        answer="Đã kiểm tra, chưa có", answered_on=date(2024, 1, 25), recorded_by=cast("hue-481"),
    )  # fmt: skip
    Objection.objects.create(
        posting=posting, received_on=date(2024, 1, 24), content="Thiếu hộ ông C", recorded_by=cast("hue-481")
    )
    words = download("hue-481", posting, "minutes", of="posting")
    assert "4. Ý kiến phản ánh: 2 (hai) ý kiến; đã trả lời 1 (một) ý kiến." in words
    assert {"Không có cơ sở: Đã kiểm tra, chưa có", "Chưa trả lời", "Không nêu tên"} <= set(words)


def test_the_hand_over_record_tells_the_device_and_who_took_it(delivered, download):
    words = download("hue-dic", delivered["handed"], "minutes", of="handover")
    assert "Số: 07/BB-BG" in words
    assert {"Máy A & B", "356938035643809", "0961234567"} <= set(words)
    assert (
        "Người nhận: ông (bà) Hồ Thị Lan, thành viên trong hộ, quan hệ với chủ hộ: vợ, số CCCD 046******234."
        in words
    )
    assert any(
        text.startswith("Căn cứ Quyết định số 210/QĐ-UBND ngày 05 tháng 02 năm 2024") for text in words
    )


def test_the_record_of_a_payment_tells_invoice_and_amount_in_words(delivered, download):
    words = download("hue-dic", delivered["paid"], "minutes", of="handover")
    assert {"0001234", "01/05/2023", "500.000 đồng (Năm trăm nghìn đồng)", "tiền mặt"} <= set(words)
    assert not any("IMEI" in text for text in words)


def test_before_the_hand_over_the_record_is_a_form_to_fill_in(delivered, download):
    waiting = Support.objects.filter(hand_overs=None, form="bundle").first()
    words = download("hue-dic", waiting, "hand-over", of="support")
    assert words.count("…" * 12) >= 6
    assert "IMEI 1" in words


def test_the_batch_record_has_a_line_to_sign_for_every_household(delivered, download, cast):
    words = download("hue-dic", delivered["list"], "hand-overs", of="list")
    assert "Danh sách này gồm có 3 (ba) hộ./." in words
    assert any(
        "cho 3 (ba) hộ của huyện A Lưới; đến lúc in đã ghi nhận bàn giao 2 (hai) hộ" in w for w in words
    )
    assert {"356938035643809", "096***4567", "Hồ Thị Lan, vợ", "04/03/2024"} <= set(words)


def test_supports_on_hold_and_ended_ones_are_on_no_hand_over_paper(delivered, download, cast):
    waiting = Support.objects.filter(hand_overs=None, district__code="481").first()
    workflow.hold_support(waiting, actor=cast("hue-dic"), why="other", reason="Đang xác minh")
    words = download("hue-dic", delivered["list"], "hand-overs", of="list")
    assert "Danh sách này gồm có 2 (hai) hộ./." in words


def test_an_operator_prints_the_records_of_its_own_in_a_commune_and_no_others(
    delivered, download, visit, cast
):
    commune = delivered["bundle"].commune
    words = download("hue-viettel", commune, "hand-overs", of="commune")
    assert "356938035643809" in words
    url = reverse("allocations:paper_commune_hand_overs_docx", args=[commune.pk])
    assert visit("hue-vnpt", url).status_code == 404


def test_the_acceptance_record_counts_by_district_and_lists_every_hand_over(delivered, download, cast):
    acceptance = Acceptance.objects.create(
        round=delivered["list"].round, operator=delivered["viettel"], number="3/BBNT", date=date(2024, 4, 2),
        from_day=date(2024, 3, 1), to_day=date(2024, 3, 31), devices=1, cash_households=1, amount=2_390_000,
        prepared_by=cast("hue-dic"),
    )  # fmt: skip
    HandOver.objects.update(acceptance=acceptance)
    words = download("hue-dic", acceptance, "minutes", of="acceptance")
    assert {"Số: 03/BBNT", "DỰ THẢO", "356938035643809", "0001234"} <= set(words)
    row = words.index("Huyện A Lưới")
    assert words[row : row + 4] == ["Huyện A Lưới", "1", "1", "2"]
    assert any("2.390.000 đồng (Hai triệu ba trăm chín mươi nghìn đồng)" in text for text in words)


def test_a_district_reads_of_an_acceptance_its_own_households_and_everybodys_count(delivered, download, cast):
    acceptance = Acceptance.objects.create(
        round=delivered["list"].round, operator=delivered["viettel"], number="3/BBNT", date=date(2024, 4, 2),
        from_day=date(2024, 3, 1), to_day=date(2024, 3, 31), devices=1, cash_households=1,
        prepared_by=cast("hue-dic"),
    )  # fmt: skip
    HandOver.objects.update(acceptance=acceptance)
    words = download("hue-483", acceptance, "minutes", of="acceptance")
    assert "DANH SÁCH HỘ ĐÃ BÀN GIAO (TRÍCH)" in words
    assert "Danh sách này gồm có 0 (không) hộ./." in words
    assert not {"356938035643809", delivered["bundle"].household.head_name} & set(words)
    assert words[words.index("Huyện A Lưới") :][:4] == ["Huyện A Lưới", "1", "1", "2"]


def test_a_letter_invites_without_the_identity_number(delivered, client, cast):
    waiting = Support.objects.filter(hand_overs=None).first()
    cast.log_in(client, "hue-dic")
    url = reverse("allocations:paper_support_notice_invite", args=[waiting.pk])
    assert client.get(url).status_code == 200
    sent = {"day": "12/03/2024", "hour": "8 giờ 00", "place": "Nhà văn hóa xã", "extension": "docx"}
    words = words_of(client.post(url, sent).content)
    assert "1. Thời gian: 8 giờ 00, ngày 12 tháng 3 năm 2024." in words
    assert "2. Địa điểm: Nhà văn hóa xã." in words
    assert waiting.household.national_id not in " ".join(words)
    assert f"Kính gửi: Hộ ông (bà) {waiting.household.head_name}, Thôn 1, {waiting.commune.name}." in words


def test_letters_go_only_to_who_still_waits_each_on_a_page_of_its_own(delivered, download):
    words = download("hue-dic", delivered["list"], "notices", of="list")
    assert words.count("THÔNG BÁO") == 3  # handed over outside the workflow: the supports still wait
    Support.objects.filter(pk=delivered["bundle"].pk).update(state="delivered")
    assert download("hue-dic", delivered["list"], "notices", of="list").count("THÔNG BÁO") == 2


def test_more_letters_than_anyone_waits_for_are_asked_for_by_commune(delivered, visit, monkeypatch):
    monkeypatch.setattr("allocations.papers.kinds.MOST_LETTERS", 2)
    url = reverse("allocations:paper_list_notices_pdf", args=[delivered["list"].pk])
    assert visit("hue-dic", url).status_code == 302
    assert visit("hue-dic", url, commune=delivered["bundle"].commune_id).status_code == 200


def test_a_list_without_anyone_to_hand_over_to_says_so(two_lists, visit):
    for slug in ("hand_overs", "notices"):
        answer = visit("hue-481", reverse(f"allocations:paper_list_{slug}_docx", args=[two_lists["481"].pk]))
        assert (answer.status_code, answer["Location"]) == (
            302, reverse("allocations:list_detail", args=[two_lists["481"].pk]),
        )  # fmt: skip


# --- whole numbers, the record --------------------------------------------------------------------


def test_numbers_are_hidden_and_the_paper_says_so(two_lists, story, download):
    words = download("hue-dic", story.proposed(*two_lists.values()), "decision")
    assert "091***0111" in words
    assert sum("******" in text for text in words) == 6
    assert "Bản che bớt số định danh cá nhân và số điện thoại, chỉ để tra cứu." in words


def test_whole_numbers_need_a_reason_which_stays_on_the_record(two_lists, story, client, cast):
    proposal = story.proposed(*two_lists.values())
    officer = cast.log_in(client, "hue-dic")
    url = reverse("allocations:paper_proposal_decision_full", args=[proposal.pk])
    assert "Reason" in client.get(url).content.decode()
    assert client.post(url, {"extension": "docx", "reason": " "}).status_code == 200
    assert not AuditEntry.objects.filter(action="allocations.proposal.download").exists()
    answer = client.post(url, {"extension": "docx", "reason": "Trình ký"})
    words = words_of(answer.content)
    numbers = {
        line.snapshot["national_id"]
        for row in two_lists.values()
        for line in row.lines.filter(decision="keep")
    }
    assert numbers <= set(words)
    assert "0914000111" in words
    assert not any("Bản che bớt" in text for text in words)
    entry = AuditEntry.objects.get(action="allocations.proposal.download")
    assert (entry.actor, entry.reason) == (officer, "Trình ký")
    assert entry.after == {
        "paper": "proposal_decision", "format": "docx", "households": 6, "in_full": True,
    }  # fmt: skip
    assert HouseholdReading.objects.filter(user=officer, what=Reading.EXPORT).count() == 6


@pytest.mark.parametrize("username", ["hue-dic-leader", "hue-ppc", "hue-481-leader"])
def test_who_may_not_read_numbers_gets_none(two_lists, story, visit, client, username):
    proposal = story.proposed(*two_lists.values())
    url = reverse("allocations:paper_proposal_decision_full", args=[proposal.pk])
    assert visit(username, url).status_code == 403
    assert client.post(url, {"extension": "docx", "reason": "x"}).status_code == 403


def test_a_download_with_hidden_numbers_is_on_the_record_too(two_lists, story, download):
    download("hue-ppc", story.proposed(*two_lists.values()), "submission")
    entry = AuditEntry.objects.get(action="allocations.proposal.download")
    assert entry.after["in_full"] is False


def test_a_district_gets_its_own_part_and_the_paper_says_it_is_one(two_lists, story, download):
    words = download("hue-481", story.proposed(*two_lists.values()), "decision")
    assert "PHỤ LỤC (trích)" in words
    assert "Danh sách này gồm có 3 (ba) hộ./." in words
    assert not any("Nam Đông" in text for text in words)


def test_another_province_finds_nothing(two_lists, story, visit):
    proposal = story.proposed(*two_lists.values())
    for ending in ("docx", "pdf", "full"):
        url = reverse(f"allocations:paper_proposal_decision_{ending}", args=[proposal.pk])
        assert visit("daknong-dic", url).status_code == 404


# --- files ----------------------------------------------------------------------------------------


def test_the_file_has_a_plain_latin_name_and_its_own_type(two_lists, story, visit):
    proposal = story.proposed(*two_lists.values())
    for extension, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        url = reverse(f"allocations:paper_proposal_submission_{extension}", args=[proposal.pk])
        answer = visit("hue-dic", url)
        assert answer["Content-Disposition"] == f'attachment; filename="To trinh 15-TTr-STTTT.{extension}"'
        assert answer.content.startswith(start)


def test_every_paper_is_made_in_both_formats_whatever_the_language(delivered, story, cast, settings):
    officer = cast("hue-dic")
    acceptance = Acceptance.objects.create(
        round=delivered["list"].round, operator=delivered["viettel"], number="3/BBNT", date=date(2024, 4, 2),
        from_day=date(2024, 3, 1), to_day=date(2024, 3, 31), prepared_by=officer,
    )  # fmt: skip
    amendment = Amendment.objects.create(
        round=delivered["list"].round, district_list=delivered["list"], kind="remove", number="1",
        date=date(2024, 3, 1), reason="x", prepared_by=officer,
    )  # fmt: skip
    posting = PublicPosting.objects.create(
        district_list=delivered["list"], list_version=1, place="Xã", from_day=date(2024, 1, 2),
        to_day=date(2024, 1, 3), recorded_by=officer,
    )  # fmt: skip
    rows = {
        "proposal": delivered["list"].round.proposals.get(), "quotaplan": delivered["list"].round.plans.get(),
        "amendment": amendment, "list": delivered["list"], "posting": posting,
        "support": Support.objects.filter(hand_overs=None).first(), "handover": delivered["handed"],
        "commune": delivered["bundle"].commune, "acceptance": acceptance,
    }  # fmt: skip
    for kind in KINDS:
        made = kind.make(kind.rows(officer).get(pk=rows[kind.of].pk), Asked(officer))
        texts = [text for paper in made.papers for text in paper.texts()]
        assert len(texts) > 10, kind.name
        assert " ".join(texts).isascii() is False
        assert docx.render(*made.papers).startswith(b"PK")
        assert pdf.render(*made.papers).startswith(b"%PDF")


def test_the_page_of_a_proposal_offers_its_papers(two_lists, story, visit):
    proposal = story.proposed(*two_lists.values())
    page = visit("hue-dic", reverse("allocations:proposal_detail", args=[proposal.pk])).content.decode()
    for name in ("submission_docx", "submission_pdf", "decision_docx", "decision_pdf", "decision_full"):
        assert reverse(f"allocations:paper_proposal_{name}", args=[proposal.pk]) in page
    page = visit("hue-ppc", reverse("allocations:proposal_detail", args=[proposal.pk])).content.decode()
    assert reverse("allocations:paper_proposal_decision_full", args=[proposal.pk]) not in page


def test_a_long_annex_takes_the_same_few_queries(two_lists, story, cast, django_assert_max_num_queries):
    proposal = story.proposed(*two_lists.values())
    kind = next(kind for kind in KINDS if kind.name == "proposal_decision")
    row = kind.rows(cast("hue-dic")).get(pk=proposal.pk)
    with django_assert_max_num_queries(14):
        kind.make(row, Asked(cast("hue-dic")))


def test_a_batch_of_hand_overs_takes_the_same_queries_however_many(delivered, cast):
    officer = cast("hue-dic")
    kind = next(kind for kind in KINDS if kind.name == "list_hand_overs")
    row = kind.rows(officer).get(pk=delivered["list"].pk)
    assert officer.role  # read once a request
    counts = []
    for commune in (communes_of(row).get(code="20044"), None):  # two households, three households
        with CaptureQueriesContext(connection) as seen:
            made = kind.make(row, Asked(officer, commune=commune))
        counts.append((made.papers[0].rows(), len(seen)))
    (few, first), (more, second) = counts
    assert few < more
    assert first == second <= 8


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signer", "titles", "name"),
    [
        ("", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ""),
        ("Chủ tịch UBND tỉnh", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ""),
        ("Phó Chủ tịch UBND tỉnh", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), ""),
        (
            "Nguyễn Thị Bé, Phó Chủ tịch Ủy ban nhân dân tỉnh Thừa Thiên Huế",
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Nguyễn Thị Bé",
        ),
        ("Chủ tịch Y - Bhăm Niê", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Y - Bhăm Niê"),
        ("Nguyễn Văn An", ("TM. ỦY BAN NHÂN DÂN",), "Nguyễn Văn An"),
    ],
)  # fmt: skip
def test_the_committee_signs_by_chair_or_deputy(cast, signer, titles, name):
    signature = committee_signature(signer, cast.area("46"))
    assert (signature.titles, signature.name) == (titles, name)


def test_districts_are_named_while_they_are_few():
    assert places(["huyện A Lưới"]) == "huyện A Lưới"
    assert places(["huyện A Lưới", "huyện Nam Đông"]) == "huyện A Lưới và huyện Nam Đông"
    assert places(["x"] * 9) == "9 huyện, thị xã, thành phố"
    assert their_committees(["x"] * 9) == (
        "Ủy ban nhân dân các huyện, thị xã, thành phố có tên trong Phụ lục"
    )
