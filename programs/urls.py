from django.urls import path

from . import views

app_name = "programs"
urlpatterns = [
    path("", views.ProgramList.as_view(), name="program_list"),
    path("<int:pk>/", views.ProgramDetail.as_view(), name="program_detail"),
]
