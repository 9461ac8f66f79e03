"""Addresses of telecom services."""

from django.urls import include, path

from .views import levels, settlement, subscriptions, update_steps, updates, yearly

app_name = "services"
urlpatterns = [
    path("", include("beneficiaries.services.confirmation_urls")),
    path("", subscriptions.SubscriptionList.as_view(), name="subscription_list"),
    path("export/", subscriptions.SubscriptionExport.as_view(), name="subscription_export"),
    path("<int:pk>/", subscriptions.SubscriptionDetail.as_view(), name="subscription_detail"),
    path("updates/", updates.ReportList.as_view(), name="report_list"),
    path("updates/months/", updates.ReportMonths.as_view(), name="report_months"),
    path("updates/send/", updates.ReportCreate.as_view(), name="report_create"),
    path("updates/nothing/", updates.ReportNothing.as_view(), name="report_nothing"),
    path("updates/<int:pk>/", updates.ReportDetail.as_view(), name="report_detail"),
    path("updates/<int:pk>/file/", updates.ReportFile.as_view(), name="report_file"),
    path("updates/<int:pk>/refused.xlsx", updates.ReportRefused.as_view(), name="report_refused"),
    path("updates/<int:pk>/confirm/", update_steps.ReportConfirm.as_view(), name="report_confirm"),
    path("updates/<int:pk>/discard/", update_steps.ReportDiscard.as_view(), name="report_discard"),
    path("updates/<int:pk>/read-again/", update_steps.ReportReread.as_view(), name="report_reread"),
    path("updates/<int:pk>/take-back/", update_steps.ReportTakeBack.as_view(), name="report_take_back"),
    path("levels/", levels.LevelList.as_view(), name="level_list"),
    path("levels/enter/", levels.LevelCreate.as_view(), name="level_create"),
    path("levels/<int:pk>/take-out/", levels.LevelDrop.as_view(), name="level_drop"),
    path("year/", yearly.YearChange.as_view(), name="year_change"),
    path("year/suspend/", yearly.YearStep.as_view(), {"part": "suspend"}, name="year_suspend"),
    path("year/restore/", yearly.YearStep.as_view(), {"part": "restore"}, name="year_restore"),
    path("year/remove/", yearly.YearStep.as_view(), {"part": "remove"}, name="year_remove"),
    path("settlement/", settlement.Settlement.as_view(), name="settlement"),
    path("settlement/lines/", settlement.SettlementLines.as_view(), name="settlement_lines"),
    path("settlement.xlsx", settlement.SettlementWorkbook.as_view(), name="settlement_workbook"),
    path("settlement.docx", settlement.SettlementPaper.as_view(extension="docx"), name="settlement_docx"),
    path("settlement.pdf", settlement.SettlementPaper.as_view(extension="pdf"), name="settlement_pdf"),
]
