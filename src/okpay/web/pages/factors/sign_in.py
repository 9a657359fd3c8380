"""The second step of a sign-in, and signing in by passkey without a password."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from okpay.identity.codes import Purpose
from okpay.identity.factors import passkeys
from okpay.identity.factors.errors import FactorWrongError, PasswordFirstError
from okpay.identity.factors.proving import BY_MESSAGE
from okpay.identity.factors.queries import has_second
from okpay.identity.models import Person
from okpay.identity.stages import BY_PASSKEY, SecondFactorStage
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.pages.factors import asking, challenges
from okpay.web.pages.security.noting import note_failed_step
from okpay.web.permissions import public

if TYPE_CHECKING:
    from okpay.identity.factors.proving import Asked
    from okpay.identity.factors.queries import Way


@public
@never_cache
@sensitive_post_parameters("code", "response")
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor after the password, or for a code on a browser that is new."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None or stage.login.user is None:
        return redirect("account_login")
    asked = asking.asked_of(request, stage.login.user, Purpose.SIGN_IN)
    ways = asked.ways()
    way = asking.chosen(request, ways)
    refusal = ""
    try:
        if request.method == "POST" and asking.answered(request, asked, way):
            return _in(request, stage)
    except DomainError as refused:
        refusal = refused.text()
        note_failed_step(request, asked.person.pk, refused)
    _send_first(request, asked, ways, way)
    context = asking.context_of(request, asked, ways, way, refusal)
    new = not has_second(asked.person.pk)
    return render(request, "web/factors/second.html", {**context, "new_device": new})


def _in(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """Go on with the sign-in. A code on a new device is no second factor, and counts as none."""
    request.okpay_second = has_second(stage.login.user.pk)  # type: ignore[attr-defined]  # for login
    request.session.pop(asking.BOUND, None)
    answer: HttpResponse = stage.exit()
    return answer


def _send_first(request: HttpRequest, asked: Asked, ways: list[Way], way: Way) -> None:
    """Send the first code unasked, when there is nothing but codes to ask for."""
    if request.method != "GET" or ways[0] not in BY_MESSAGE or way is not ways[0]:
        return
    if not asking.was_sent(request, asked, way):
        with contextlib.suppress(DomainError):  # the page says when the next may be asked for
            asking.send(request, asked, way)


@public
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge; the same whoever asks, so it says nothing about anybody."""
    challenge = challenges.give(request, Purpose.SIGN_IN)
    return JsonResponse(passkeys.begin_sign_in(challenge))


@public
@never_cache
@sensitive_post_parameters("response")
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in whoever's passkey signed the challenge of this session."""
    answer = request.POST.get("response", "")
    try:
        challenge = challenges.take(request, Purpose.SIGN_IN)
        person_id = passkeys.who(challenge=challenge, response=answer, now=clock.now())
    except (FactorWrongError, PasswordFirstError) as refused:
        note_failed_step(request, passkeys.named_by(answer), refused)
        messages.error(request, refused.text())
        return redirect("account_login")
    person = Person.objects.get(pk=person_id)
    login = Login(user=person, redirect_url=get_next_redirect_url(request), email=person.email)
    login.state[BY_PASSKEY] = True
    request.okpay_second = True  # type: ignore[attr-defined]  # read by the adapter's login
    entered: HttpResponse = perform_login(request, login)
    return entered
