"""Addresses of the appraisal's workbench, of supports and of amendments."""

from django.urls import path

from .views import amendments, appraisal, supports

addresses = [
    path("lists/<int:pk>/appraisal/", appraisal.AppraisalPage.as_view(), name="list_appraisal"),
    path("lists/<int:pk>/verdicts/", appraisal.ListVerdicts.as_view(), name="list_verdicts"),
    path("lines/<int:pk>/facts/", appraisal.LineFacts.as_view(), name="line_facts"),
    path("supports/", supports.SupportList.as_view(), name="support_list"),
    path("supports/assign/", supports.SupportAssign.as_view(), name="support_assign"),
    path("supports/<int:pk>/", supports.SupportDetail.as_view(), name="support_detail"),
    path("supports/<int:pk>/hold/", supports.SupportHold.as_view(), name="support_hold"),
    path("supports/<int:pk>/release/", supports.SupportRelease.as_view(), name="support_release"),
    path(
        "supports/<int:pk>/undeliverable/",
        supports.SupportUndeliverable.as_view(),
        name="support_undeliverable",
    ),
    path("supports/<int:pk>/recover/", supports.SupportRecover.as_view(), name="support_recover"),
    path("supports/<int:pk>/replace/", supports.SupportReplace.as_view(), name="support_replace"),
    path("supports/<int:pk>/withdraw/", supports.SupportWithdraw.as_view(), name="support_withdraw"),
    path("lists/<int:pk>/amend/", amendments.AmendmentCreate.as_view(), name="amendment_create"),
    path("amendments/", amendments.AmendmentList.as_view(), name="amendment_list"),
    path("amendments/<int:pk>/", amendments.AmendmentDetail.as_view(), name="amendment_detail"),
    path("amendments/<int:pk>/add/", amendments.AmendmentAddLine.as_view(), name="amendment_add_line"),
    path(
        "amendments/<int:pk>/remove-line/",
        amendments.AmendmentRemoveLine.as_view(),
        name="amendment_remove_line",
    ),
    path("amendments/<int:pk>/submit/", amendments.AmendmentSubmit.as_view(), name="amendment_submit"),
    path("amendments/<int:pk>/return/", amendments.AmendmentReturn.as_view(), name="amendment_return"),
    path("amendments/<int:pk>/cancel/", amendments.AmendmentCancel.as_view(), name="amendment_cancel"),
    path("amendments/<int:pk>/decide/", amendments.AmendmentDecide.as_view(), name="amendment_decide"),
]
