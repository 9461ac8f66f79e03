"""Households found in the field: onto the list by rank, or settled by whoever keeps the register."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.models import RegisterVersion
from smartphone_support.audit.recording import record
from smartphone_support.web.errors import Refusal

from ..choices import Decision, FieldMatch
from ..lists.found import verdicts_of
from ..models import DistrictList, FieldHousehold, ListLine, ReviewUpload
from ..permits.lists import may_settle_find
from ..rules.eligibility import HouseholdFacts
from ..rules.facts import from_snapshot, snapshot
from ..rules.ranking import rank_key
from .plans import round_rule
from .steps import locked, need_reason, require, step

#: Finds of an applied upload in these states wait for the register's officer.
FOR_THE_REGISTER = (FieldMatch.NOT_FOUND, FieldMatch.SEVERAL)


def add_found(district_list: DistrictList, upload: ReviewUpload) -> tuple[int, int]:
    """Put the qualifying finds of a confirmed upload on the list; returns how many, and how many are kept.

    Part of `apply_review_upload`: the list is locked. They are judged once more; whoever does not qualify any
    more stops the step, since the preview promised otherwise. Positions below them move down.
    """
    rows = FieldHousehold.objects.filter(upload=upload, match=FieldMatch.FOUND, failed=[])
    finds = {find.household_id: find for find in rows if find.household_id is not None}
    if not finds:
        return 0, 0
    # Merges and lists taken back ask who stands on a list: they wait here, or this waits for them.
    province = district_list.round.program.province
    RegisterVersion.objects.get_or_create(province=province)
    RegisterVersion.objects.select_for_update().get(province=province)
    rule = round_rule(district_list.round)
    verdicts = verdicts_of(
        district_list, {household: find.answer["has_need"] for household, find in finds.items()}, rule
    )
    if ListLine.objects.filter(district_list=district_list, household__in=finds).exists():
        raise Refusal(_("The list has other lines by now. Download the workbook again."))
    coming: list[tuple[HouseholdFacts, FieldHousehold]] = []
    for household, find in finds.items():
        facts, failed = verdicts[household]
        if facts is None or failed:
            raise Refusal(
                _("“%(name)s” (row %(row)s) no longer qualifies for the list: upload the workbook again.")
                % {"name": find.head_name, "row": find.row}
            )
        coming.append((facts, find))
    coming.sort(key=lambda pair: rank_key(pair[0], rule))
    places = _make_room(district_list, [facts for facts, _find in coming], rule)
    for (facts, find), position in zip(coming, places, strict=True):
        answer = find.answer
        find.line = ListLine.objects.create(
            district_list=district_list, round_id=district_list.round_id, household_id=facts.id,
            commune_id=facts.commune_id, position=position, priority=rule.rank(facts),
            snapshot=snapshot(facts), decision=answer["decision"], reason=answer["reason"],
            support_form=answer["support_form"], has_need=facts.has_need, note=answer["note"],
            added_in_field=True,
        )  # fmt: skip
        find.save(update_fields=["line"])
    kept = sum(find.answer["decision"] == Decision.KEEP for _facts, find in coming)
    return len(coming), kept


def _make_room(district_list: DistrictList, coming: list[HouseholdFacts], rule: Any) -> list[int]:
    """Number the list anew with these households, sorted by rank, among its lines; their positions.

    The lines there keep their order, by which they were shown and posted; the facts they were ranked by are
    those frozen in them.
    """
    lines = ListLine.objects.filter(district_list=district_list).order_by("position")
    present = list(
        lines.select_related("commune").only("position", "snapshot", "household_id", "commune__code")
    )
    waiting = [rank_key(facts, rule) for facts in coming]
    places: list[int] = []
    moved = []
    position = 0
    for line in present:
        frozen = from_snapshot(line.household_id, line.snapshot, commune_code=line.commune.code)
        key = rank_key(frozen, rule)
        while len(places) < len(waiting) and waiting[len(places)] < key:
            position += 1
            places.append(position)
        position += 1
        if line.position != position:
            line.position = position
            moved.append(line)
    places += range(position + 1, position + 1 + len(waiting) - len(places))
    if moved:
        # Out of the way first: the database looks at every single number as it is written.
        last = lines.aggregate(last=Max("position"))["last"] or 0
        beyond = last + len(present) + len(coming)
        ListLine.objects.filter(pk__in=[line.pk for line in moved]).update(position=F("position") + beyond)
        ListLine.objects.bulk_update(moved, ["position"], batch_size=300)
    return places


def settle_find(find: FieldHousehold, *, actor: Any, note: str) -> FieldHousehold:
    """Note what became of a household the register did not know, or of which several fitted.

    By the register's officer or the department; the list does not change: what the register then has comes
    onto a list with the next workbook, an amendment or the next round.
    """
    note = need_reason(note)[:300]
    with step():
        find = locked(FieldHousehold.objects.select_related("upload__district_list__round__program"), find.pk)
        require(may_settle_find(actor, find))
        if find.upload.applied_at is None or find.match not in FOR_THE_REGISTER:
            raise Refusal(_("This household does not wait for the register."))
        written = FieldHousehold.objects.filter(pk=find.pk, settled_at=None)
        if not written.update(settled_at=timezone.now(), settled_note=note):
            raise Refusal(_("Somebody settled this already; look at the page again."))
        find.refresh_from_db()
        record("allocations.fieldhousehold.settle", find, actor=actor, after={"note": note})
    return find
