"""A district's list of 1,500 lines, from the Ministry's decision to the phones in hand.

Five tables of one run: the pages (queries at a fifteenth of the lines and at all of them; beside ours Django
admin's changelist of the same lines), the steps (beside each the same written line by line), the last devices
claimed by many at once, and the pure rules beside their floors. Compare within one run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

from django.contrib import admin
from django.db import connection
from django.test import Client, override_settings
from django.urls import include, path, reverse

from allocations.choices import Decision
from allocations.models import ListLine, Support
from smartphone_support.accounts.models import User
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.web import remembering

from . import _claims, _line_by_line, _sharing_out
from ._measuring import BACKEND, WHOLE_STACK, Asked, median, print_table, seconds, summary, time_request
from ._round_story import PROVINCE, Story, Took, counted, person

site = admin.AdminSite("peer")


@admin.register(ListLine, site=site)
class PeerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a peer, not part of the site
    """The changelist of list lines somebody gets who registers the model with a little care."""

    list_display = ("position", "household", "commune", "priority", "decision", "reason", "support_form",
                    "check_result", "verdict", "verdict_reason")  # fmt: skip
    list_filter = ("decision", "check_result", "verdict")
    list_select_related = ("household", "commune")
    list_per_page = 100


urlpatterns = [path("peer/", site.urls), path("", include("smartphone_support.urls"))]
PEER = "/peer/allocations/listline/"

#: Step of the story → the same line by line.
LINE_BY_LINE: dict[str, Callable[[Story], Took]] = {
    "open the list, ranked": _line_by_line.open_list,
    "write the review workbook": _line_by_line.bare_workbook,
    "write its answers": _line_by_line.write_answers,
    "open the appraisal": _line_by_line.check_lines,
    "accept the clean lines": _line_by_line.accept_lines,
    "approve by the decision": _line_by_line.approve,
}


def run(*, rows: int = 1500, runs: int = 3, requests: int = 20, seed: int = 1) -> dict[str, Any]:
    """Lists of `rows` lines and of a fifteenth: stories `runs` times, pages and claims `requests` times."""
    province = AdministrativeArea.objects.provinces().get(code=PROVINCE)
    districts = AdministrativeArea.objects.districts_of(province).order_by("-code")
    small, runs = max(3, rows // 15), min(runs, len(districts) // 2)
    figures: dict[str, Any] = {"rows": rows}
    took: dict[str, dict[str, list[Took]]] = {name: defaultdict(list) for name in ("few", "many", "naive")}
    for turn in range(runs):
        few = Story(districts[2 * turn], small, seed + turn)
        few.until_appraisal()
        few.put_away()
        many = Story(districts[2 * turn + 1], rows, seed + turn)
        many.until_appraisal()
        many.put_away()
        if turn == 0:
            figures["pages"] = _pages(few, many, requests)
        for name, call in LINE_BY_LINE.items():
            took["naive"][name].append(call(many))
        for story in (few, many):
            story.until_approval()
            story.until_assigned()
        if turn == 0:
            figures["delivery"] = _delivery_pages(few, many, requests)
        took["naive"]["record its hand-overs"].append(_line_by_line.hand_over(many))
        for name, story in (("few", few), ("many", many)):
            story.until_delivered()
            for step, one in story.steps.took.items():
                took[name][step].append(one)
    figures["steps"] = _steps(took, small, rows)
    figures["claims"] = _all_claims(requests, seed)
    figures["rules"] = _rules(rows, runs, seed)
    return figures


# --- pages --------------------------------------------------------------------------------------------


def _pages(few: Story, many: Story, requests: int) -> dict[str, Any]:
    """While the department appraises: the list and its workbench."""

    def line(story: Story) -> int:
        return story.list.lines.filter(decision=Decision.KEEP).earliest("position").pk

    def of(name: str, query: str = "") -> Callable[[Story], str]:
        return lambda story: reverse(f"allocations:{name}", args=[story.list.pk]) + query

    pages: dict[str, Callable[[Story], str]] = {
        "list": of("list_detail"),
        "whole list, last page": of("list_detail", "?part=whole&page=last"),
        "list, a name": of("list_detail", "?q=nguyen"),
        "appraisal": of("list_appraisal"),
        "appraisal, last page": of("list_appraisal", "?page=9999"),
        "appraisal, flagged": of("list_appraisal", "?result=flagged"),
        "appraisal, a name": of("list_appraisal", "?q=nguyen"),
        "one line beside the register": lambda story: reverse("allocations:line_facts", args=[line(story)]),
        "by commune": of("list_communes"),
        "versions": of("list_versions"),
        "two versions compared": of("list_compare"),
        "all lines, to print": of("list_print"),
        "all lists": lambda story: reverse("allocations:list_list"),
    }
    peer: dict[str, Callable[[Story], str]] = {
        "list": lambda story: f"{PEER}?district_list__id__exact={story.list.pk}",
        "appraisal, last page": lambda story: f"{PEER}?district_list__id__exact={story.list.pk}&p=last",
    }
    return _ask("The department appraises", pages, few, many, person("dic"), requests, peer=peer)


def _delivery_pages(few: Story, many: Story, requests: int) -> dict[str, Any]:
    """After the approval: what an operator and the department open."""

    def first(story: Story) -> int:
        return Support.objects.filter(round=story.round).earliest("pk").pk

    pages: dict[str, Callable[[Story], str]] = {
        "supports": lambda story: reverse("allocations:support_list") + f"?round={story.round.pk}",
        "hand-over form": lambda story: reverse("allocations:handover_create", args=[first(story)]),
        "one support": lambda story: reverse("allocations:support_detail", args=[first(story)]),
        "delivery": lambda story: reverse("allocations:delivery_home") + f"?round={story.round.pk}",
        "progress": lambda story: reverse("allocations:delivery_progress") + f"?round={story.round.pk}",
    }
    return _ask("The operator delivers", pages, few, many, person("viettel"), requests)


def _ask(
    title: str,
    pages: dict[str, Callable[[Story], str]],
    few: Story,
    many: Story,
    user: User,
    requests: int,
    *,
    peer: dict[str, Callable[[Story], str]] | None = None,
) -> dict[str, Any]:
    """Each page of both stories in turns: queries, median and 95th part in ms."""
    client, owner = Client(), Client()
    client.force_login(user, backend=BACKEND)
    admin_user, _new = User.objects.get_or_create(username="bench-admin", is_staff=True, is_superuser=True)
    owner.force_login(admin_user, backend=BACKEND)
    figures: dict[str, Any] = {}
    with override_settings(ROOT_URLCONF=__name__, DEMO=True, **WHOLE_STACK):
        for name, address in pages.items():
            asked = [(client, address(few)), (client, address(many))]
            if peer and name in peer:
                asked.append((owner, peer[name](many)))
            queries = [_queries(who, url) for who, url in asked]
            measured = _in_turns(asked, requests)
            figures[name] = [{"queries": q} | m for q, m in zip(queries, measured, strict=True)]
    short, long = f"{few.size:,}", f"{many.size:,}"
    headings = ("page", f"queries, {short} lines", f"queries, {long}", f"p50 ms, {short}",
                f"p50 ms, {long}", f"p95 ms, {short}", f"p95 ms, {long}", "admin's queries",
                "admin p50 ms", "× admin")  # fmt: skip
    print_table(title, headings, [_page_row(name, found) for name, found in figures.items()])
    return figures


def _page_row(name: str, found: list[dict[str, float]]) -> tuple[Any, ...]:
    few, many, *peer = found
    both = (one[part] for part in ("queries", "p50", "p95") for one in (few, many))
    theirs = (peer[0]["queries"], peer[0]["p50"], f"{peer[0]['p50'] / many['p50']:.1f}") if peer else [""] * 3
    return (name, *both, *theirs)


def _in_turns(asked: list[tuple[Client, str]], requests: int) -> list[dict[str, float]]:
    """Each address `requests` times, turn and turn about."""
    taken: list[list[Asked]] = [[] for _one in asked]
    for _turn in range(requests):
        for (client, url), times in zip(asked, taken, strict=True):
            times.append(time_request(partial(client.get, url)))
    return [summary(times) for times in taken]


def _queries(client: Client, url: str) -> int:
    """Statements of the second request: the first fills what every page remembers, also on a slow machine."""
    with mock.patch.object(remembering, "SECONDS", 3600):
        remembering.forget()
        client.get(url)
        with counted() as queries:
            answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url}: {answer.status_code}")
    return len(queries)


# --- steps, claims, rules -----------------------------------------------------------------------------


def _steps(took: dict[str, dict[str, list[Took]]], small: int, rows: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for step, many in took["many"].items():
        few, naive = took["few"][step], took["naive"].get(step)
        figures[step] = {
            "queries_few": few[0].queries,
            "queries": many[0].queries,
            "seconds_few": median(one.seconds for one in few),
            "seconds": median(one.seconds for one in many),
            "naive_queries": naive[0].queries if naive else None,
            "naive_seconds": median(one.seconds for one in naive) if naive else None,
        }
    headings = ("step", f"queries, {small:,} lines", f"queries, {rows:,}", f"{small:,} lines",
                f"{rows:,} lines", "line by line: queries", "seconds", "× faster")  # fmt: skip
    print_table("The steps of one list", headings, [_step_row(step, f) for step, f in figures.items()])
    return figures


def _step_row(step: str, found: dict[str, Any]) -> tuple[Any, ...]:
    own = (found["queries_few"], found["queries"], seconds(found["seconds_few"]), seconds(found["seconds"]))
    naive = found["naive_seconds"]
    if naive is None:
        return (step, *own, "", "", "")
    return (step, *own, f"{found['naive_queries']:,}", seconds(naive), f"{naive / found['seconds']:.1f}")


def _all_claims(rounds: int, seed: int) -> dict[str, Any]:
    """Twenty clients on PostgreSQL, eight on SQLite, at quotas of 5 and of 1."""
    clients = 20 if connection.vendor == "postgresql" else 8
    figures: dict[str, Any] = {}
    headings = ("way", "rounds overshot", "worst", "told ≠ stored", "errors", "p50 ms", "p95 ms", "max ms",
                "p95 × floor")  # fmt: skip
    for quota in (5, 1):
        figures[str(quota)] = found = _claims.measure(clients=clients, rounds=rounds, quota=quota, seed=seed)
        base = found[_claims.FLOOR]["p95"]
        title = f"The last {quota} of a gift, {clients} clients, {rounds} rounds"
        print_table(title, headings, [_claim_row(name, f, base) for name, f in found.items()])
    return figures


def _claim_row(name: str, found: dict[str, Any], base: float) -> tuple[Any, ...]:
    counts = (found[part] for part in ("told_not_stored", "errors", "p50", "p95", "max"))
    worst = f"+{max(0, found['worst'])}"
    return (name, found["rounds_overshot"], worst, *counts, f"{found['p95'] / base:.1f}")


def _rules(rows: int, runs: int, seed: int) -> dict[str, Any]:
    """At the size of a province, and of the whole country."""
    sizes = [(9, rows), (166, rows * 14), (3321, rows * 333)]
    found = _sharing_out.measure(sizes, rows * 20, runs, seed)
    print_table(
        "The pure rules beside their floors",
        ("what", "ours", "ours, with caps", "floor", "× floor"),
        [
            (name, f"{f['ours'] * 1000:.2f} ms", f"{f['capped'] * 1000:.2f} ms" if f["capped"] else "",
             f"{f['floor'] * 1000:.2f} ms", f"{f['ours'] / max(f['floor'], 1e-9):.1f}")
            for name, f in found.items()
        ],
    )  # fmt: skip
    return found
