"""Who may do what: the table of roles through Django's own questions."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from smartphone_support.accounts.models import Membership, Organisation, User
from smartphone_support.accounts.roles import PERMISSIONS, Role

# A pair of verbs that one person must never hold together: who prepares never approves.
PAIRS = [
    ("allocations.prepare_quotaplan", "allocations.approve_quotaplan"),
    ("allocations.review_districtlist", "allocations.sign_districtlist"),
    ("allocations.sign_districtlist", "allocations.appraise_districtlist"),
    ("allocations.prepare_proposal", "allocations.record_decision"),
]
BUSINESS = ("programs.", "beneficiaries.", "allocations.", "inspections.")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_is_in_the_table_and_may_read_the_plan(role):
    assert "programs.view_program" in PERMISSIONS[role]


@pytest.mark.parametrize(("maker", "approver"), PAIRS)
def test_no_role_both_prepares_and_approves(maker, approver):
    assert [role for role, verbs in PERMISSIONS.items() if {maker, approver} <= verbs] == []


def test_every_verb_that_something_needs_somebody_has(db):
    from django.contrib.auth.models import Permission

    known = {
        f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")
    }
    granted = set().union(*PERMISSIONS.values())
    assert granted - known == set()


def test_an_administrator_has_no_business_verb_beyond_reading_the_plan():
    business = {verb for verb in PERMISSIONS[Role.ADMINISTRATOR] if verb.startswith(BUSINESS)}
    assert business == {"programs.view_program", "programs.import_reference"}


@pytest.mark.parametrize("username", ["hue-viettel", "hue-inspector", "hue-finance", "admin"])
def test_roles_outside_the_register_see_no_household(cast, username):
    assert not cast(username).has_perm("beneficiaries.view_household")


def test_rights_come_from_the_active_membership(cast):
    officer = cast("hue-dic")
    assert officer.has_perm("allocations.prepare_quotaplan")
    officer.memberships.update(is_active=False)
    again = User.objects.get(pk=officer.pk)
    assert again.get_all_permissions() == set()
    assert again.province is None


def test_a_closed_account_may_do_nothing(cast):
    officer = cast("hue-dic")
    officer.is_active = False
    assert not officer.has_perm("programs.view_program")


def test_groups_and_direct_permissions_give_nothing(cast):
    from django.contrib.auth.models import Group, Permission

    partner = cast("hue-finance")
    verb = Permission.objects.get(codename="approve_quotaplan")
    partner.user_permissions.add(verb)
    group = Group.objects.create(name="x")
    group.permissions.add(verb)
    partner.groups.add(group)
    assert not User.objects.get(pk=partner.pk).has_perm("allocations.approve_quotaplan")


def test_a_stranger_has_no_rights(db):
    assert not AnonymousUser().has_perm("programs.view_program")


def test_a_person_has_one_active_membership_at_most(cast):
    from django.db import IntegrityError, transaction

    officer = cast("hue-dic")
    other = Organisation.objects.get(code="hue-dolisa")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=officer, organisation=other, role=Role.REGISTER_OFFICER)
    Membership.objects.create(user=officer, organisation=other, role=Role.REGISTER_OFFICER, is_active=False)
    assert officer.memberships.count() == 2


def test_a_district_role_needs_a_district(cast):
    from django.core.exceptions import ValidationError

    dic = Organisation.objects.get(code="hue-dic")
    with pytest.raises(ValidationError):
        Membership(user=cast("hue-dic"), organisation=dic, role=Role.DISTRICT_OFFICER).clean()


def test_every_request_asks_anew_who_somebody_is(client, cast):
    page = reverse("beneficiaries:household_list")
    cast.log_in(client, "hue-dic")
    assert client.get(page).status_code == 200
    cast("hue-dic").memberships.update(role=Role.PARTNER)
    assert client.get(page).status_code == 403
    cast("hue-dic").memberships.update(is_active=False)
    assert client.get(page).status_code == 403
    User.objects.filter(username="hue-dic").update(is_active=False)
    assert client.get(page).status_code == 302  # to the log-in
