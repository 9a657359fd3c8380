"""Pages for what went wrong. Each says first what happened to the money, and gives a way on."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from okpay.identity.errors import SignInBusyError
from okpay.kernel.ids import encode, new_uuid
from okpay.web.permissions import public

RETRY_SECONDS = 30
BUSY_SECONDS = 5
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    context = {"request_id": encode("req", new_uuid())}
    return render(request, template, context, status=status)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404; the exception's text may name a path and is not shown."""
    del exception
    return _page(request, "404.html", 404)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 to a request larger than its page takes, else a bare 400: its host may be false.

    413 is RFC 9110, 15.5.14.
    """
    if isinstance(exception, _TOO_MUCH):
        return _page(request, "413.html", 413)
    return defaults.bad_request(request, exception)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    del exception
    return _page(request, "403.html", 403)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not carry this browser's token; the reason is for developers."""
    del reason
    return _page(request, "403_csrf.html", 403)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where the book cannot be reached or many sign in. Asks no database."""
    why = sys.exc_info()[1]
    if isinstance(why, OperationalError | InterfaceError):
        return unavailable(request)
    if isinstance(why, SignInBusyError):
        return busy(request)
    return _page(request, "500.html", 500)


@public
def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the book cannot be reached or is being maintained."""
    return _later(request, "503.html", RETRY_SECONDS)


@public
def busy(request: HttpRequest) -> HttpResponse:
    """Answer 503 while more passwords wait to be checked than the machine can spare."""
    return _later(request, "503_busy.html", BUSY_SECONDS)


def _later(request: HttpRequest, template: str, seconds: int) -> HttpResponse:
    response = _page(request, template, 503)
    response.headers["Retry-After"] = str(seconds)
    return response
