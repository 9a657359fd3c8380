"""Pages that change how an account is reached ask once more who is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from allauth.account.internal.flows.reauthentication import suspend_request
from django.http import HttpResponse
from django.urls import reverse

from okpay.identity.factors import step_up
from okpay.identity.factors.queries import has_second
from okpay.kernel import clock
from okpay.web.actor import person_of

if TYPE_CHECKING:
    from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])
# Never kept while the person is asked: each is typed anew afterwards.
SECRETS: Final = (
    "payment_password",
    "holder_code",
    "code",
    "pin",
    "new_pin",
    "again",
    "password",
    "oldpassword",
    "password1",
    "word",
    "answer1",
    "answer2",
    "answer3",
)


def stepped_up(view: View) -> View:
    """Let a person in who showed less than five minutes ago who they are; else ask, then go on.

    Asked is for the second factor, or for the sign-in password of somebody who has none. A form
    that comes too late is kept in the session without its secrets and goes on afterwards.
    """

    @wraps(view)
    def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if step_up.is_fresh(request.session, clock.now()):
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer
        if request.method == "POST":
            kept = request.POST.copy()
            for name in SECRETS:
                kept.pop(name, None)
            request.POST = kept  # type: ignore[assignment]  # a copy; the library reads it
        confirm: HttpResponse = suspend_request(request, reverse("account_reauthenticate"))
        return confirm

    ask.stepped_up = True  # type: ignore[attr-defined]  # read by a structural test
    return ask  # type: ignore[return-value]  # wraps keeps the signature


def second_shown(view: View) -> View:
    """Ask for the second factor of whoever has one; others prove themselves on the page itself.

    For pages whose form asks for the password or the payment password anyway.
    """
    return stepped_up_when(lambda request: has_second(person_of(request).pk))(view)


def stepped_up_when(wanted: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Ask as `stepped_up` does, of the signed-in person to whom `wanted` applies."""

    def guard(view: View) -> View:
        guarded = stepped_up(view)

        @wraps(view)
        def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asked = request.user.is_authenticated and wanted(request)
            answer: HttpResponse = (guarded if asked else view)(request, *args, **kwargs)
            return answer

        ask.stepped_up = True  # type: ignore[attr-defined]  # read by a structural test
        return ask  # type: ignore[return-value]  # wraps keeps the signature

    return guard
