"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("smartphone_support.home.urls")),
    path("accounts/", include("allauth.urls")),
    path("programs/", include("programs.urls")),
    path("beneficiaries/", include("beneficiaries.urls")),
    path("allocations/", include("allocations.urls")),
    path("jobs/", include("smartphone_support.jobs.urls")),
    path("admin/", admin.site.urls),
]
