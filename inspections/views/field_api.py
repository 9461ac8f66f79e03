"""What an inspector's device asks for and sends: JSON both ways, a sentence and a code for what went wrong.

Never a redirect: a device whose log-in has ended would follow it and take the log-in page for an answer.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from smartphone_support.web.errors import Refusal

from ..choices import CheckSource
from ..models import InspectionRound, OfflinePack
from ..offline.incoming import moment_of, read_visit, uuid_of
from ..offline.packs import contents
from ..offline.photos import PHOTO_BYTES
from ..offline.refusals import CONTENT, SCOPE, FieldRefusal
from ..offline.saved_files import FILE_BYTES, take_in
from ..permits.fieldwork import CHECK
from ..workflow.packs import hand_in, prepare_pack, refresh_pack
from ..workflow.receiving import receive_check, receive_photo

#: A check is a page of text; a photo comes with little beside it.
CHECK_BYTES = 256 * 1024
_BESIDE = 64 * 1024


class _Csrf(CsrfViewMiddleware):
    """Django's own check, answered so that the device asks for a fresh token instead of showing a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return problem(403, "csrf", _("The page is old: it fetches a new token and sends again."))


def problem(status: int, code: str, sentence: str) -> JsonResponse:
    return JsonResponse({"problem": sentence, "code": code}, status=status)


# The middlewares would answer with pages: this view asks for log-in and token itself, in `dispatch`.
@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class FieldApi(View):
    """Log-in (401), size, token (403), the subject (404), right (403); then what the method does, its
    refusals as JSON."""

    most_bytes = CHECK_BYTES

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return problem(401, "login", _("Log in again; everything on this device is kept."))
        if _length(request) > self.most_bytes:
            return problem(422, CONTENT, _("What was sent is too large to be taken; the device keeps it."))
        try:
            refused = _Csrf(_nothing).process_view(request, _nothing, (), {})
            if refused is not None:
                return refused
            self.find_subject()
            if not request.user.has_perm(CHECK):
                return problem(403, SCOPE, _("Only members of an inspection team may do this."))
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # no async
        except FieldRefusal as refusal:
            return problem(refusal.status, refusal.code, str(refusal))
        except Refusal as refusal:
            return problem(422, CONTENT, str(refusal))
        except (PermissionDenied, Http404) as error:
            status = 404 if isinstance(error, Http404) else 403
            return problem(status, SCOPE, _("This is not yours to take along or to send in."))
        except (BadRequest, MultiPartParserError, SuspiciousOperation):
            return problem(422, CONTENT, _("What was sent cannot be read; send it again."))
        return response

    def find_subject(self) -> None:
        """Look up what the address names; nothing for most."""

    def json(self) -> Any:
        """The JSON that was sent; an object or a refusal."""
        try:
            data = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise FieldRefusal(_("What was sent cannot be read; send it again."))
        return data


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _length(request: HttpRequest) -> int:
    """Bytes announced; a body of unknown length is read by Django's own limits."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isdecimal() and len(told) < 16 else 0


class FieldToken(FieldApi):
    """A fresh token for a page opened without network, and who is logged in now."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        return JsonResponse({"token": get_token(request), "user": {"id": user.pk, "name": user.full_name}})


class PackCreate(FieldApi):
    """Prepare a round on this device."""

    def post(self, request: HttpRequest) -> HttpResponse:
        data = self.json()
        key = data.get("round")
        if isinstance(key, bool) or not isinstance(key, int) or not 0 < key < 2**63:
            raise FieldRefusal(_("Say which round is to be prepared."))
        round_ = get_object_or_404(InspectionRound.objects.visible_to(request.user), pk=key)
        pack, samples = prepare_pack(round_, actor=request.user, device=str(data.get("device") or ""))
        return JsonResponse(contents(pack, samples, token=get_token(request)), status=201)


class _OwnPack(FieldApi):
    pack: OfflinePack

    def find_subject(self) -> None:
        """Own packs only; somebody else's does not exist."""
        user: Any = self.request.user
        self.pack = get_object_or_404(OfflinePack, key=self.kwargs["key"], inspector=user)


class PackRefresh(_OwnPack):
    """The same pack again, with the sample as it is now."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        pack, samples = refresh_pack(self.pack, actor=request.user)
        return JsonResponse(contents(pack, samples, token=get_token(request)))


class PackHandIn(_OwnPack):
    """The round's data are wiped from the device."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        hand_in(self.pack, actor=request.user)
        return JsonResponse({})


class CheckReceive(FieldApi):
    """A check: 201 when it is new, 200 when it is here already."""

    def post(self, request: HttpRequest) -> HttpResponse:
        visit = read_visit(self.json())
        source = CheckSource.OFFLINE if visit.pack else CheckSource.ONLINE
        taken = receive_check(visit, actor=request.user, source=source)
        return answer(taken)


class PhotoReceive(FieldApi):
    """A photo of a check that is here: 201 when it is new, 200 when it is here already."""

    most_bytes = PHOTO_BYTES + _BESIDE

    def post(self, request: HttpRequest) -> HttpResponse:
        sent, photo = request.POST, request.FILES.get("file")
        if photo is None:
            raise FieldRefusal(_("The photo itself is missing; send it again."))
        item = sent.get("item", "")
        if item and not (item.isdecimal() and len(item) < 19):
            raise FieldRefusal(_("The photo belongs to no question of this check's checklist."))
        taken = receive_photo(
            uuid_of(sent, "check"), photo, actor=request.user, client_id=uuid_of(sent, "client_id"),
            item=int(item) if item else None,
            taken_at=moment_of(sent, "taken_at") if sent.get("taken_at") not in (None, "", "null") else None,
        )  # fmt: skip
        return answer(taken)


def answer(taken: Any) -> JsonResponse:
    if taken.again:
        return JsonResponse({"id": taken.row.pk, "again": True})
    return JsonResponse({"id": taken.row.pk}, status=201)


class FileReceive(FieldApi):
    """A saved file, as JSON: what became of each check of it."""

    most_bytes = FILE_BYTES

    def post(self, request: HttpRequest) -> HttpResponse:
        # Read past Django's limit for forms: this one is meant to be large, and is bounded here.
        report = take_in(request.read(FILE_BYTES + 1), actor=request.user)
        counts = {"new": report.new, "known": report.known, "refused": report.refused}
        return JsonResponse(counts | {"checks": [row.as_dict() for row in report.checks]})
