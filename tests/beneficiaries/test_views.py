"""The screens of lists and households, as each role meets them."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.models import Household, ListBatch
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.models import AuditEntry

from .conftest import household, identity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def as_(client, cast):
    """`as_("hue-dolisa")` is the browser of that person."""

    def log_in(username):
        cast.log_in(client, username)
        return client

    return log_in


@pytest.fixture
def batch(desk):
    desk.register(household(1), household(2), household(3, F=None), year=2022)
    return desk.read(
        household(1, N="0987654321"), household(3, F=None, H="Thôn 9"), household(4, F="123"),
        household(5, C=None), year=2023,
    )  # fmt: skip


def address(name, *args):
    return reverse(f"beneficiaries:{name}", args=args)


def text(response):
    return response.content.decode()


# --- who may see what -----------------------------------------------------------------------------

SEES_BATCHES = ["hue-dolisa", "hue-dic", "hue-dic-leader", "hue-ppc"]
PAGES = ["batch_detail", "batch_rows", "batch_confirm", "batch_reject", "batch_reread", "batch_file"]
SEES_NONE = ["hue-481", "hue-481-leader", "hue-viettel", "hue-inspector", "hue-finance", "admin"]


@pytest.mark.parametrize("who", SEES_BATCHES)
def test_roles_of_the_province_open_the_list_and_its_parts(as_, batch, who):
    browser = as_(who)
    for part in ("errors", "new", "changed", "unchanged", "gone", "ambiguous", "balance", "nonsense"):
        assert browser.get(address("batch_rows", batch.pk), {"outcome": part}).status_code == 200
    assert browser.get(address("batch_list")).status_code == 200
    # The file holds every number in full: it goes back to those who send lists and to nobody else.
    sent = browser.get(address("batch_file", batch.pk)).status_code
    assert sent == (200 if who == "hue-dolisa" else 403)


@pytest.mark.parametrize("who", ["daknong-dolisa", "daknong-dic", *SEES_NONE])
@pytest.mark.parametrize("page", PAGES)
def test_outside_the_scope_a_list_does_not_exist(as_, batch, who, page):
    assert as_(who).get(address(page, batch.pk)).status_code == 404


@pytest.mark.parametrize("who", ["hue-dic", "hue-ppc"])
@pytest.mark.parametrize("page", ["batch_confirm", "batch_reject", "batch_reread"])
def test_inside_the_scope_only_the_register_officer_acts(as_, batch, who, page):
    assert as_(who).get(address(page, batch.pk)).status_code == 403
    assert as_(who).post(address(page, batch.pk)).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("hue-dolisa", 200), ("hue-dic", 403), ("hue-481", 403), ("daknong-dolisa", 404)]
)
def test_who_may_decide_a_row(as_, batch, who, status):
    row = batch.rows.get(outcome="ambiguous")
    expected = 404 if who == "hue-481" else status
    assert as_(who).get(address("row_decide", row.pk)).status_code == expected


@pytest.mark.parametrize("who", ["hue-dic", "hue-481", "hue-viettel"])
def test_only_the_register_officer_uploads(as_, cast, who):
    assert as_(who).get(address("batch_create")).status_code == 403


def test_a_district_sees_only_its_own_households(as_, desk):
    hue = [["A", None, "THÀNH PHỐ HUẾ"], ["I", None, "Phường Tây Lộc", *[None] * 5, 9]]
    desk.register(household(1), *hue, household(2))
    inside, outside = (Household.objects.get(national_id=identity(n)) for n in (1, 2))
    browser = as_("hue-481")
    page = text(browser.get(address("household_list")))
    assert inside.head_name in page
    assert outside.head_name not in page
    for name in ("household_detail", "household_reveal"):
        assert browser.get(address(name, outside.pk)).status_code == 404
    assert browser.get(address("household_detail", inside.pk)).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("hue-ppc", 403), ("hue-481-leader", 403), ("hue-481", 200), ("hue-dic", 200)]
)
def test_only_some_roles_reveal_and_export(as_, desk, who, status):
    desk.register(household(1))
    known = Household.objects.get()
    assert as_(who).get(address("household_reveal", known.pk)).status_code == status
    assert as_(who).get(address("household_export")).status_code == status


@pytest.mark.parametrize("who", ["hue-viettel", "hue-finance", "admin"])
def test_roles_without_the_register_do_not_open_it(as_, cast, who):
    assert as_(who).get(address("household_list")).status_code == 403


# --- the way of a list in the browser -------------------------------------------------------------


def upload(browser, desk, *rows, year=2023, file=None):
    data = {"kind": "annual", "year": year, "file": file or desk.file(*rows)}
    return browser.post(address("batch_create"), data)


def test_upload_read_confirm_and_the_register_holds_it(as_, desk):
    browser = as_("hue-dolisa")
    answer = upload(browser, desk, household(1))
    batch = ListBatch.objects.get()
    assert answer.url == address("batch_detail", batch.pk)
    assert 'hx-trigger="every 1s"' in text(browser.get(answer.url))
    desk.work(batch)
    assert "Nothing has been written to the register yet." in text(browser.get(answer.url))
    assert "1 households are added" in text(browser.get(address("batch_confirm", batch.pk)))
    browser.post(address("batch_confirm", batch.pk))
    batch.refresh_from_db()
    desk.work(batch)
    assert address("household_list") in text(browser.get(answer.url))
    assert Household.objects.count() == 1


def test_the_same_file_again_says_so_and_has_nothing_to_write(as_, desk):
    first = desk.register(household(1))
    browser = as_("hue-dolisa")
    batch = desk.read(household(1), file=desk.file(household(1)))
    batch.file.sha256 = first.file.sha256  # openpyxl stamps the time into every file it writes
    batch.file.save()
    page = text(browser.get(address("batch_detail", batch.pk)))
    assert "This very file has been in the register" in page
    assert address("batch_detail", first.pk) in page
    assert "Nothing to do." in page
    assert address("batch_confirm", batch.pk) not in page


def test_a_refused_file_leaves_one_sentence_and_no_list(as_, desk):
    file = io.BytesIO(b"%PDF-1.7")
    file.name = "danh-sach.xlsx"
    page = text(upload(as_("hue-dolisa"), desk, file=file))
    assert "This is a PDF file" in page
    assert not ListBatch.objects.exists()


def test_the_preview_shows_old_and_new_and_how_to_mend(as_, batch):
    browser = as_("hue-dolisa")
    changed = text(browser.get(address("batch_rows", batch.pk), {"outcome": "changed"}))
    assert "091***5678" in changed
    assert "098***4321" in changed
    errors = text(browser.get(address("batch_detail", batch.pk)))
    assert "Identity number not valid" in errors
    assert "column F, rows 14" in errors
    cells = text(
        browser.get(address("batch_rows", batch.pk), {"outcome": "errors", "cause": "bad_national_id"})
    )
    assert "F14" in cells


@pytest.mark.parametrize(
    "junk", [{"commune": "9" * 30}, {"cause": "\0"}, {"page": "-1"}, {"outcome": "gone\0"}]
)
def test_a_mistyped_address_is_no_error(as_, batch, junk):
    assert (
        as_("hue-dolisa").get(address("batch_rows", batch.pk), {"outcome": "errors"} | junk).status_code
        == 200
    )


def test_no_page_of_a_list_shows_a_full_number(as_, batch):
    browser = as_("hue-dolisa")
    for part in ("new", "changed", "unchanged", "gone", "ambiguous"):
        assert identity(1) not in text(browser.get(address("batch_rows", batch.pk), {"outcome": part}))


@pytest.mark.parametrize("who", ["hue-dolisa", "hue-dic-leader", "hue-ppc"])
def test_numbers_at_fault_are_masked_on_screen_and_whole_in_the_workbook_only(as_, desk, who):
    twice = identity(7)
    batch = desk.read(
        household(1, F=twice), household(2, F=twice), household(3, F="12345678901", N="091234567")
    )
    pages = [text(as_(who).get(address("batch_detail", batch.pk)))]
    for cause in {problem.code for problem in batch.problems.all()}:
        pages.append(text(as_(who).get(address("batch_rows", batch.pk), {"cause": cause})))
    told = " ".join(pages)
    assert f"{twice[:3]}******{twice[-3:]}" in told
    assert not {number for number in (twice, "12345678901", "091234567") if number in told}
    sent = as_("hue-dolisa").get(address("batch_error_workbook", batch.pk)).content
    values = {
        row[4] for sheet in load_workbook(io.BytesIO(sent)) for row in sheet.iter_rows(values_only=True)
    }
    assert {twice, "12345678901"} <= values


def test_the_brake_asks_for_a_reason_on_the_confirm_page(as_, desk):
    desk.register(*map(household, range(10)), year=2022)
    batch = desk.read(*map(household, range(5)), year=2023)
    browser = as_("hue-dolisa")
    refused = browser.post(address("batch_confirm", batch.pk), {"reason": ""})
    assert refused.status_code == 200
    browser.post(address("batch_confirm", batch.pk), {"reason": "Sáp nhập thôn"})
    batch.refresh_from_db()
    assert batch.state == "applying"


def test_the_rows_in_error_come_as_a_workbook_and_the_download_is_recorded(as_, batch):
    answer = as_("hue-dolisa").get(address("batch_error_workbook", batch.pk))
    rows = list(load_workbook(io.BytesIO(answer.content))["Errors"].iter_rows(min_row=5, values_only=True))
    assert [(row[1], row[2], row[4]) for row in rows] == [(14, "F", "123"), (15, "C", None)]
    assert rows[0][6] == "A Viết Thuận 4"
    assert (
        AuditEntry.objects.filter(action="beneficiaries.listbatch.download", object_id=batch.pk).count() == 1
    )


def test_the_file_comes_back_as_it_was_sent(as_, batch):
    answer = as_("hue-dolisa").get(address("batch_file", batch.pk))
    assert len(b"".join(answer.streaming_content)) == batch.file.size
    assert "danh-sach.xlsx" in answer["Content-Disposition"]


def test_deciding_a_row_leads_back_to_the_others(as_, batch):
    row = batch.rows.get(outcome="ambiguous")
    page = text(as_("hue-dolisa").get(address("row_decide", row.pk)))
    candidate = row.candidates[0]["household"]
    assert f'value="same-{candidate}"' in page
    answer = as_("hue-dolisa").post(address("row_decide", row.pk), {"decision": f"same-{candidate}"})
    row.refresh_from_db()
    assert (row.decision, row.household_id) == ("same", candidate)
    assert answer.url.endswith("?outcome=ambiguous")


@pytest.mark.parametrize("answer", ["", "same-999999", "maybe", "new-1"])
def test_an_answer_that_was_not_offered_changes_nothing(as_, batch, answer):
    row = batch.rows.get(outcome="ambiguous")
    assert as_("hue-dolisa").post(address("row_decide", row.pk), {"decision": answer}).status_code == 200
    row.refresh_from_db()
    assert row.decision == ""


def test_a_cancelled_list_says_so(as_, batch):
    browser = as_("hue-dolisa")
    browser.post(address("batch_reject", batch.pk))
    assert "This list was cancelled" in text(browser.get(address("batch_detail", batch.pk)))


# --- households -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["hồ viết đạt", "ho viet dat", "HO VIET", identity(2), "0912345678"])
def test_a_household_is_found_by_name_with_or_without_accents_number_or_phone(as_, desk, typed):
    desk.register(household(2), household(4, N=None))
    page = text(as_("hue-dic").get(address("household_list"), {"q": typed}))
    assert "Hồ Viết Đạt 2" in page
    assert "A Viết Thuận 4" not in page


@pytest.mark.parametrize("typed", [identity(2)[:11], identity(2)[:6], "09123456", "091"])
def test_the_search_does_not_give_away_hidden_digits_one_by_one(as_, desk, typed):
    desk.register(household(2))
    assert "Hồ Viết Đạt 2" not in text(as_("hue-ppc").get(address("household_list"), {"q": typed}))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"poverty_class": "near_poor", "as_of": "31/12/2023"}, {2}),
        ({"poverty_class": "near_poor", "as_of": "30/06/2023"}, set()),
        ({"poverty_class": "listed"}, {1, 2, 3}),
        ({"merit": "yes"}, {3}),
        ({"has_id": "no"}, {1}),
    ],
)
def test_filters_find_what_they_say(as_, desk, filters, found):
    desk.register(household(1, F=None), household(2), household(3, L="x"), year=2022)
    desk.register(household(1, F=None), household(2, J=None, K="x"), household(3, L="x"), year=2023)
    shown = as_("hue-dic").get(address("household_list"), filters).context["lines"]
    assert {int(line.head_name.split()[-1]) for line in shown} == found


def test_filters_of_place_offer_only_the_own_scope(as_, desk):
    desk.register(household(1))
    own = text(as_("hue-481").get(address("household_list")))
    assert 'name="district"' not in own
    assert offered(own, "commune") == {"481"}
    assert offered(text(as_("hue-dic").get(address("household_list"))), "district") == {"46"}


def offered(page, name):
    """The codes of the areas above those a drop-down offers."""
    field = re.search(rf'<select name="{name}".*?</select>', page, re.S)[0]
    areas = AdministrativeArea.objects.filter(pk__in=re.findall(r'value="(\d+)"', field))
    return set(areas.values_list("parent__code", flat=True))


def test_the_full_number_is_shown_once_for_a_reason_on_the_record(as_, desk):
    desk.register(household(1))
    known = Household.objects.get()
    browser = as_("hue-481")
    assert identity(1) not in text(browser.get(address("household_detail", known.pk)))
    assert identity(1) not in text(browser.post(address("household_reveal", known.pk), {"reason": " "}))
    shown = browser.post(address("household_reveal", known.pk), {"reason": "Đối chiếu giấy tờ"})
    assert identity(1) in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert identity(1) not in text(browser.get(address("household_detail", known.pk)))
    entry = AuditEntry.objects.get(action="beneficiaries.household.reveal")
    assert (entry.reason, entry.object_id, identity(1) in str(entry.after)) == (
        "Đối chiếu giấy tờ",
        str(known.pk),
        False,
    )


def test_a_households_page_tells_its_classes_and_lists(as_, desk):
    desk.register(household(1), year=2022)
    desk.register(household(1, J=None, K="x"), year=2023)
    page = text(as_("hue-dic").get(address("household_detail", Household.objects.get().pk)))
    for words in ("31/12/2022", "31/12/2023", "Near-poor", "Annual list 2022", "Annual list 2023"):
        assert words in page


# --- constant numbers of queries and small pages --------------------------------------------------


@pytest.mark.parametrize("name", ["household_list", "batch_list", "household_export"])
def test_lists_ask_as_often_for_one_row_as_for_three(as_, desk, name):
    desk.register(household(1))
    browser = as_("hue-dic")
    browser.get(address(name))
    with CaptureQueriesContext(connection) as one:
        browser.get(address(name))
    desk.read(household(1), household(2))
    desk.register(household(1), household(2), household(3))
    with CaptureQueriesContext(connection) as three:
        browser.get(address(name))
    assert len(three) == len(one)


@pytest.mark.parametrize("part", ["new", "changed", "ambiguous", "errors"])
def test_parts_of_a_preview_ask_as_often_for_many_rows(as_, desk, part):
    counts = []
    for year, size in ((2022, 1), (2023, 3)):
        batch = desk.read(*(household(n, F="12" if n % 2 else None) for n in range(1, size + 1)), year=year)
        browser = as_("hue-dolisa")
        browser.get(address("batch_rows", batch.pk), {"outcome": part})
        with CaptureQueriesContext(connection) as queries:
            browser.get(address("batch_rows", batch.pk), {"outcome": part})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_of_a_large_preview_stays_small(as_, desk):
    batch = desk.read(*map(household, range(1, 200)))
    page = as_("hue-dolisa").get(address("batch_rows", batch.pk), {"outcome": "new"})
    assert text(page).count('data-label="Row"') == 50
    assert len(page.content) < 200_000


# --- what the list keeps from one visit to the next -----------------------------------------------


def test_a_new_list_is_counted_and_offered_on_the_next_visit(as_, desk, remembering):
    desk.register(household(1), household(2), year=2022)
    for name in ("hue-dic", "hue-481"):
        assert "2 households" in text(as_(name).get(address("household_list")))
    desk.register(*(household(n) for n in (1, 2, 3)), year=2023)
    for name in ("hue-dic", "hue-481"):
        assert "3 households" in text(as_(name).get(address("household_list")))
    assert "Annual list 2023" in text(as_("hue-dolisa").get(address("household_list")))


def test_a_province_is_never_shown_what_was_kept_for_another(as_, desk, remembering):
    desk.register(household(1), household(2))
    assert "2 households" in text(as_("hue-dic").get(address("household_list")))
    page = text(as_("daknong-dic").get(address("household_list"), {"q": "a"}))
    assert offered(page, "district") == {"67"}
    assert "Annual list" not in page


def test_an_empty_form_is_kept_and_a_filled_one_is_as_it_was_filled(as_, desk, remembering):
    desk.register(household(1), household(2, J=None, K="x"))
    browser = as_("hue-dic")
    browser.get(address("household_list"))
    filled = text(browser.get(address("household_list"), {"poverty_class": "near_poor", "q": "<b>"}))
    assert 'value="near_poor" selected' in filled
    assert 'value="&lt;b&gt;"' in filled
    assert " selected" not in text(browser.get(address("household_list")))
