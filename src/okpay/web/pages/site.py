"""Appearance, language, the guide for first steps, and what a code means."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from okpay.identity import operations
from okpay.web import catalogue
from okpay.web.actor import actor_of, person_of
from okpay.web.middleware import CHOICES, COOKIES
from okpay.web.pages.first_steps import first_steps
from okpay.web.permissions import public

COOKIE_AGE: Final = timedelta(days=365)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page the person came from, never to another site."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(wanted if safe else "/")


def _remember(response: HttpResponse, cookie: str, value: str) -> None:
    if not value:
        response.delete_cookie(cookie, samesite="Lax")
        return
    secure = settings.CSRF_COOKIE_SECURE
    response.set_cookie(
        cookie, value, max_age=COOKIE_AGE, samesite="Lax", secure=secure, httponly=True
    )


@public
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember theme, text size or hidden amounts in this browser."""
    response = _back(request)
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value is not None:
            _remember(response, COOKIES[name], value if value in allowed else "")
    return response


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember this browser's language; a signed-in person is written to in it from now on."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.user.is_authenticated:
            operations.choose_language(actor=actor_of(request), language=chosen)
    return response


@public
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Show the first steps; to somebody who is signed in, also which are done."""
    person = person_of(request) if request.user.is_authenticated else None
    steps = first_steps(person)
    done = person is not None and all(step.done for step in steps)
    return render(request, "web/site/guide.html", {"steps": steps, "all_done": done})


@public
@require_GET
def error_codes(request: HttpRequest) -> HttpResponse:
    """List every code with its words; `q` narrows the list."""
    wanted = request.GET.get("q", "").strip()[:80]
    found = [
        entry
        for entry in catalogue.entries()
        if wanted.casefold() in f"{entry.code} {entry.title} {entry.message}".casefold()
    ]
    return render(request, "web/site/error_codes.html", {"entries": found, "wanted": wanted})


@public
@require_GET
def error_code(request: HttpRequest, code: str) -> HttpResponse:
    """Explain one code, and show it in the other language too."""
    entry = catalogue.entry(code)
    if entry is None:
        raise Http404
    other = "zh-hans" if get_language() == "en" else "en"
    context = {"entry": entry, "other": catalogue.entry(code, other), "other_language": other}
    return render(request, "web/site/error_code.html", context)
