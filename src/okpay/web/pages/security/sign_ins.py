"""The history of sign-ins, and the way on for one that was somebody else's."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okpay.identity.rules import Permission
from okpay.identity.safety import history
from okpay.identity.safety.history import Attempt
from okpay.identity.safety.models import Result
from okpay.kernel import clock
from okpay.web.actor import person_of
from okpay.web.pages.refusals import page_named
from okpay.web.pages.security.places import in_words
from okpay.web.permissions import permission

MOST_PAGES: Final = history.MOST // history.PAGE
WORDS: Final = {
    Result.OK: _("Signed in"),
    Result.WRONG_PASSWORD: _("Wrong password"),
    Result.WRONG_FACTOR: _("Password right, second step wrong"),
    Result.LOCKED: _("Refused: locked after wrong tries"),
}


def _page_of(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1  # noqa: PLR2004 — a small number
    return min(max(page, 1), MOST_PAGES)


@permission(Permission.SECURITY_READ)
@never_cache
@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """List the attempts to sign in, newest first."""
    page = _page_of(request)
    found, more = history.attempts(person_of(request).pk, page=page)
    context = {
        "rows": [(one, WORDS[one.result], _place(one)) for one in found],
        "page": page,
        "older": page + 1 if more and page < MOST_PAGES else 0,
        "newer": page - 1,
        "tab": "me",
    }
    return render(request, "web/security/sign_ins.html", context)


def _place(one: Attempt) -> str:
    return in_words(one.place, address=one.address, local=one.local)


@permission(Permission.SECURITY_READ)
@never_cache
@require_safe
def not_me(request: HttpRequest) -> HttpResponse:
    """Lead somebody who sees a sign-in that was not theirs through what to do, in order."""
    context = {"freeze": page_named("security_freeze"), "now": clock.now(), "tab": "me"}
    return render(request, "web/security/not_me.html", context)
