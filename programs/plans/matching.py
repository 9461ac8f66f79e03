"""Which organisations a party's name stands for: by earlier plans, by names, by "all of a kind"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from smartphone_support.accounts.choices import OrganisationKind
from smartphone_support.accounts.models import Organisation
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.vietnamese.text import fold

from ..loading import FILES, packaged_plan
from ..models import Party

_BRACKETS = re.compile(r"\([^)]*\)")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
_OPERATORS = re.compile(r"^(doanhnghiep|nhamang)vienthong")
#: So many organisations are named one by one.
_FEW = 4
_ORDER = {OrganisationKind.OPERATOR.value: 1, OrganisationKind.DISTRICT.value: 2}
_DISTRICTS = re.compile(r"^ubnd(cap)?(huyen|quan|thixa)")


def key_of_name(name: str) -> str:
    """What two spellings of one party have in common: "UBND các huyện" and "Ủy ban nhân dân các huyện"."""
    plain = _NOT_LETTERS.sub("", _BRACKETS.sub(" ", fold(name)))
    plain = plain.replace("uybannhandan", "ubnd").replace("trendiabantinh", "").removesuffix("tinhdaknong")
    # "Các doanh nghiệp viễn thông", "UBND các huyện": the plural word says nothing a name needs.
    return re.sub(r"^cac(?=\w{4})|(?<=^ubnd)cac", "", plain) or plain


@dataclass(slots=True)
class PartyBook:
    """Organisations by the key of every name known in a province; None where the name is not known.

    An earlier plan may have left a party open ("Các đơn vị có liên quan"): known, with no organisations.
    """

    everybody: dict[int, Organisation]
    known: dict[str, frozenset[int]] = field(default_factory=dict)

    def find(self, name: str) -> frozenset[int] | None:
        key = key_of_name(name)
        if key in self.known:
            return self.known[key]
        if _OPERATORS.match(key):
            return self.all_of(OrganisationKind.OPERATOR)
        if _DISTRICTS.match(key):
            return self.all_of(OrganisationKind.DISTRICT)
        return None

    def parts(self, name: str) -> list[str]:
        """A name, or the known names it lists with commas: "Sở Y tế, Sở Tài chính" are two. A comma inside a
        name ("Các Sở, Ban, Ngành") parts nothing: every part has to be known."""
        if self.find(name) is not None or "," not in name:
            return [name]
        words = [part.strip() for part in name.split(",")]
        return self._parted(words) or [name]

    def _parted(self, words: list[str]) -> list[str] | None:
        if not words:
            return []
        for length in range(len(words), 0, -1):
            first = ", ".join(words[:length])
            if self.find(first) is not None:
                rest = self._parted(words[length:])
                if rest is not None:
                    return [first, *rest]
        return None

    def all_of(self, kind: OrganisationKind) -> frozenset[int]:
        """Every organisation of a kind."""
        return frozenset(pk for pk, one in self.everybody.items() if one.kind == kind)


def party_book(province: AdministrativeArea) -> PartyBook:
    """The names of a province: organisations by name and short name, then the parties of its plans, latest
    plan first, with the other spellings packaged beside them. Organisations no longer active are left out."""
    active = Organisation.objects.filter(province=province, is_active=True).order_by("code")
    # Departments first, the many districts last: as a person looks for them.
    rows = sorted(active, key=lambda one: (_ORDER.get(one.kind, 0), one.code))
    book = PartyBook({organisation.pk: organisation for organisation in rows})
    parties = Party.objects.filter(program__province=province).exclude(program__state="draft")
    for party in parties.order_by("-program__first_year", "-program_id", "pk").prefetch_related(
        "organisations"
    ):
        all_of_them = list(party.organisations.all())
        still = frozenset(one.pk for one in all_of_them if one.pk in book.everybody)
        if still or not all_of_them:
            book.known.setdefault(key_of_name(party.name), still)
    for spelling, name in _packaged_aliases(province).items():
        if (found := book.known.get(key_of_name(name))) is not None:
            book.known.setdefault(key_of_name(spelling), found)
    for organisation in rows:
        for name in (organisation.name, organisation.short_name):
            book.known.setdefault(key_of_name(name), frozenset({organisation.pk}))
    return book


def _packaged_aliases(province: AdministrativeArea) -> Mapping[str, str]:
    seeds = (packaged_plan(name) for name in FILES)
    return {key: name for seed in seeds if seed["province"] == province.code
            for key, name in seed["aliases"].items()}  # fmt: skip


def names_of(organisations: Iterable[int], book: PartyBook) -> str:
    """Short names in the order of the book; many as how many, a whole kind as such."""
    chosen = set(organisations)
    found = [one for pk, one in book.everybody.items() if pk in chosen]
    if len(found) <= _FEW:
        return ", ".join(one.short_name for one in found)
    kinds = {one.kind for one in found}
    if kinds == {OrganisationKind.DISTRICT} and len(found) == len(book.all_of(OrganisationKind.DISTRICT)):
        return _("All %(n)s districts") % {"n": len(found)}
    return _("%(n)s organisations") % {"n": len(found)}
