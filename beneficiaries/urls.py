from django.urls import path

from .views import batches, households, register

app_name = "beneficiaries"
urlpatterns = [
    path("households/", register.HouseholdList.as_view(), name="household_list"),
    path("households/export/", register.HouseholdExport.as_view(), name="household_export"),
    path("households/<int:pk>/", households.HouseholdDetail.as_view(), name="household_detail"),
    path("households/<int:pk>/reveal/", households.HouseholdReveal.as_view(), name="household_reveal"),
    path("lists/", batches.BatchList.as_view(), name="batch_list"),
    path("lists/upload/", batches.BatchCreate.as_view(), name="batch_create"),
    path("lists/<int:pk>/", batches.BatchDetail.as_view(), name="batch_detail"),
    path("lists/<int:pk>/rows/", batches.BatchDetail.as_view(), name="batch_rows"),
    path("lists/<int:pk>/confirm/", batches.BatchConfirm.as_view(), name="batch_confirm"),
    path("lists/<int:pk>/cancel/", batches.BatchReject.as_view(), name="batch_reject"),
    path("lists/<int:pk>/read-again/", batches.BatchReread.as_view(), name="batch_reread"),
    path("lists/<int:pk>/file/", batches.BatchFile.as_view(), name="batch_file"),
    path("lists/<int:pk>/errors.xlsx", batches.BatchErrorWorkbook.as_view(), name="batch_error_workbook"),
    path("lists/rows/<int:pk>/decide/", batches.RowDecide.as_view(), name="row_decide"),
]
