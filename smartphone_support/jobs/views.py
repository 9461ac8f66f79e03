"""How far a piece of background work is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from .models import Job


@never_cache
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """The box with the bar, asked for every second by the page that shows it; its owner's alone.

    When the work is over the page is told to load itself anew, because everything on it has changed.
    """
    job = get_object_or_404(Job.objects.filter(owner_id=request.user.pk), key=key)
    response = render(request, "jobs/_progress.html", {"job": job})
    if job.is_finished and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response
