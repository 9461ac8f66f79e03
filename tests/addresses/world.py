"""One row of every kind, for addresses that name one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from allocations.choices import ListState
from allocations.lists.review_reading import receive_upload
from allocations.lists.review_workbook import write_review_workbook
from allocations.models import (
    AllocationRound,
    DistrictList,
    FieldHousehold,
    ListLine,
    Proposal,
    QuotaPlan,
    ReviewUpload,
)
from allocations.workflow import record_objection, record_posting
from beneficiaries.choices import Outcome
from beneficiaries.models import (
    BatchRow,
    DuplicateCandidate,
    Household,
    InformationDeprivation,
    LayoutMemory,
    ListBatch,
    PovertyCertificate,
    RegisterExport,
)
from beneficiaries.workflow import merge_pair
from programs.models import Program
from smartphone_support.accounts.models import User
from smartphone_support.demo.accounts import PREFIXES
from smartphone_support.demo.samples import fill_review
from smartphone_support.documents.storing import store
from smartphone_support.jobs.models import Job

from ..complaint_rows import complaints_of
from ..delivery_rows import delivery_of
from ..due_rows import dues_of
from ..field_rows import field_of
from ..finding_rows import findings_of
from ..inspection_rows import rounds_of
from ..making_rows import plans_of, requests_of
from ..money_rows import money_of
from ..rule_rows import rules_of
from ..sampling_rows import drawing_of
from ..service_rows import services_of
from ..support_rows import amendment_of
from ..work_rows import work_of


def rows_of(province: str) -> dict[str, Any]:
    """One row of every kind, of one province and (where a district owns it) of its district 481 or 666."""
    code = {"46": "481", "67": "666"}[province]
    rounds = AllocationRound.objects.filter(program__province__code=province)
    lists = DistrictList.objects.filter(round__in=rounds, district__code=code)
    batch = ListBatch.objects.filter(province__code=province).order_by("pk").first()
    mine = lists.get(state=ListState.DRAFTING)
    workbook = ContentFile(fill_review(write_review_workbook(mine)), name="phieu.xlsx")
    upload = receive_upload(mine, workbook, actor=User.objects.get(username=f"{PREFIXES[province]}-{code}"))
    delivery = delivery_of(PREFIXES[province], code)
    ambiguous = BatchRow.objects.filter(batch=batch).first()
    BatchRow.objects.filter(pk=ambiguous.pk).update(outcome=Outcome.AMBIGUOUS)
    return {
        "program": Program.objects.get(province__code=province),
        **evidence_of(province, code, batch.uploaded_by),
        "batch": batch,
        "batch_row": ambiguous,
        "layout": LayoutMemory.objects.create(
            organisation=batch.uploaded_by.organisation, signature=province, decided_by=batch.uploaded_by
        ),
        "round": rounds.first(),
        "why": {"pk": rounds.first().pk, "household": mine.lines.first().household_id},
        "open_plan": QuotaPlan.objects.filter(round__in=rounds).exclude(state="approved").get(),
        "approved_plan": QuotaPlan.objects.filter(round__in=rounds, state="approved").first(),
        "list": mine,
        "line": ListLine.objects.filter(district_list=mine).first(),
        "upload": upload,
        **posting_of(mine, upload.uploaded_by),
        "proposal": Proposal.objects.filter(round__in=rounds, state="submitted").get(),
        "export": RegisterExport.objects.create(
            owner=batch.uploaded_by,
            file_format="csv",
            file=store(ContentFile(b"a", name="so-ho.csv"), actor=batch.uploaded_by),
        ),
        "job": Job.objects.filter(owner=batch.uploaded_by).first(),
        **twins_of(province, batch.uploaded_by),
        **rules_of(PREFIXES[province], Program.objects.get(province__code=province)),
        **delivery,
        **amendment_of(PREFIXES[province], code),
        **money_of(PREFIXES[province], code, Program.objects.get(province__code=province)),
        **complaints_of(PREFIXES[province], code),
        **rounds_of(PREFIXES[province], code),
        **findings_of(PREFIXES[province], delivery["listed_support"]),
        **field_of(PREFIXES[province], code),
        **drawing_of(PREFIXES[province]),
        **requests_of(PREFIXES[province], code),
        **services_of(PREFIXES[province], code),
        **dues_of(PREFIXES[province], Program.objects.get(province__code=province)),
        **work_of(PREFIXES[province], Program.objects.get(province__code=province)),
        # Last: a second plan, which nothing above expects.
        **plans_of(PREFIXES[province], Program.objects.get(province__code=province)),
    }


def posting_of(mine: DistrictList, officer: User) -> dict[str, Any]:
    """A posting of the list with its scan, an objection to it, and a household found in the field."""
    today = date.today()
    scan = ContentFile(b"%PDF-1.7", name="niem-yet.pdf")
    known = {"place": "UBND", "from_day": today, "to_day": today + timedelta(days=14), "proof": scan}
    hung = record_posting(mine, actor=officer, **known)
    said = record_objection(hung, actor=officer, content="Hộ đã có máy", received_on=today)
    file = store(ContentFile(b"a", name="phieu-cu.xlsx"), actor=officer)
    applied = ReviewUpload.objects.create(
        district_list=mine, list_version=mine.version, file=file, uploaded_by=officer,
        applied_at=timezone.now(), counts={"keep": 0, "reserve": 0, "drop": 0, "changed": 0},
    )  # fmt: skip
    find = FieldHousehold.objects.create(upload=applied, row=5, head_name="Ai Đó", match="not_found")
    return {"posting": hung, "objection": said, "find": find}


def twins_of(province: str, officer: User) -> dict[str, Any]:
    """Two pairs of households of the province's last commune: an open one, and one already merged."""
    free = Household.objects.filter(province__code=province, list_lines=None, subscriptions=None)
    rows = list(free.order_by("-pk")[:4])
    pairs = [
        DuplicateCandidate.objects.create(province=one.province, first=one, second=two, score=70)
        for two, one in (rows[:2], rows[2:])
    ]
    return {"pair": pairs[0], "merge": merge_pair(pairs[1], kept=pairs[1].first_id, actor=officer)}


def evidence_of(province: str, district: str, actor: User) -> dict[str, Any]:
    """A household with a certificate and an assessment, and its commune."""
    own = Household.objects.filter(
        province__code=province, district__code=district, commune__isnull=False
    ).first()
    scan = store(ContentFile(b"%PDF-1.7", name="gcn.pdf"), actor=actor)
    return {
        "household": own,
        "commune": own.commune,
        "certificate": PovertyCertificate.objects.create(household=own, year=2023, number="1", copy=scan),
        "assessment": InformationDeprivation.objects.create(
            household=own, assessed_on=date(2023, 12, 1), occasion="review", lacks_means=True
        ),
    }
