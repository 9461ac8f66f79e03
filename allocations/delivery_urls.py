"""Addresses of the delivery: devices, shipments, hand-overs, workbooks, acceptances."""

from django.urls import path

from .views import acceptance, delivery, delivery_uploads, devices, handovers, shipments

addresses = [
    path("devices/", devices.DeviceList.as_view(), name="device_list"),
    path("devices/take-in/", devices.DeviceIntake.as_view(), name="device_intake"),
    path("devices/send/", devices.DeviceDispatch.as_view(), name="device_dispatch"),
    path("devices/send-back/", devices.DeviceReturn.as_view(), name="device_return"),
    path("devices/give-back/", devices.DeviceGiveBack.as_view(), name="device_give_back"),
    path("devices/<int:pk>/", devices.DeviceDetail.as_view(), name="device_detail"),
    path("devices/<int:pk>/write-off/", devices.DeviceWriteOff.as_view(), name="device_write_off"),
    path("devices/<int:pk>/restore/", devices.DeviceRestore.as_view(), name="device_restore"),
    path("rounds/<int:pk>/devices/", devices.DeviceBalance.as_view(), name="device_balance"),
    path("shipments/", shipments.ShipmentList.as_view(), name="shipment_list"),
    path("shipments/<int:pk>/", shipments.ShipmentDetail.as_view(), name="shipment_detail"),
    path("shipments/<int:pk>/receive/", shipments.ShipmentReceive.as_view(), name="shipment_receive"),
    path("shipments/<int:pk>/found/", shipments.ShipmentFound.as_view(), name="shipment_found"),
    path("shipments/<int:pk>/call-back/", shipments.ShipmentCancel.as_view(), name="shipment_cancel"),
    path("delivery/", delivery.DeliveryHome.as_view(), name="delivery_home"),
    path("delivery/progress/", delivery.DeliveryProgress.as_view(), name="delivery_progress"),
    path("delivery/export/", delivery.DeliveryExport.as_view(), name="delivery_export"),
    path(
        "rounds/<int:pk>/delivery-workbook/",
        delivery_uploads.DeliveryWorkbook.as_view(),
        name="delivery_workbook",
    ),
    path(
        "rounds/<int:pk>/delivery-upload/",
        delivery_uploads.DeliveryUploadCreate.as_view(),
        name="delivery_upload",
    ),
    path(
        "delivery/uploads/<int:pk>/",
        delivery_uploads.DeliveryUploadDetail.as_view(),
        name="delivery_upload_detail",
    ),
    path(
        "delivery/uploads/<int:pk>/confirm/",
        delivery_uploads.DeliveryUploadConfirm.as_view(),
        name="delivery_upload_confirm",
    ),
    path(
        "delivery/uploads/<int:pk>/discard/",
        delivery_uploads.DeliveryUploadDiscard.as_view(),
        name="delivery_upload_discard",
    ),
    path("delivery/<int:pk>/hand-over/", handovers.HandOverCreate.as_view(), name="handover_create"),
    path(
        "delivery/<int:pk>/not-delivered/",
        handovers.Undeliverable.as_view(),
        name="delivery_undeliverable",
    ),
    path("hand-overs/<int:pk>/", handovers.HandOverDetail.as_view(), name="handover_detail"),
    path("hand-overs/<int:pk>/photo/", handovers.HandOverPhoto.as_view(), name="handover_photo"),
    path("hand-overs/<int:pk>/reverse/", handovers.HandOverReverse.as_view(), name="handover_reverse"),
    path("hand-overs/<int:pk>/swap/", handovers.HandOverSwap.as_view(), name="handover_swap"),
    path("hand-overs/<int:pk>/take-back/", handovers.HandOverTakeBack.as_view(), name="handover_take_back"),
    path("acceptances/", acceptance.AcceptanceList.as_view(), name="acceptance_list"),
    path("acceptances/new/", acceptance.AcceptanceCreate.as_view(), name="acceptance_create"),
    path("acceptances/<int:pk>/", acceptance.AcceptanceDetail.as_view(), name="acceptance_detail"),
    path(
        "acceptances/<int:pk>/leave-out/",
        acceptance.AcceptanceLeaveOut.as_view(),
        name="acceptance_leave_out",
    ),
    path("acceptances/<int:pk>/collect/", acceptance.AcceptanceCollect.as_view(), name="acceptance_collect"),
    path("acceptances/<int:pk>/submit/", acceptance.AcceptanceSubmit.as_view(), name="acceptance_submit"),
    path("acceptances/<int:pk>/return/", acceptance.AcceptanceReturn.as_view(), name="acceptance_return"),
    path("acceptances/<int:pk>/confirm/", acceptance.AcceptanceConfirm.as_view(), name="acceptance_confirm"),
]
