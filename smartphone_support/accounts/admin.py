"""Accounts and organisations, kept by the administrator. Rights come from the membership alone."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from smartphone_support.areas.choices import Level
from smartphone_support.areas.models import AdministrativeArea
from smartphone_support.audit.admin import AuditedAdmin
from smartphone_support.audit.recording import record

from .models import Membership, Organisation, User
from .roles import Role

admin.site.site_header = admin.site.site_title = _("Administration")
admin.site.index_title = _("Accounts, organisations, areas")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way
admin.site.unregister(Group)


class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]  # see below
    """Both provinces have a department of the same name: the province tells them apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.province}" if obj.province else obj.name


class AreaChoices:
    """Offers districts where a district is meant and provinces where a province is, not every commune."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "province":
            kwargs["queryset"] = AdministrativeArea.objects.provinces().order_by("code")
        if db_field.name == "organisation":
            kwargs["queryset"] = Organisation.objects.select_related("province")
            kwargs["form_class"] = OrganisationField
        if db_field.name == "area":
            kwargs["queryset"] = AdministrativeArea.objects.filter(level=Level.DISTRICT).order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin


class MembershipFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # see below
    """One active membership a person, checked over all rows; the ended ones are saved first."""

    def clean(self) -> None:
        super().clean()
        if sum(bool(form.cleaned_data.get("is_active")) for form in self.forms if form.is_valid()) > 1:
            raise forms.ValidationError(_("A person has one active membership: end the other one."))

    def save_existing_objects(self, commit: bool = True) -> Any:
        ended = [form.instance.pk for form in self.initial_forms if not form.cleaned_data.get("is_active")]
        if commit and ended:
            Membership.objects.filter(pk__in=ended).update(is_active=False)
        return super().save_existing_objects(commit)


class MembershipInline(AreaChoices, admin.StackedInline):  # type: ignore[type-arg]  # Django's class is not generic at run time
    model = Membership
    formset = MembershipFormSet
    extra = 0


class NewUserForm(UserCreationForm):  # type: ignore[type-arg]  # see above
    """A new account with the password its owner is told once, to change at the first log-in."""

    class Meta:
        model = User
        fields = ("username", "full_name", "position")


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]  # see above
    add_form = NewUserForm
    list_display = ["username", "full_name", "role", "organisation", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role", "memberships__organisation__province"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password", "full_name", "position", "is_active"]}),
        (_("Log-in"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "full_name", "position", "password1", "password2"]})]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]
    actions = ["switch_off_second_step"]
    audited_fields = ("username", "full_name", "position", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        current = Membership.objects.filter(is_active=True).select_related("organisation")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("memberships", current, to_attr="current"))
        )

    @admin.display(description=_("Role"))
    def role(self, user: Any) -> str:
        return user.current[0].get_role_display() if user.current else "–"

    @admin.display(description=_("Organisation"))
    def organisation(self, user: Any) -> str:
        return user.current[0].organisation.short_name if user.current else "–"

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        # A new account gets its first membership on the page that opens after it is made.
        return super().get_inline_instances(request, obj) if obj is not None else []

    def snapshot(self, obj: Any) -> dict[str, Any]:
        members = (
            Membership.objects.filter(user_id=obj.pk).select_related("organisation", "area").order_by("pk")
        )
        return super().snapshot(obj) | {
            "memberships": [
                {
                    "role": m.role,
                    "organisation": m.organisation.code,
                    "area": m.area_id,
                    "active": m.is_active,
                }
                for m in members
            ]
        }

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """After the memberships: only administrators may open the administration."""
        super().save_related(request, form, formsets, change)
        user = form.instance
        user.__dict__.pop("membership", None)
        staff = user.role == Role.ADMINISTRATOR
        if user.is_staff != staff:
            user.is_staff = staff
            user.save(update_fields=["is_staff"])

    def verb(self, request: HttpRequest) -> str:
        here = request.resolver_match
        return "set_password" if here and here.url_name == "auth_user_password_change" else "change"

    @admin.action(description=_("Switch off the second step (phone lost)"), permissions=["change"])
    def switch_off_second_step(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        switched = 0
        with transaction.atomic():
            for user in queryset:
                deleted, _models = Authenticator.objects.filter(user=user).delete()
                if deleted:
                    switched += 1
                    record("accounts.user.reset_second_step", user, actor=request.user)
        self.message_user(
            request,
            ngettext(
                "The second step is switched off for %(n)s account.",
                "The second step is switched off for %(n)s accounts.",
                switched,
            )
            % {"n": switched},
            messages.SUCCESS,
        )


@admin.register(Organisation)
class OrganisationAdmin(AreaChoices, AuditedAdmin):
    list_display = ["code", "name", "short_name", "kind", "province", "area", "is_active"]
    list_filter = ["kind", "province", "is_active"]
    list_select_related = ["province", "area"]
    search_fields = ["code", "name", "short_name"]
    audited_fields = ("code", "name", "short_name", "kind", "province", "area", "is_active")
