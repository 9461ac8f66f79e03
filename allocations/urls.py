"""Addresses of rounds, quotas, district lists and proposals."""

from django.urls import path

from .views import appraisal, budget, contributions, coverage, lists, plans, proposals, rounds

app_name = "allocations"
urlpatterns = [
    path("rounds/", rounds.RoundList.as_view(), name="round_list"),
    path("rounds/new/", rounds.RoundCreate.as_view(), name="round_create"),
    path("rounds/eligible/", rounds.RoundEligible.as_view(), name="round_eligible"),
    path("rounds/<int:pk>/", rounds.RoundDetail.as_view(), name="round_detail"),
    path("rounds/<int:pk>/quotas/", plans.QuotaPlanCreate.as_view(), name="quotaplan_create"),
    path("rounds/<int:pk>/propose/", proposals.ProposalCreate.as_view(), name="proposal_create"),
    path("quotas/<int:pk>/", plans.QuotaPlanDetail.as_view(), name="quotaplan_detail"),
    path("quotas/<int:pk>/submit/", plans.QuotaPlanSubmit.as_view(), name="quotaplan_submit"),
    path("quotas/<int:pk>/return/", plans.QuotaPlanReturn.as_view(), name="quotaplan_return"),
    path("quotas/<int:pk>/approve/", plans.QuotaPlanApprove.as_view(), name="quotaplan_approve"),
    path("quotas/<int:pk>/proof/", plans.QuotaPlanProof.as_view(), name="quotaplan_proof"),
    path("lists/", lists.DistrictListList.as_view(), name="list_list"),
    path("lists/<int:pk>/", lists.DistrictListDetail.as_view(), name="list_detail"),
    path("lists/<int:pk>/workbook/", lists.ReviewWorkbook.as_view(), name="list_workbook"),
    path("lists/<int:pk>/upload/", lists.ReviewUploadCreate.as_view(), name="list_upload"),
    path(
        "lists/<int:pk>/request-signature/",
        lists.ListRequestSignature.as_view(),
        name="list_request_signature",
    ),
    path("lists/<int:pk>/send-back/", lists.ListSendBack.as_view(), name="list_send_back"),
    path("lists/<int:pk>/sign/", lists.ListSign.as_view(), name="list_sign"),
    path("lists/<int:pk>/appraise/", appraisal.ListOpenAppraisal.as_view(), name="list_open_appraisal"),
    path("lists/<int:pk>/accept-clean/", appraisal.ListAcceptClean.as_view(), name="list_accept_clean"),
    path("lists/<int:pk>/accept/", appraisal.ListAccept.as_view(), name="list_accept"),
    path("lists/<int:pk>/return/", appraisal.ListReturn.as_view(), name="list_return"),
    path("lines/<int:pk>/verdict/", appraisal.LineVerdict.as_view(), name="line_verdict"),
    path("uploads/<int:pk>/", lists.ReviewUploadDetail.as_view(), name="upload_detail"),
    path("uploads/<int:pk>/confirm/", lists.ReviewUploadConfirm.as_view(), name="upload_confirm"),
    path("uploads/<int:pk>/discard/", lists.ReviewUploadDiscard.as_view(), name="upload_discard"),
    path("proposals/", proposals.ProposalList.as_view(), name="proposal_list"),
    path("proposals/<int:pk>/", proposals.ProposalDetail.as_view(), name="proposal_detail"),
    path("proposals/<int:pk>/submit/", proposals.ProposalSubmit.as_view(), name="proposal_submit"),
    path("proposals/<int:pk>/return/", proposals.ProposalReturn.as_view(), name="proposal_return"),
    path("proposals/<int:pk>/dissolve/", proposals.ProposalCancel.as_view(), name="proposal_cancel"),
    path("proposals/<int:pk>/decide/", proposals.ProposalDecide.as_view(), name="proposal_decide"),
    path("proposals/<int:pk>/annex/", proposals.ProposalAnnex.as_view(), name="proposal_annex"),
    # money and coverage
    path("budget/", budget.BudgetList.as_view(), name="budget_list"),
    path("budget/new/", budget.BudgetCreate.as_view(), name="budget_create"),
    path("budget/<int:pk>/", budget.BudgetDetail.as_view(), name="budget_detail"),
    path("budget/<int:pk>/adjust/", budget.BudgetAdjust.as_view(), name="budget_adjust"),
    path("budget/<int:pk>/file/<int:adjustment>/", budget.BudgetFile.as_view(), name="budget_file"),
    path("contributions/", contributions.ContributionList.as_view(), name="contribution_list"),
    path("contributions/new/", contributions.ContributionCreate.as_view(), name="contribution_create"),
    path("contributions/<int:pk>/", contributions.ContributionDetail.as_view(), name="contribution_detail"),
    path(
        "contributions/<int:pk>/receive/",
        contributions.ContributionReceive.as_view(),
        name="contribution_receive",
    ),
    path(
        "contributions/<int:pk>/match/", contributions.ContributionMatch.as_view(), name="contribution_match"
    ),
    path(
        "contributions/<int:pk>/close/", contributions.ContributionClose.as_view(), name="contribution_close"
    ),
    path(
        "contributions/<int:pk>/file/<int:receipt>/",
        contributions.ContributionFile.as_view(),
        name="contribution_file",
    ),
    path(
        "supports/<int:pk>/unmatch/", contributions.ContributionUnmatch.as_view(), name="contribution_unmatch"
    ),
    path("coverage/", coverage.CoveragePage.as_view(), name="coverage"),
    path("coverage/workbook/", coverage.CoverageWorkbook.as_view(), name="coverage_workbook"),
    path("coverage/households/", coverage.CoverageHouseholds.as_view(), name="coverage_households"),
    path("coverage/<int:district>/", coverage.CoveragePage.as_view(), name="coverage_district"),
    path(
        "coverage/<int:district>/workbook/",
        coverage.CoverageWorkbook.as_view(),
        name="coverage_district_workbook",
    ),
]
