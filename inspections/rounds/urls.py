"""Addresses of inspection rounds, checklists and minutes."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import checklists, papers, round_steps, rounds, teams, units

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.RoundList.as_view(), name="round_list"),
    path("rounds/new/", round_steps.RoundCreate.as_view(), name="round_create"),
    path("rounds/<int:pk>/", rounds.RoundDetail.as_view(), name="round_detail"),
    path("rounds/<int:pk>/change/", round_steps.RoundChange.as_view(), name="round_change"),
    path("rounds/<int:pk>/announce/", round_steps.RoundAnnounce.as_view(), name="round_announce"),
    path("rounds/<int:pk>/days/", round_steps.RoundMoveFieldwork.as_view(), name="round_move_fieldwork"),
    path("rounds/<int:pk>/open/", round_steps.RoundOpenFieldwork.as_view(), name="round_open_fieldwork"),
    path("rounds/<int:pk>/end/", round_steps.RoundCloseFieldwork.as_view(), name="round_close_fieldwork"),
    path("rounds/<int:pk>/conclude/", round_steps.RoundConclude.as_view(), name="round_conclude"),
    path("rounds/<int:pk>/close/", round_steps.RoundClose.as_view(), name="round_close"),
    path("rounds/<int:pk>/cancel/", round_steps.RoundCancel.as_view(), name="round_cancel"),
    path("rounds/<int:pk>/team/add/", teams.MemberAdd.as_view(), name="round_member_add"),
    path("rounds/<int:pk>/team/<int:member>/role/", teams.MemberRole.as_view(), name="round_member_role"),
    path("rounds/<int:pk>/team/<int:member>/go/", teams.MemberRemove.as_view(), name="round_member_remove"),
    path("rounds/<int:pk>/units/add/", units.UnitAdd.as_view(), name="unit_add"),
    path("rounds/units/<int:pk>/", units.UnitDetail.as_view(), name="unit_detail"),
    path("rounds/units/<int:pk>/remove/", units.UnitRemove.as_view(), name="unit_remove"),
    path("rounds/units/<int:pk>/notice/", units.UnitNotice.as_view(), name="unit_notice"),
    path("rounds/units/<int:pk>/report/", units.UnitReport.as_view(), name="unit_report"),
    path("rounds/units/<int:pk>/report/file/", units.UnitReportFile.as_view(), name="unit_report_file"),
    path("rounds/units/<int:pk>/minutes/", units.MinutesWrite.as_view(), name="minutes_write"),
    path("rounds/units/<int:pk>/minutes/sign/", units.MinutesSign.as_view(), name="minutes_sign"),
    path("rounds/units/<int:pk>/minutes/scan/", units.MinutesScan.as_view(), name="minutes_scan"),
    path("checklists/", checklists.ChecklistList.as_view(), name="checklist_list"),
    path("checklists/<int:pk>/", checklists.ChecklistDetail.as_view(), name="checklist_detail"),
    path("checklists/<int:pk>/draft/", checklists.ChecklistDraft.as_view(), name="checklist_draft"),
    path("checklists/<int:pk>/in-force/", checklists.ChecklistInForce.as_view(), name="checklist_in_force"),
    path("checklists/<int:pk>/discard/", checklists.ChecklistDiscard.as_view(), name="checklist_discard"),
    path(
        "checklists/<int:pk>/questions/add/",
        checklists.QuestionAdd.as_view(),
        name="checklist_question_add",
    ),
    path(
        "checklists/<int:pk>/questions/<int:item>/change/",
        checklists.QuestionChange.as_view(),
        name="checklist_question_change",
    ),
    path(
        "checklists/<int:pk>/questions/<int:item>/remove/",
        checklists.QuestionRemove.as_view(),
        name="checklist_question_remove",
    ),
    path(
        "checklists/<int:pk>/questions/<int:item>/move/",
        checklists.QuestionMove.as_view(),
        name="checklist_question_move",
    ),
    *papers.addresses(),
]
