"""Addresses of findings."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import finding_papers, finding_steps, findings

urlpatterns: list[URLPattern] = [
    path("findings/", findings.FindingList.as_view(), name="finding_list"),
    path("findings/export/", findings.FindingExport.as_view(), name="finding_export"),
    path("findings/of-round/<int:pk>/new/", findings.FindingCreate.as_view(), name="finding_create"),
    path(
        "findings/of-complaint/<int:pk>/new/",
        findings.FindingOfComplaint.as_view(),
        name="finding_of_complaint",
    ),
    path("findings/<int:pk>/", findings.FindingDetail.as_view(), name="finding_detail"),
    path("findings/<int:pk>/remedy/", finding_steps.FindingRemedy.as_view(), name="finding_remedy"),
    path("findings/<int:pk>/verify/", finding_steps.FindingVerify.as_view(), name="finding_verify"),
    path("findings/<int:pk>/change/", finding_steps.FindingChange.as_view(), name="finding_change"),
    path("findings/<int:pk>/extend/", finding_steps.FindingExtend.as_view(), name="finding_extend"),
    path("findings/<int:pk>/close/", finding_steps.FindingClose.as_view(), name="finding_close"),
    path("findings/<int:pk>/drop/", finding_steps.FindingDrop.as_view(), name="finding_drop"),
    path("findings/<int:pk>/hold/", finding_steps.FindingHold.as_view(), name="finding_hold"),
    path("findings/<int:pk>/recover/", finding_steps.FindingRecover.as_view(), name="finding_recover"),
    path("findings/evidence/<int:pk>/", findings.RemedyEvidence.as_view(), name="finding_evidence"),
    *finding_papers.addresses(),
]
