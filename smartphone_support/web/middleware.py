"""Turns a refusal nobody caught into a message and a way back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from .errors import Refusal


class RefusalMiddleware:
    """A `Refusal` raised by a POST becomes an error message on the page the person came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        messages.error(request, str(exception))
        back = request.META.get("HTTP_REFERER", "")
        # A GET that refuses must not send the person to itself for ever.
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        if not safe or (request.method == "GET" and back.endswith(request.get_full_path())):
            back = "/"
        return redirect(back)
