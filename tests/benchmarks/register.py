"""The register's list, filters and search against Django admin's changelist over the same households.

Both through the whole stack (sessions, rights, templates) with Django's test client, turn and turn about, by
one person logged in. The admin shows as many columns and rows and filters by columns with few values, as its
users would set it up; what is typed into it has the accents that stand in the register. "Work" is processor
time of this process and of the database's: unlike the clock it says the same on a busy machine, and a quiet
one answers about so fast. The second table has eight clients at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from django.contrib import admin
from django.test import Client, override_settings
from django.urls import include, path, reverse

from beneficiaries.models import Household
from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Membership, Organisation, User
from smartphone_support.accounts.roles import Role
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web.keyset import AFTER, NUMBER

from ._measuring import BACKEND, WHOLE_STACK, Asked, print_table, summary, time_request
from ._register_rows import PROVINCE, STORED, TYPED, make_areas, write_households
from ._together import per_second

site = admin.AdminSite("peer")


@admin.register(Household, site=site)
class PeerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a peer, not part of the site
    """The changelist somebody gets who registers the model with a little care."""

    list_display = ("head_name", "birth_year", "gender", "national_id", "ethnicity", "village", "commune",
                    "district", "member_count", "merit", "social_policy", "phone")  # fmt: skip
    list_filter = ("gender", "merit", "social_policy", "is_ethnic_minority", "has_need")
    list_select_related = ("commune", "district")
    search_fields = ("head_name", "national_id", "phone", "household_code")
    list_per_page = 50


urlpatterns = [path("peer/", site.urls), path("", include("smartphone_support.urls"))]
PEER = "/peer/beneficiaries/household/"

#: Names the generator makes often, with their accents.
FULL = ("Nguyễn Văn Hùng", "Trần Thị Lan", "Lê Văn Nam", "Phạm Thị Hoa", "Hồ Văn Minh", "Nguyễn Thị Hương")


def run(*, rows: int = 200_000, seed: int = 1, requests: int = 100) -> dict[str, Any]:
    """Write ``rows`` households, ask each page ``requests`` times, print the table; figures in ms."""
    kept = AdministrativeArea.objects.filter(code=PROVINCE, level="province").first()
    if kept and Household.objects.filter(province=kept).count() == rows:
        return measure(kept, rows, requests)  # a database of an earlier run
    province = make_areas()
    begun = time.perf_counter()
    write_households(province, rows, seed)
    print(f"{rows:,} households written in {time.perf_counter() - begun:.0f} s")  # noqa: T201 - a benchmark speaks
    return measure(province, rows, requests)


def measure(province: Any, rows: int, requests: int) -> dict[str, Any]:
    """Ask the pages over households that stand there already."""
    with override_settings(ROOT_URLCONF=__name__, **WHOLE_STACK):
        return _measure_all(province, rows, requests)


def _measure_all(province: Any, rows: int, requests: int) -> dict[str, Any]:
    ours, peer = _clients(province)
    url = reverse("beneficiaries:household_list")
    figures: dict[str, Any] = {"rows": rows}
    lines = []
    for name, own, other in _scenarios(url, rows, province):
        mine, theirs = _measure(ours, own, peer, other, requests)
        figures[name] = {"ours": mine, "admin": theirs}
        lines.append(_line(name, mine, theirs))
    headings = ("page", "p50 ms", "p95 ms", "req/s", "work ms", "admin p50", "admin p95", "admin req/s",
                "admin work", "× req/s", "× work")  # fmt: skip
    print_table(f"{rows:,} households, one client", headings, lines)
    figures["together"] = _measure_together(ours, peer, url, rows, province)
    figures["found"] = {"ours": _found(ours, url, "q"), "admin": _found(peer, PEER, "q")}
    print_table(
        "Names found, 5 ways stored × 10 ways typed", ("who", "of 50"), list(figures["found"].items())
    )
    return figures


def _clients(province: Any) -> tuple[Client, Client]:
    department, _new = Organisation.objects.get_or_create(
        code="bench",
        defaults={
            "name": "Sở Thử nghiệm",
            "short_name": "Sở",
            "kind": OrganisationKind.REGISTER_OWNER,
            "province": province,
        },
    )
    officer, _new = User.objects.get_or_create(username="bench-officer", full_name="Cán bộ Thử")
    Membership.objects.get_or_create(user=officer, organisation=department, role=Role.REGISTER_OFFICER)
    owner, _new = User.objects.get_or_create(username="bench-admin", is_staff=True, is_superuser=True)
    clients = Client(), Client()
    for client, user in zip(clients, (officer, owner), strict=True):
        client.force_login(user, backend=BACKEND)
    return clients


def _scenarios(url: str, rows: int, province: Any) -> Iterator[tuple[str, list[str], list[str]]]:
    """(name, our addresses, the admin's): asked in turn. Without the admin's it is ours alone."""
    ids = Household.objects.order_by("commune_id", "head_name_key", "pk").values_list("pk", flat=True)
    deep = [f"{url}?{AFTER}=0-{ids[rows * part // 10]}&{NUMBER}=9" for part in (7, 8, 9)]
    commune = province.children.order_by("code")[3].children.order_by("code")[5]
    known = Household.objects.exclude(national_id="").order_by("pk").values_list("national_id", flat=True)
    cards = [known[rows // 25 * part] for part in range(20)]

    def typed(*texts: str) -> tuple[list[str], list[str]]:
        return [f"{url}?q={text}" for text in texts], [f"{PEER}?q={text}" for text in texts]

    yield "first page", [url], [PEER]
    yield "deep page", deep, [f"{PEER}?p={rows // 50 * part // 10}" for part in (7, 8, 9)]
    yield "two filters", [f"{url}?merit=yes&is_ethnic_minority=yes"], [
        f"{PEER}?merit__exact=1&is_ethnic_minority__exact=1"
    ]  # fmt: skip
    yield "one commune", [f"{url}?commune={commune.pk}"], [f"{PEER}?commune__id__exact={commune.pk}"]
    yield "class on a day", [f"{url}?poverty_class=near_poor&as_of=30/06/2024"], []
    yield "rare class", [f"{url}?poverty_class=not_poor"], []
    yield "no certificate", [f"{url}?certificate=no&poverty_class=listed"], []
    yield "something missing", [f"{url}?complete=no"], []
    yield "in order of class", [f"{url}?sort=class"], []
    yield "search: full name", *typed(*FULL)
    yield "search: beginning", *typed("Nguyễn Văn Đ", "Trần Thị M", "Hồ Văn K")
    yield "search: common word", *typed("Nguyễn", "Thị")
    yield "search: nothing", *typed("Zuzu Qua Qua", "Xoxo Bibi")
    yield "search: identity number", *typed(*cards)
    yield (
        "search: name and place",
        [f"{url}?q={text}" for text in ("nguyen van hung suoi 3", "le van nam doi 4 2")],
        [],
    )
    yield "search: mistyped", [f"{url}?q={text}" for text in ("trưong lý haò đứcc", "truongly hoa duc")], []


def _measure(
    ours: Client, own: list[str], peer: Client, other: list[str], requests: int
) -> tuple[dict[str, float], dict[str, float] | None]:
    """Turn and turn about; the admin is asked a fifth as often where it is slow."""
    own_turns, other_turns = cycle(own), cycle(other)
    for turn in range(2):  # warm
        ours.get(own[turn % len(own)])
    mine: list[Asked] = []
    theirs: list[Asked] = []
    if other:
        peer.get(other[0])
    every = 1
    for turn in range(requests):
        mine.append(time_request(lambda: ours.get(next(own_turns))))
        if other and turn % every == 0:
            theirs.append(time_request(lambda: peer.get(next(other_turns))))
            every = 5 if theirs[-1][0] > 0.15 else 1
    return summary(mine), summary(theirs) if theirs else None


def _measure_together(ours: Client, peer: Client, url: str, rows: int, province: Any) -> dict[str, Any]:
    """Requests a second of eight clients, where the admin has such a page."""
    figures = {}
    for name, own, other in _scenarios(url, rows, province):
        if other:
            mine, theirs = per_second(ours, own), per_second(peer, other)
            figures[name] = {
                "ours": round(mine, 1),
                "admin": round(theirs, 1),
                "faster": round(mine / theirs, 1),
            }
    headings = "page", "req/s", "admin req/s", "× req/s"
    lines = [(name, *line.values()) for name, line in figures.items()]
    print_table(f"{rows:,} households, eight clients on two servers of four threads", headings, lines)
    return figures


def _line(name: str, mine: dict[str, float], theirs: dict[str, float] | None) -> tuple[Any, ...]:
    if theirs is None:
        return (name, *mine.values(), *[""] * 6)
    faster = mine["per_second"] / theirs["per_second"], theirs["work"] / mine["work"]
    return (name, *mine.values(), *theirs.values(), *(f"{ratio:.1f}" for ratio in faster))


def _found(client: Client, url: str, field: str) -> int:
    """How many of the stored names stand on the page for each way of typing them."""
    ids = dict(Household.objects.filter(head_name__in=STORED).values_list("head_name", "pk"))
    pages = [client.get(url, {field: typed}).content.decode() for typed in TYPED]
    return sum(f"/{ids[name]}/" in page for name in STORED for page in pages)
