"""The log-in pages' forms: allauth's, in the words of this site and without text inside the fields."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _


def use_words(form: forms.Form, words: dict[str, Any], *, keep_help: tuple[str, ...] = ()) -> None:
    """Label the fields and take placeholders and help texts away."""
    for name, field in form.fields.items():
        field.label = words.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)
        if name not in keep_help:
            field.help_text = ""


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_words(self, {"login": _("Username"), "password": _("Password")})
        self.fields["login"].widget.attrs["autocapitalize"] = "none"


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_words(
            self,
            {
                "oldpassword": _("Current password"),
                "password1": _("New password"),
                "password2": _("New password again"),
            },
            keep_help=("password1",),
        )

    def clean(self) -> Any:
        # The base says this one sentence itself, outside the adapter's words.
        cleaned = forms.Form.clean(self)
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two new passwords differ. Type the same one twice."))
        return cleaned


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_words(self, {"password": _("Password")})


class CodeForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_words(self, {"code": _("Code of the app, or a recovery code")})


class ReauthenticateCodeForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_words(self, {"code": _("Code of the app, or a recovery code")})


class ActivateForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_words(self, {"code": _("The six digits the app shows now")})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
