"""The language a person chose, refusals nobody caught, and fragments asked for after the log-out."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from .errors import Refusal

START = "/"


class ChosenLanguageMiddleware:
    """Vietnamese, unless the person switched to another language of the site.

    Django's own middleware obeys the browser, and many an office's Windows is English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as Django's middleware does
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class FragmentMiddleware:
    """A fragment asked for by somebody no longer logged in reloads the page, which leads to the log-in.

    Else the browser would follow the redirect unseen and put the whole log-in page into the fragment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        leads = response.headers.get("Location", "").partition("?")[0]
        if request.headers.get("HX-Request") and leads == resolve_url(settings.LOGIN_URL):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return response


class PrivatePagesMiddleware:
    """Pages of a logged-in person are kept by no browser and no proxy: offices share computers, and after
    logging out the back button must not show a household."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


class RefusalMiddleware:
    """An uncaught `Refusal` becomes an error message on the page the person came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        messages.error(request, str(exception))
        back = way_back(request)
        if request.headers.get("HX-Request"):
            # A redirect would put the whole page into the fragment that was asked for.
            return HttpResponse(status=204, headers={"HX-Redirect": back})
        return redirect(back)


def way_back(request: HttpRequest) -> str:
    """The page the person came from, if it is ours and not the very page that refuses."""
    referrer = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return START
    parts = urlsplit(referrer)
    came_from = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # A path of ours that begins with two slashes would be read as another site's name.
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return START
    if request.method == "GET" and came_from == request.get_full_path():
        return START
    return came_from or START
