"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from inspections.complaints.urls import public_urlpatterns

urlpatterns = [
    path("", include("smartphone_support.home.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("smartphone_support.accounts.urls")),
    path("programs/", include("programs.urls")),
    path("beneficiaries/", include("beneficiaries.urls")),
    path("services/", include("beneficiaries.services.urls")),
    path("allocations/", include("allocations.urls")),
    path("inspections/", include("inspections.urls")),
    path("phan-anh/", include(public_urlpatterns)),
    path("jobs/", include("smartphone_support.jobs.urls")),
    path("admin/", admin.site.urls),
]
