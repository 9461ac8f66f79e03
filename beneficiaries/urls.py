from django.urls import path

from .views import (
    batches,
    certificates,
    changes,
    corrections,
    deciding,
    deprivation,
    duplicates,
    exports,
    households,
    layout,
    register,
    steps,
)

app_name = "beneficiaries"
urlpatterns = [
    path("households/", register.HouseholdList.as_view(), name="household_list"),
    path("households/export/", exports.HouseholdExport.as_view(), name="household_export"),
    path("exports/<int:pk>/", exports.ExportDetail.as_view(), name="export_detail"),
    path("exports/<int:pk>/file/", exports.ExportFile.as_view(), name="export_file"),
    path("households/<int:pk>/", households.HouseholdDetail.as_view(), name="household_detail"),
    path("households/<int:pk>/reveal/", households.HouseholdReveal.as_view(), name="household_reveal"),
    path("households/<int:pk>/change/", changes.HouseholdChange.as_view(), name="household_change"),
    path("households/<int:pk>/movement/", changes.HouseholdMovement.as_view(), name="household_movement"),
    path(
        "households/<int:pk>/movement/undo/",
        changes.HouseholdMovementUndo.as_view(),
        name="household_movement_undo",
    ),
    path(
        "households/<int:pk>/certificate/",
        certificates.CertificateRecord.as_view(),
        name="certificate_record",
    ),
    path(
        "households/<int:pk>/deprivation/", deprivation.DeprivationRecord.as_view(), name="deprivation_record"
    ),
    path("incomplete/", changes.HouseholdIncomplete.as_view(), name="incomplete_list"),
    path("certificates/", certificates.CertificatePage.as_view(), name="certificate_list"),
    path("certificates/export/", certificates.CertificateExport.as_view(), name="certificate_export"),
    path("certificates/missing/", certificates.CertificateMissing.as_view(), name="certificate_missing"),
    path(
        "certificates/notice/<int:pk>/", certificates.CertificateNotice.as_view(), name="certificate_notice"
    ),
    path("certificates/<int:pk>/copy/", certificates.CertificateCopy.as_view(), name="certificate_copy"),
    path(
        "certificates/<int:pk>/remove/", certificates.CertificateRemove.as_view(), name="certificate_remove"
    ),
    path("deprivation/", deprivation.DeprivationPage.as_view(), name="deprivation_list"),
    path("deprivation/export/", deprivation.DeprivationExport.as_view(), name="deprivation_export"),
    path("deprivation/rows/", deprivation.DeprivationRows.as_view(), name="deprivation_rows"),
    path("deprivation/<int:pk>/remove/", deprivation.DeprivationRemove.as_view(), name="deprivation_remove"),
    path("lists/", batches.BatchList.as_view(), name="batch_list"),
    path("lists/upload/", batches.BatchCreate.as_view(), name="batch_create"),
    path("lists/failed/", steps.FailedDismiss.as_view(), name="batch_dismiss_failed"),
    path("lists/layouts/", layout.LayoutMemories.as_view(), name="batch_layouts"),
    path("lists/layouts/<int:pk>/forget/", layout.LayoutForget.as_view(), name="batch_layout_forget"),
    path("lists/<int:pk>/", batches.BatchDetail.as_view(), name="batch_detail"),
    path("lists/<int:pk>/rows/", batches.BatchDetail.as_view(), name="batch_rows"),
    path("lists/<int:pk>/confirm/", steps.BatchConfirm.as_view(), name="batch_confirm"),
    path("lists/<int:pk>/cancel/", steps.BatchReject.as_view(), name="batch_reject"),
    path("lists/<int:pk>/read-again/", steps.BatchReread.as_view(), name="batch_reread"),
    path("lists/<int:pk>/revert/", steps.BatchRevert.as_view(), name="batch_revert"),
    path("lists/<int:pk>/layout/", layout.BatchLayout.as_view(), name="batch_layout"),
    path("lists/<int:pk>/correct/", corrections.CellsCorrect.as_view(), name="batch_correct"),
    path("lists/<int:pk>/communes/", corrections.CommunesChoose.as_view(), name="batch_communes"),
    path("lists/<int:pk>/corrections/", corrections.Corrections.as_view(), name="batch_corrections"),
    path(
        "lists/<int:pk>/corrections/withdraw/",
        corrections.CorrectionsWithdraw.as_view(),
        name="batch_withdraw",
    ),
    path("lists/<int:pk>/mended/", corrections.MendedUpload.as_view(), name="batch_mended"),
    path("lists/<int:pk>/reasons/", deciding.GoneReasons.as_view(), name="batch_reasons"),
    path("lists/<int:pk>/file/", batches.BatchFile.as_view(), name="batch_file"),
    path("lists/<int:pk>/errors.xlsx", batches.BatchErrorWorkbook.as_view(), name="batch_error_workbook"),
    path("lists/rows/<int:pk>/decide/", deciding.RowDecide.as_view(), name="row_decide"),
    path("duplicates/", duplicates.PairList.as_view(), name="duplicate_list"),
    path("duplicates/search/", duplicates.PairSearch.as_view(), name="duplicate_search"),
    path("duplicates/<int:pk>/", duplicates.PairDetail.as_view(), name="duplicate_detail"),
    path("duplicates/<int:pk>/different/", duplicates.PairDifferent.as_view(), name="duplicate_different"),
    path("duplicates/<int:pk>/again/", duplicates.PairReopen.as_view(), name="duplicate_reopen"),
    path("duplicates/<int:pk>/merge/", duplicates.PairMerge.as_view(), name="duplicate_merge"),
    path("merges/<int:pk>/undo/", duplicates.MergeUndo.as_view(), name="merge_undo"),
]
