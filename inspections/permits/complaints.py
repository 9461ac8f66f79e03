"""May this person record, assign, handle or read this complaint? The verb, the place, and being named.

A denunciation is read and handled by the people named for it and by nobody else (Luật Tố cáo 2018: the
identity of who denounces is protected); who assigns names the first of them without having read it.
"""

from __future__ import annotations

from typing import Any

from smartphone_support.accounts.models import Organisation, User
from smartphone_support.accounts.roles import PERMISSIONS
from smartphone_support.accounts.scope import in_province

from ..choices import ComplaintKind, ComplaintState
from ..models import Complaint

VIEW = "inspections.view_complaint"
RECORD = "inspections.record_complaint"
ASSIGN = "inspections.assign_complaint"
ANSWER = "inspections.answer_complaint"


def may_record(user: Any, province_id: int) -> bool:
    return user.has_perm(RECORD) and in_province(user, province_id)


def sees(user: Any, complaint: Complaint) -> bool:
    """Whether the complaint lies in the person's scope; of a denunciation only who is named."""
    return Complaint.objects.visible_to(user).filter(pk=complaint.pk).exists()


def is_of(user: Any, organisation_id: int | None) -> bool:
    """Whether the person works for this organisation."""
    return user.organisation is not None and user.organisation.pk == organisation_id


def may_assign(user: Any, complaint: Complaint) -> bool:
    """Take up, refuse, transfer, assign, extend: the department's officer or leader."""
    return user.has_perm(ASSIGN) and in_province(user, complaint.province_id) and sees(user, complaint)


def may_handle(user: Any, complaint: Complaint) -> bool:
    """Whoever handles it for the organisation it is assigned to, and who assigns."""
    own = user.has_perm(ANSWER) and is_of(user, complaint.assigned_to_id)
    return (own and sees(user, complaint)) or may_assign(user, complaint)


def may_answer(user: Any, complaint: Complaint) -> bool:
    """The organisation it is assigned to answers; an appeal never by who gave the first answer."""
    if not user.has_perm(ANSWER) or not is_of(user, complaint.assigned_to_id):
        return False
    if complaint.state == ComplaintState.APPEALED and complaint.answered_by_id == user.pk:
        return False
    return in_province(user, complaint.province_id) and sees(user, complaint)


def may_write_appeal(user: Any, complaint: Complaint) -> bool:
    """Whoever records complaints writes down that the sender is not content; so does who handles it."""
    return may_handle(user, complaint) or (may_record(user, complaint.province_id) and sees(user, complaint))


def may_link(user: Any, complaint: Complaint) -> bool:
    """Say which household or round it is about, and of what kind it is."""
    return may_write_appeal(user, complaint)


def sees_sender(user: Any, complaint: Complaint) -> bool:
    """Read the sender's telephone and address in full: who records or handles it; viewers read it masked."""
    return may_write_appeal(user, complaint)


def may_name(user: Any, complaint: Complaint) -> bool:
    """Name readers of a denunciation: who assigns, and is named or finds nobody named who could read it."""
    if not complaint.is_confidential or not user.has_perm(ASSIGN):
        return False
    if not in_province(user, complaint.province_id):
        return False
    return sees(user, complaint) or not has_reader(complaint)


def may_set_clocks(user: Any, province_id: int) -> bool:
    return user.has_perm(ASSIGN) and in_province(user, province_id)


def has_reader(complaint: Complaint) -> bool:
    """Whether somebody named can still read it: a reader whose account or membership ended cannot."""
    return complaint.named.filter(user__in=people_with(VIEW, complaint.province_id)).exists()


def people_with(permission: str, province_id: int, organisation: Organisation | None = None) -> Any:
    """People of the province (of one organisation) whose role holds this right today."""
    roles = [role for role, rights in PERMISSIONS.items() if permission in rights]
    of: dict[str, Any] = {"memberships__organisation__province": province_id}
    if organisation is not None:
        of["memberships__organisation"] = organisation
    return User.objects.filter(
        is_active=True, memberships__is_active=True, memberships__role__in=roles, **of
    ).order_by("memberships__organisation__short_name", "full_name")


def handlers_of(organisation: Organisation, province_id: int) -> Any:
    """People of an organisation who may handle a complaint."""
    return people_with(ANSWER, province_id, organisation)


def unnamed_denunciations(user: Any) -> Any:
    """Denunciations nobody named can read, for who assigns: number and day, nothing of the matter."""
    if not user.has_perm(ASSIGN) or user.province is None:
        return Complaint.objects.none()
    readers = people_with(VIEW, user.province.pk).order_by().values("pk")
    named = Complaint.objects.filter(named__user__in=readers).values("pk")
    rows = Complaint.objects.filter(province=user.province, kind=ComplaintKind.DENUNCIATION)
    return rows.exclude(pk__in=named).order_by("received_on", "pk")
