from django.urls import path

from . import reference_views, views

app_name = "programs"
urlpatterns = [
    path("", views.ProgramList.as_view(), name="program_list"),
    path("<int:pk>/", views.ProgramDetail.as_view(), name="program_detail"),
    path("reference/", reference_views.ReferenceList.as_view(), name="reference_list"),
    path("reference/export/", reference_views.ReferenceExport.as_view(), name="reference_export"),
    path("reference/upload/", reference_views.ReferenceUpload.as_view(), name="reference_upload"),
    path("reference/preview/", reference_views.ReferencePreviewPage.as_view(), name="reference_preview"),
]
