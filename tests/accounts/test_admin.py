"""The administration: only administrators, and everything on the record."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from smartphone_support.accounts.models import Membership, Organisation, User
from smartphone_support.accounts.roles import Role
from smartphone_support.audit.models import AuditEntry
from smartphone_support.audit.recording import verify


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def admin(client, cast):
    cast.log_in(client, "admin")
    return client


def save_user(client, user, memberships, **fields):
    """Posts the change form of an account with its memberships, as the page does."""
    rows = list(user.memberships.order_by("pk"))
    data = {
        "username": user.username,
        "full_name": user.full_name,
        "position": user.position,
        "is_active": "on",
    }
    data |= {"memberships-TOTAL_FORMS": len(memberships), "memberships-INITIAL_FORMS": len(rows)}
    for number, (role, organisation, active) in enumerate(memberships):
        data |= {
            f"memberships-{number}-id": rows[number].pk if number < len(rows) else "",
            f"memberships-{number}-user": user.pk,
            f"memberships-{number}-role": role,
            f"memberships-{number}-organisation": Organisation.objects.get(code=organisation).pk,
            f"memberships-{number}-area": "",
        }
        if active:
            data[f"memberships-{number}-is_active"] = "on"
    return client.post(reverse("admin:accounts_user_change", args=[user.pk]), data | fields)


@pytest.mark.parametrize("username", ["hue-dic-leader", "hue-ppc", "daknong-dolisa", "hue-481"])
def test_the_administration_is_closed_to_every_other_role(client, cast, username):
    cast.log_in(client, username)
    for page in ("/admin/", reverse("admin:accounts_user_changelist")):
        assert client.get(page, follow=True).status_code == 403


def test_strangers_are_sent_to_the_sites_own_log_in(client, db):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=%2Fadmin%2F")


@pytest.mark.parametrize(
    "page", ["accounts_user", "accounts_organisation", "areas_administrativearea", "audit_auditentry"]
)
def test_the_administrator_opens_every_list(admin, page):
    assert admin.get(reverse(f"admin:{page}_changelist")).status_code == 200


@pytest.mark.parametrize("app", ["beneficiaries", "allocations", "programs", "mfa", "account", "auth"])
def test_business_records_are_not_in_the_administration(admin, app):
    assert admin.get(f"/admin/{app}/").status_code == 404


def test_an_account_is_made_with_a_password_and_stands_on_the_record(admin, cast):
    admin.post(
        reverse("admin:accounts_user_add"),
        {
            "username": "moi",
            "full_name": "Người Mới",
            "password1": "mat-khau-dau-1",
            "password2": "mat-khau-dau-1",
        },
    )
    user = User.objects.get(username="moi")
    assert user.check_password("mat-khau-dau-1")
    assert (user.is_staff, user.is_superuser, user.is_demo) == (False, False, False)
    entry = AuditEntry.objects.get(action="accounts.user.create")
    assert (entry.actor, entry.object_id) == (cast("admin"), str(user.pk))
    assert "mat-khau" not in str(entry.after)


def test_a_change_of_role_is_recorded_with_before_and_after(admin, cast):
    user = cast("hue-finance")
    save_user(admin, user, [("partner", "hue-dof", False), ("program_officer", "hue-dic", True)])
    assert User.objects.get(pk=user.pk).role == Role.PROGRAM_OFFICER
    entry = AuditEntry.objects.get(action="accounts.user.change")
    assert [m["role"] for m in entry.before["memberships"]] == ["partner"]
    assert [(m["role"], m["active"]) for m in entry.after["memberships"]] == [
        ("partner", False),
        ("program_officer", True),
    ]
    assert LogEntry.objects.filter(object_id=str(user.pk)).exists()
    assert verify().broken_at is None


def test_only_the_administrators_role_opens_the_administration(admin, cast):
    user = cast("hue-finance")
    save_user(admin, user, [("administrator", "system", True)])
    assert User.objects.get(pk=user.pk).is_staff
    save_user(admin, user, [("partner", "hue-dof", True)])
    assert not User.objects.get(pk=user.pk).is_staff


def test_two_active_memberships_are_refused_on_the_page(admin, cast):
    user = cast("hue-finance")
    save_user(admin, user, [("partner", "hue-dof", True), ("program_officer", "hue-dic", True)])
    assert Membership.objects.filter(user=user, is_active=True).get().role == Role.PARTNER


def test_an_ended_membership_may_be_taken_up_again_in_one_step(admin, cast):
    user = cast("hue-finance")
    save_user(admin, user, [("partner", "hue-dof", False), ("program_officer", "hue-dic", True)])
    save_user(admin, user, [("partner", "hue-dof", True), ("program_officer", "hue-dic", False)])
    assert User.objects.get(pk=user.pk).role == Role.PARTNER


def test_nobody_is_made_superuser_from_the_page(admin, cast):
    user = cast("hue-finance")
    save_user(admin, user, [("partner", "hue-dof", True)], is_superuser="on", is_staff="on")
    user.refresh_from_db()
    assert (user.is_superuser, user.is_staff) == (False, False)


def test_a_password_set_anew_is_recorded_without_the_password(admin, cast):
    user = cast("hue-finance")
    admin.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"password1": "mat-khau-khac-1", "password2": "mat-khau-khac-1", "usable_password": "true"},
    )
    assert User.objects.get(pk=user.pk).check_password("mat-khau-khac-1")
    entry = AuditEntry.objects.get(action="accounts.user.set_password")
    assert entry.object_id == str(user.pk)


def test_a_lost_phone_is_mended_by_the_administrator(admin, cast):
    user = cast("hue-finance")
    totp.TOTP.activate(user, totp.generate_totp_secret())
    admin.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "switch_off_second_step", "_selected_action": [user.pk]},
    )
    assert not user.authenticator_set.exists()
    assert AuditEntry.objects.filter(
        action="accounts.user.reset_second_step", object_id=str(user.pk)
    ).exists()


def test_accounts_are_closed_and_never_deleted(admin, cast):
    assert (
        admin.post(
            reverse("admin:accounts_user_delete", args=[cast("hue-dic").pk]), {"post": "yes"}
        ).status_code
        == 403
    )


def test_the_record_is_read_and_never_written(admin, cast):
    from smartphone_support.audit.recording import record

    entry = record("x.y", None, actor=cast("hue-dic"))
    url = reverse("admin:audit_auditentry_change", args=[entry.pk])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"reason": "khác"}).status_code == 403
    assert admin.get(reverse("admin:audit_auditentry_add")).status_code == 403


def test_departments_of_the_same_name_are_told_apart_by_their_province(admin, cast):
    text = admin.get(reverse("admin:accounts_user_change", args=[cast("hue-dic").pk])).content.decode()
    assert "Sở Thông tin và Truyền thông · Tỉnh Thừa Thiên Huế" in text
    assert "Sở Thông tin và Truyền thông · Tỉnh Đắk Nông" in text
