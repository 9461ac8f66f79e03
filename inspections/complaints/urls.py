"""Addresses of complaints, their clocks, and the public form."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import clocks, complaint_readers, complaint_steps, complaints, public

_ROW = "complaints/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("complaints/", complaints.ComplaintList.as_view(), name="complaint_list"),
    path("complaints/export/", complaints.ComplaintExport.as_view(), name="complaint_export"),
    path("complaints/new/", complaints.ComplaintCreate.as_view(), name="complaint_create"),
    path("complaints/receipt/", complaints.ComplaintReceipt.as_view(), name="complaint_receipt"),
    path("complaints/objections/", complaints.ComplaintObjections.as_view(), name="complaint_objections"),
    path("complaints/unnamed/", complaint_readers.DenunciationsUnnamed.as_view(), name="complaint_unnamed"),
    path(f"{_ROW}/", complaints.ComplaintDetail.as_view(), name="complaint_detail"),
    path(f"{_ROW}/file/", complaints.ComplaintFile.as_view(), name="complaint_file"),
    path(f"{_ROW}/letter.docx", complaints.ComplaintLetter.as_view(), name="complaint_letter_docx"),
    path(
        f"{_ROW}/letter.pdf",
        complaints.ComplaintLetter.as_view(extension="pdf"),
        name="complaint_letter_pdf",
    ),
    path(f"{_ROW}/take-up/", complaint_steps.ComplaintTakeUp.as_view(), name="complaint_take_up"),
    path(f"{_ROW}/assign/", complaint_steps.ComplaintAssign.as_view(), name="complaint_assign"),
    path(f"{_ROW}/refuse/", complaint_steps.ComplaintRefuse.as_view(), name="complaint_refuse"),
    path(f"{_ROW}/transfer/", complaint_steps.ComplaintTransfer.as_view(), name="complaint_transfer"),
    path(f"{_ROW}/extend/", complaint_steps.ComplaintExtend.as_view(), name="complaint_extend"),
    path(f"{_ROW}/classify/", complaint_steps.ComplaintClassify.as_view(), name="complaint_classify"),
    path(f"{_ROW}/link/", complaint_steps.ComplaintLink.as_view(), name="complaint_link"),
    path(f"{_ROW}/answer/", complaint_steps.ComplaintAnswer.as_view(), name="complaint_answer"),
    path(f"{_ROW}/appeal/", complaint_steps.ComplaintAppeal.as_view(), name="complaint_appeal"),
    path(
        f"{_ROW}/answer-appeal/",
        complaint_steps.ComplaintAppealAnswer.as_view(),
        name="complaint_answer_appeal",
    ),
    path(f"{_ROW}/close/", complaint_steps.ComplaintClose.as_view(), name="complaint_close"),
    path(f"{_ROW}/name-reader/", complaint_readers.DenunciationName.as_view(), name="complaint_name"),
    path(
        f"{_ROW}/readers/<int:user>/take-off/",
        complaint_readers.DenunciationUnname.as_view(),
        name="complaint_unname",
    ),
    path(f"{_ROW}/story/", complaint_readers.ComplaintStory.as_view(), name="complaint_story"),
    path("complaints/clocks/", clocks.ClockList.as_view(), name="clock_list"),
    path("complaints/clocks/new/", clocks.ClockCreate.as_view(), name="clock_create"),
    path("complaints/clocks/<int:pk>/end/", clocks.ClockEnd.as_view(), name="clock_end"),
]

#: Open to everybody, at an address short enough to be read out: /phan-anh/.
public_urlpatterns: list[URLPattern] = [
    path("", public.public_complaint, name="public_complaint"),
    path("da-nhan/", public.public_sent, name="public_complaint_sent"),
    path("tra-cuu/", public.public_follow, name="public_complaint_follow"),
]
