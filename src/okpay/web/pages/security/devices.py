"""Devices: who is signed in now, which browsers are known, and how to be rid of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from okpay.identity import operations, queries
from okpay.identity.errors import SessionNotFoundError
from okpay.identity.rules import Permission
from okpay.identity.safety import devices as known
from okpay.identity.safety.errors import DeviceNotFoundError
from okpay.identity.stages import DEVICE_COOKIE
from okpay.kernel import clock
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.security.places import in_words, place_words
from okpay.web.permissions import permission


@permission(Permission.SECURITY_READ)
@never_cache
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """Every browser that is signed in, and every one that is known."""
    person_id = person_of(request).pk
    sessions = queries.devices_of(person_id, current_key=request.session.session_key or "")
    found = known.known_devices(person_id, cookie=request.COOKIES.get(DEVICE_COOKIE, ""))
    context = {
        "sessions": [(one, place_words(one.address)) for one in sessions],
        "others": len(sessions) > 1,
        "known": [(one, _place(one)) for one in found],
        "tab": "me",
    }
    return render(request, "web/security/devices.html", context)


def _place(one: known.Known) -> str:
    if one.last is None:
        return ""
    return in_words(one.last.place, address=one.last.address, local=one.last.local)


@permission(Permission.SESSIONS_WRITE)
@require_POST
def end_device(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Sign one device out."""
    try:
        operations.end_session(actor=actor_of(request), session_id=session_id, now=clock.now())
    except SessionNotFoundError as gone:
        raise Http404 from gone
    messages.success(request, _("That device is signed out."))
    return redirect("security_devices")


@permission(Permission.SESSIONS_WRITE)
@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """Sign every other device out."""
    count = operations.end_other_sessions(
        actor=actor_of(request), keep_session=request.session.session_key or "", now=clock.now()
    )
    text = ngettext("%(count)s device was signed out.", "%(count)s devices were signed out.", count)
    messages.success(request, text % {"count": count})
    return redirect("security_devices")


@permission(Permission.SESSIONS_WRITE)
@require_POST
def forget_device(request: HttpRequest, device_id: int) -> HttpResponse:
    """Treat a known browser as new from now on."""
    try:
        known.forget_device(actor=actor_of(request), device_id=device_id, now=clock.now())
    except DeviceNotFoundError as gone:
        raise Http404 from gone
    messages.success(request, _("That device is forgotten. Its next sign-in counts as new."))
    return redirect("security_devices")
