"""What every page of the console stands on: who is at work, and what they may.

A page is reached by a cookie of its own (path /console/, SameSite=Strict), never by the session of
the customer's app; and what its holder may do is read from the database at every request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from okpay.console.queues import Look
from okpay.identity.models import Person
from okpay.identity.staff import StaffPermission, permissions_of, sessions
from okpay.identity.staff.models import StaffSession
from okpay.kernel import clock
from okpay.kernel.actor import Actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

PATH: Final = "/console/"
# __Host- demands the path "/", and this cookie goes nowhere else: __Secure- is what is left.
COOKIE: Final = "__Secure-okpay_console" if settings.SECURE else "okpay_console"
ENTRANCE: Final = "console:entrance"  # what stands in for a permission where nobody is at work yet
View = TypeVar("View", bound="Callable[..., HttpResponseBase]")


@dataclass(frozen=True, slots=True)
class AtWork:
    """A member of staff at the console, and what they may do this moment.

    `waiting` is what a page that has measured the queues found, by their names, for the rail.
    """

    session: StaffSession
    person: Person
    permissions: frozenset[StaffPermission]
    waiting: dict[str, int] = field(default_factory=dict)

    def may(self, permission: StaffPermission) -> bool:
        """Whether their roles hold a permission now."""
        return permission in self.permissions

    def look(self) -> Look:
        """Return them as who looks at the queues now."""
        return Look(self.person.id, self.permissions, clock.now())


def session_of(request: HttpRequest) -> StaffSession | None:
    """Return the live session of the console's cookie, whether or not its holder is let in yet."""
    return sessions.find(request.COOKIES.get(COOKIE, ""), timezone.now())


def at_work(request: HttpRequest) -> AtWork:
    """Return who is at work; only views behind `staff_page` may ask."""
    found = getattr(request, "at_work", None)
    if not isinstance(found, AtWork):
        message = "this view needs a member of staff"
        raise PermissionError(message)
    return found


def actor_of(request: HttpRequest) -> Actor:
    """Return the member of staff as an actor, for operations."""
    return Actor(person_id=at_work(request).person.id, kind="staff", via="web")


def give_key(response: HttpResponse, key: str) -> HttpResponse:
    """Hand the key of a session to the browser; it goes when the browser closes."""
    response.set_cookie(
        COOKIE, key, path=PATH, secure=settings.SECURE, httponly=True, samesite="Strict"
    )
    return response


def take_key(response: HttpResponse) -> HttpResponse:
    """Take the key back."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


def entrance(view: View) -> View:
    """Declare a page of the sign-in itself, which anybody may open."""

    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return _unkept(view(request, *args, **kwargs))

    opened.permission = ENTRANCE  # type: ignore[attr-defined]  # an attribute is how Django does it
    return cast("View", login_not_required(opened))


def staff_page(needed: StaffPermission) -> Callable[[View], View]:
    """Declare the permission a page of the console needs; checked by a structural test.

    Nobody at work: on to the sign-in, or 404 for a customer who is signed in to the app. At work
    without the permission: 403. What an operation behind the page needs it checks again itself.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            staff = _enter(request)
            if staff is None:
                return _unkept(_turned_away(request))
            request.at_work = staff  # type: ignore[attr-defined]  # read by `at_work`
            _speak(request, staff.person)
            if not staff.may(needed):
                return _unkept(render(request, "console/forbidden.html", status=403))
            return _unkept(view(request, *args, **kwargs))

        guarded.permission = needed  # type: ignore[attr-defined]  # an attribute is how Django does it
        return cast("View", login_not_required(guarded))

    return declare


def _enter(request: HttpRequest) -> AtWork | None:
    """Ask the database who this is and what they may; whoever may nothing any more is out."""
    session = session_of(request)
    if session is None or session.proven_at is None:
        return None
    permissions = permissions_of(session.person_id)
    if not permissions:
        sessions.end(session)
        return None
    return AtWork(session, session.person, permissions)


def _turned_away(request: HttpRequest) -> HttpResponse:
    user = request.user
    if isinstance(user, Person) and not permissions_of(user.id):
        raise Http404
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return take_key(
        HttpResponseRedirect(reverse("console_sign_in") + (f"?{query}" if query else ""))
    )


def _unkept(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _speak(request: HttpRequest, person: Person) -> None:
    """Speak the language of who is at work unless this browser has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return
    if person.language in dict(settings.LANGUAGES):
        translation.activate(person.language)
        request.LANGUAGE_CODE = person.language


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw a page of the console; its shell comes from `console.context`."""
    return render(request, template, context, status=status)
