from django.urls import include, path

from .views import plans, reference

app_name = "programs"
urlpatterns = [
    path("", plans.ProgramList.as_view(), name="program_list"),
    path("<int:pk>/", plans.ProgramDetail.as_view(), name="program_detail"),
    path("", include("programs.due_urls")),
    path("", include("programs.plan_urls")),
    path("", include("programs.work_urls")),
    path("reference/", reference.ReferenceList.as_view(), name="reference_list"),
    path("reference/export/", reference.ReferenceExport.as_view(), name="reference_export"),
    path("reference/upload/", reference.ReferenceUpload.as_view(), name="reference_upload"),
    path("reference/preview/", reference.ReferencePreviewPage.as_view(), name="reference_preview"),
]
