"""Addresses of lists to confirm; included in those of services."""

from django.urls import path

from . import confirmation_steps as steps
from . import confirmation_views as views

_ONE = "confirmations/<int:pk>/"

urlpatterns = [
    path("confirmations/", views.ConfirmationList.as_view(), name="confirmation_list"),
    path("confirmations/new/", views.ConfirmationCreate.as_view(), name="confirmation_create"),
    path(_ONE, views.ConfirmationDetail.as_view(), name="confirmation_detail"),
    path(f"{_ONE}submit/", steps.ConfirmationSubmit.as_view(), name="confirmation_submit"),
    path(f"{_ONE}withdraw/", steps.ConfirmationWithdraw.as_view(), name="confirmation_withdraw"),
    path(f"{_ONE}verdicts/", steps.ConfirmationVerdicts.as_view(), name="confirmation_verdicts"),
    path(f"{_ONE}confirm-all/", steps.ConfirmationConfirmAll.as_view(), name="confirmation_confirm_all"),
    path(f"{_ONE}refuse-all/", steps.ConfirmationRefuseAll.as_view(), name="confirmation_refuse_all"),
    path(f"{_ONE}answer/", steps.ConfirmationAnswer.as_view(), name="confirmation_answer"),
    path(f"{_ONE}workbook/", views.ConfirmationWorkbook.as_view(), name="confirmation_workbook"),
    path(
        f"{_ONE}letter.docx",
        views.ConfirmationLetter.as_view(extension="docx"),
        name="confirmation_letter_docx",
    ),
    path(
        f"{_ONE}letter.pdf", views.ConfirmationLetter.as_view(extension="pdf"), name="confirmation_letter_pdf"
    ),
    path(f"{_ONE}file/", views.ConfirmationFile.as_view(), name="confirmation_file"),
    path("questions/", steps.QuestionList.as_view(), name="question_list"),
    path("questions/<int:pk>/", steps.QuestionAnswer.as_view(), name="question_answer"),
]
