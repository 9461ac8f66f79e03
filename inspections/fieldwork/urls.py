"""Addresses of fieldwork: the device, checks, photos, paper sheets."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import check_forms, checks, field_api, field_pages, sheets

urlpatterns: list[URLPattern] = [
    path("field/", field_pages.FieldHome.as_view(), name="field_home"),
    path("field/work/", field_pages.FieldWork.as_view(), name="field_work"),
    path("field/sw.js", field_pages.FieldWorker.as_view(), name="field_worker"),
    path("field/token/", field_api.FieldToken.as_view(), name="field_token"),
    path("field/packs/", field_api.PackCreate.as_view(), name="field_pack_create"),
    path("field/packs/<uuid:key>/", field_api.PackRefresh.as_view(), name="field_pack"),
    path("field/packs/<uuid:key>/hand-in/", field_api.PackHandIn.as_view(), name="field_pack_hand_in"),
    path("field/packs/<uuid:key>/lost/", field_pages.PackLost.as_view(), name="field_pack_lost"),
    path("field/checks/", field_api.CheckReceive.as_view(), name="field_check_receive"),
    path("field/photos/", field_api.PhotoReceive.as_view(), name="field_photo_receive"),
    path("field/files/", field_api.FileReceive.as_view(), name="field_file_receive"),
    path("field/files/upload/", check_forms.FileUpload.as_view(), name="field_file_upload"),
    path("field/rounds/<int:pk>/checks/", checks.CheckList.as_view(), name="check_list"),
    path("field/rounds/<int:pk>/sheets/", sheets.FieldSheets.as_view(), name="field_sheets"),
    path("field/sample/<int:pk>/check/", check_forms.CheckCreate.as_view(), name="check_create"),
    path("field/units/<int:pk>/check/", check_forms.CheckUnitCreate.as_view(), name="check_unit_create"),
    path("field/checks/<int:pk>/", checks.CheckDetail.as_view(), name="check_detail"),
    path("field/checks/<int:pk>/choose/", checks.CheckChoose.as_view(), name="check_choose"),
    path("field/photos/<int:pk>/", checks.CheckPhotoFile.as_view(), name="check_photo"),
]
