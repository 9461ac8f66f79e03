"""Addresses of plans that are being made; included in the programs' own."""

from django.urls import path

from .views import drafts, making

urlpatterns = [
    path("new/", making.PlanNew.as_view(), name="program_new"),
    path("readings/<int:pk>/", making.ReadingDetail.as_view(), name="program_reading"),
    path("readings/<int:pk>/rows/", making.ReadingRows.as_view(), name="program_reading_rows"),
    path("readings/<int:pk>/questions/", making.ReadingQuestions.as_view(), name="program_reading_questions"),
    path("readings/<int:pk>/save/", making.ReadingSave.as_view(), name="program_reading_save"),
    path("readings/<int:pk>/discard/", making.ReadingDiscard.as_view(), name="program_reading_discard"),
    path("<int:pk>/copy/", making.PlanCopy.as_view(), name="program_copy"),
    path("<int:pk>/draft/", drafts.DraftDetail.as_view(), name="program_draft"),
    path("<int:pk>/change/", drafts.PlanChange.as_view(), name="program_change"),
    path("<int:pk>/rows/", drafts.PlanRows.as_view(), name="program_rows"),
    path("parties/<int:pk>/", drafts.PlanParty.as_view(), name="program_party"),
    path("tasks/<int:pk>/events/", drafts.PlanTaskEvents.as_view(), name="program_task_events"),
    path("<int:pk>/delete/", drafts.PlanDelete.as_view(), name="program_delete"),
    path("<int:pk>/put-in-force/", drafts.PlanInForce.as_view(), name="program_put_in_force"),
    path("<int:pk>/close/", drafts.PlanClose.as_view(), name="program_close"),
]
