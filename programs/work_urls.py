"""Addresses of activities, obstacles and periodic reports. Included by `programs.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import activities, obstacles, reports

_ACTIVITY, _OBSTACLE, _REPORT = "activities/<int:pk>", "obstacles/<int:pk>", "reports/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("activities/", activities.ActivityList.as_view(), name="activity_list"),
    path("activities/export/", activities.ActivityExport.as_view(), name="activity_export"),
    path("activities/new/", activities.ActivityCreate.as_view(), name="activity_create"),
    path(f"{_ACTIVITY}/", activities.ActivityDetail.as_view(), name="activity_detail"),
    path(f"{_ACTIVITY}/file/", activities.ActivityFile.as_view(), name="activity_file"),
    path(f"{_ACTIVITY}/change/", activities.ActivityChange.as_view(), name="activity_change"),
    path(f"{_ACTIVITY}/take-back/", activities.ActivityTakeBack.as_view(), name="activity_take_back"),
    path("obstacles/", obstacles.ObstacleList.as_view(), name="obstacle_list"),
    path("obstacles/new/", obstacles.ObstacleCreate.as_view(), name="obstacle_create"),
    path("obstacles/summary/", obstacles.ObstacleSummary.as_view(), name="obstacle_summary"),
    path("obstacles/summary.docx", obstacles.ObstacleSummaryPaper.as_view(), name="obstacle_summary_docx"),
    path(
        "obstacles/summary.pdf",
        obstacles.ObstacleSummaryPaper.as_view(extension="pdf"),
        name="obstacle_summary_pdf",
    ),
    path(f"{_OBSTACLE}/", obstacles.ObstacleDetail.as_view(), name="obstacle_detail"),
    path(f"{_OBSTACLE}/file/", obstacles.ObstacleFile.as_view(), name="obstacle_file"),
    path(f"{_OBSTACLE}/answer/", obstacles.ObstacleAnswer.as_view(), name="obstacle_answer"),
    path(f"{_OBSTACLE}/ask-again/", obstacles.ObstacleAskAgain.as_view(), name="obstacle_ask_again"),
    path(f"{_OBSTACLE}/settle/", obstacles.ObstacleSettle.as_view(), name="obstacle_settle"),
    path(f"{_OBSTACLE}/withdraw/", obstacles.ObstacleWithdraw.as_view(), name="obstacle_withdraw"),
    path(f"{_OBSTACLE}/committee/", obstacles.ObstacleFlag.as_view(), name="obstacle_flag"),
    path("reports/", reports.ReportList.as_view(), name="report_list"),
    path("reports/new/", reports.ReportCreate.as_view(), name="report_create"),
    path(f"{_REPORT}/", reports.ReportDetail.as_view(), name="report_detail"),
    path(f"{_REPORT}/texts/", reports.ReportTexts.as_view(), name="report_texts"),
    path(f"{_REPORT}/refresh/", reports.ReportRefresh.as_view(), name="report_refresh"),
    path(f"{_REPORT}/issue/", reports.ReportIssue.as_view(), name="report_issue"),
    path(f"{_REPORT}/cancel/", reports.ReportCancel.as_view(), name="report_cancel"),
    path(f"{_REPORT}/report.docx", reports.ReportFile.as_view(), name="report_docx"),
    path(f"{_REPORT}/report.pdf", reports.ReportFile.as_view(extension="pdf"), name="report_pdf"),
    path(f"{_REPORT}/report.xlsx", reports.ReportFile.as_view(extension="xlsx"), name="report_xlsx"),
]
