from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask your administrator."),
        "enter_current_password": _("This is not the current password."),
        "incorrect_password": _("This is not the password of the account."),
        "invalid_login": _("Username or password is not right."),
        "username_password_mismatch": _("Username or password is not right."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def pre_login(self, request: Any, user: Any, **kwargs: Any) -> Any:
        """Stop demonstration accounts outside the demonstration.

        The backend refuses them too, but allauth carries a refused account on to here, in order to tell
        closed accounts so.
        """
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Two-step log-in, in the words of this site."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or no longer. Look at the app and type the newest one."),
        "cannot_delete_authenticator": _("Two-step log-in cannot be switched off."),
        "cannot_generate_recovery_codes": _("Switch two-step log-in on first."),
    }
