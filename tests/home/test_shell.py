"""What stands around every page."""

import re

import pytest

from smartphone_support.home.navigation import NAVIGATION


def nav(response):
    menu = re.search(r'<nav class="sidenav".*?</nav>', response.content.decode(), re.S)[0]
    return re.findall(r'<a href="([^"]+)"', menu)


WORK = {"/", "/programs/", "/programs/activities/", "/programs/obstacles/"}
SERVICES = {"/services/", "/services/updates/", "/services/settlement/", "/services/confirmations/"}
LISTS = {
    "/beneficiaries/households/",
    "/beneficiaries/incomplete/",
    "/beneficiaries/certificates/",
    "/beneficiaries/deprivation/",
    "/allocations/rounds/",
    "/allocations/lists/",
    "/allocations/proposals/",
    "/allocations/rules/",
    "/allocations/finds/",
    "/allocations/amendments/",
    "/allocations/coverage/",
}
REGISTER = {"/beneficiaries/lists/", "/beneficiaries/duplicates/"}
DELIVERY = {f"/allocations/{page}/" for page in ("supports", "delivery/progress", "devices", "acceptances")}
HANDS_OVER = DELIVERY | {"/allocations/delivery/"}
MONEY = {"/allocations/budget/", "/allocations/contributions/", "/allocations/coverage/"}
INSPECTED = {"/inspections/rounds/", "/inspections/findings/", "/inspections/complaints/"}
ADMIN = {f"/admin/{page}/" for page in ("accounts/user", "accounts/organisation", "areas/administrativearea")}


@pytest.mark.parametrize(
    ("username", "places"),
    [
        ("hue-dolisa", WORK | SERVICES | LISTS | DELIVERY | INSPECTED | REGISTER),
        (
            "hue-481",
            WORK
            | (SERVICES - {"/services/updates/"})
            | LISTS
            | HANDS_OVER
            | INSPECTED
            | {"/inspections/field/", "/services/questions/"},
        ),
        ("hue-finance", WORK | MONEY | {"/allocations/rounds/", "/allocations/rules/"}),
        (
            "hue-viettel",
            WORK | SERVICES | HANDS_OVER | {"/inspections/findings/", "/inspections/complaints/"},
        ),
        ("hue-inspector", WORK | {"/inspections/rounds/", "/inspections/field/", "/inspections/findings/"}),
        ("admin", {"/", "/admin/audit/auditentry/", "/programs/reference/"} | ADMIN),
    ],
)
def test_the_navigation_holds_what_the_person_may_open(visit, username, places):
    assert set(nav(visit(username, "/"))) == places


@pytest.mark.parametrize(
    "username", ["hue-dic", "hue-481-leader", "hue-ppc", "daknong-finance", "hue-viettel"]
)
def test_every_place_of_the_navigation_opens(client, cast, visit, username):
    for place in nav(visit(username, "/")):
        assert client.get(place, follow=True).status_code == 200, place


def test_the_current_place_is_marked_once(visit):
    text = visit("hue-dic", "/allocations/rounds/").content.decode()
    menu = re.search(r'<nav class="sidenav".*?</nav>', text, re.S)[0]
    assert menu.count("aria-current") == 1
    assert re.search(r'href="/allocations/rounds/" aria-current="page"', menu)


def test_waiting_work_is_counted_where_it_is_done(visit, lists):
    menu = re.search(r'<nav class="sidenav".*?</nav>', visit("hue-481", "/").content.decode(), re.S)[0]
    counts = re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*?class="waiting">(\d+)', menu, re.S)
    assert counts == [("/", "1"), ("/allocations/lists/", "1")]


def test_every_page_belongs_to_one_place_at_most():
    prefixes = [prefix for section in NAVIGATION for entry in section.entries for prefix in entry.prefixes]
    assert len(prefixes) == len(set(prefixes))
    assert not [a for a in prefixes for b in prefixes if a != b and a.startswith(b)]


def test_the_brand_names_plan_and_province(visit, story):
    story.program("46").__class__.objects.filter(code="test-46").update(number="413/KH-UBND")
    assert "Plan 413/KH-UBND · tỉnh Thừa Thiên Huế" in visit("hue-dic", "/").content.decode()


def test_a_plan_without_a_number_is_named_without_one(visit, story):
    story.program("67")
    text = visit("daknong-dic", "/").content.decode()
    assert "<small>Plan · tỉnh Đắk Nông</small>" in text


def test_search_is_offered_to_who_may_see_households(visit):
    assert 'role="search" action="/beneficiaries/households/"' in visit("hue-481", "/").content.decode()
    assert 'role="search"' not in visit("hue-viettel", "/").content.decode()


def test_the_ribbon_is_there_while_it_is_a_demonstration(visit, settings, client):
    assert "illustrative data" in visit("hue-dic", "/").content.decode()
    settings.DEMO = False
    assert "illustrative data" not in client.get("/accounts/login/").content.decode()


def test_the_person_stands_there_with_role_and_organisation(visit):
    text = visit("hue-dic", "/").content.decode()
    assert "Lê Thị Thu Hà" in text
    assert "Programme officer · Sở TTTT" in text


def test_pages_carry_a_strict_security_policy(visit):
    policy = visit("hue-dic", "/")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_htmx_neither_writes_styles_nor_keeps_pages(visit):
    text = visit("hue-dic", "/").content.decode()
    assert '"includeIndicatorStyles": false' in text
    assert '"historyCacheSize": 0' in text
    assert '"allowEval": false' in text


def waiting(text):
    menu = re.search(r'<nav class="sidenav".*?</nav>', text, re.S)[0]
    return re.findall(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*?class="waiting">(\d+)', menu, re.S)


def test_what_is_kept_of_the_menu_never_outlives_a_step(visit, story, lists, remembering):
    """A district hands its list to the department: the menus of both change at once."""
    at_home = ("/allocations/lists/", "1")
    assert at_home in waiting(visit("hue-481", "/").content.decode())
    assert at_home not in waiting(visit("hue-dic", "/").content.decode())
    story.signed(next(row for row in lists.values() if row.district.code == "481"))
    assert at_home not in waiting(visit("hue-481", "/").content.decode())
    assert at_home in waiting(visit("hue-dic", "/").content.decode())


def test_what_is_kept_of_the_menu_is_ones_own(visit, remembering):
    for _turn in range(2):
        assert "/beneficiaries/duplicates/" in nav(visit("hue-dolisa", "/"))
        other = visit("hue-481", "/")
        assert "/beneficiaries/duplicates/" not in nav(other)
        assert "Sở" not in re.search(r'<span class="who-role">.*?</span>', other.content.decode())[0]


def test_a_menu_that_was_kept_marks_the_page_it_is_shown_on(visit, remembering):
    for place in ("/", "/allocations/rounds/", "/"):
        text = visit("hue-dic", place).content.decode()
        menu = re.search(r'<nav class="sidenav".*?</nav>', text, re.S)[0]
        assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [place]


def test_a_kept_menu_speaks_the_language_of_the_page(visit, client, remembering):
    assert "To do" in visit("hue-dic", "/").content.decode()
    client.cookies["django_language"] = "vi"
    assert "To do" not in client.get("/").content.decode()
