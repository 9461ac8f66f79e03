"""Addresses of the living plan: dues, calendar, organisations, deadlines. Included by `programs.urls`."""

from django.urls import path

from .views import calendars, deadlines, due_steps, dues, organisations

urlpatterns = [
    path("<int:pk>/dues/", dues.DueList.as_view(), name="due_list"),
    path("<int:pk>/dues/export/", dues.DueExport.as_view(), name="due_export"),
    path("<int:pk>/dues/open/", deadlines.OpenDues.as_view(), name="due_open"),
    path("<int:pk>/calendar/", calendars.DueCalendar.as_view(), name="due_calendar"),
    path("<int:pk>/deadlines/", deadlines.Deadlines.as_view(), name="deadlines"),
    path("<int:pk>/organisations/", organisations.OrganisationList.as_view(), name="organisation_list"),
    path(
        "<int:pk>/organisations/<int:organisation>/",
        organisations.OrganisationDetail.as_view(),
        name="organisation_detail",
    ),
    path("tasks/<int:pk>/request/", due_steps.TaskRequest.as_view(), name="task_request"),
    path("dues/<int:pk>/", dues.DueDetail.as_view(), name="due_detail"),
    path("dues/<int:pk>/report/", due_steps.DueReport.as_view(), name="due_report"),
    path("dues/<int:pk>/nothing/", due_steps.DueNothing.as_view(), name="due_nothing"),
    path("dues/<int:pk>/accept/", due_steps.DueAccept.as_view(), name="due_accept"),
    path("dues/<int:pk>/return/", due_steps.DueReturn.as_view(), name="due_return"),
    path("dues/<int:pk>/extend/", due_steps.DueExtend.as_view(), name="due_extend"),
    path("dues/evidence/<int:pk>/", dues.EvidenceFile.as_view(), name="due_evidence"),
]
