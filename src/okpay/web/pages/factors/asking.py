"""Asking for a second factor: the same on the sign-in's page and on the one before a change."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from okpay.identity import queries
from okpay.identity.factors import messages, passkeys, proving
from okpay.identity.factors.proving import BY_MESSAGE, Asked
from okpay.identity.factors.queries import Way
from okpay.identity.hashing import keyed_digest
from okpay.identity.stages import DEVICE_COOKIE
from okpay.kernel import clock
from okpay.web.pages.account.who import address_of
from okpay.web.pages.factors import challenges

if TYPE_CHECKING:
    from django.http import HttpRequest

    from okpay.identity.codes import Purpose
    from okpay.identity.models import Person

BOUND: Final = "okpay_factor_request"
SENT: Final = "okpay_factor_sent"
ICONS: Final = {
    Way.PASSKEY: "fingerprint-pattern",
    Way.APP: "shield-check",
    Way.SMS: "message-square",
    Way.EMAIL: "mail",
    Way.RECOVERY: "life-buoy",
}
WORDS: Final = {
    Way.PASSKEY: pgettext_lazy("second factor", "Passkey"),
    Way.APP: pgettext_lazy("second factor", "Authenticator app"),
    Way.SMS: pgettext_lazy("second factor", "Code by SMS"),
    Way.EMAIL: pgettext_lazy("second factor", "Code by e-mail"),
    Way.RECOVERY: pgettext_lazy("second factor", "Recovery code"),
}
HINTS: Final = {
    Way.PASSKEY: gettext_lazy(
        "Confirm with your fingerprint, your face or the lock of the device."
    ),
    Way.APP: gettext_lazy("Enter the six digits that your authenticator app shows now."),
    Way.RECOVERY: gettext_lazy("Enter one of the ten codes that you kept. Each works once."),
}


def asked_of(request: HttpRequest, person: Person, purpose: Purpose) -> Asked:
    """Say who is asked for what; a code that is sent belongs to this browser's session."""
    bound = request.session.setdefault(BOUND, secrets.token_hex(8))
    device = request.COOKIES.get(DEVICE_COOKIE, "")
    known = queries.is_known_device(person.pk, device)
    digest = keyed_digest("device", device) if known else ""
    return Asked(person=person, purpose=purpose, bound_to=bound, device=digest)


def chosen(request: HttpRequest, ways: list[Way]) -> Way:
    """Return the way that was chosen, else the strongest."""
    wish = request.POST.get("way") or request.GET.get("way") or ""
    return next((way for way in ways if way == wish), ways[0])


def send(request: HttpRequest, asked: Asked, way: Way) -> None:
    """Send a code.

    Raises:
        DomainError: see `proving.send`.
    """
    proving.send(asked, way, address=address_of(request), now=clock.now())
    request.session[SENT] = [*request.session.get(SENT, []), _sending(asked, way)]


def _sending(asked: Asked, way: Way) -> str:
    return f"{asked.purpose}:{way}:{asked.person.pk}"


def was_sent(request: HttpRequest, asked: Asked, way: Way) -> bool:
    """Whether this browser has asked for a code by this way already."""
    return _sending(asked, way) in request.session.get(SENT, [])


def answered(request: HttpRequest, asked: Asked, way: Way) -> bool:
    """Take a form in: send what it asks for, or check what was typed; True when that is proven.

    Raises:
        DomainError: see `proving.prove` and `proving.send`.
    """
    if request.POST.get("action") == "send":
        send(request, asked, way)
        return False
    by_passkey = way is Way.PASSKEY
    challenge = challenges.take(request, asked.purpose) if by_passkey else b""
    answer = request.POST.get("response" if by_passkey else "code", "")
    proving.prove(asked, way, answer, challenge=challenge, now=clock.now())
    request.session.pop(SENT, None)
    return True


def context_of(
    request: HttpRequest, asked: Asked, ways: list[Way], way: Way, refusal: str
) -> dict[str, Any]:
    """Return what `web/factors/ask.html` needs."""
    context: dict[str, Any] = {
        "way": way.value,
        "word": WORDS[way],
        "hint": HINTS.get(way, ""),
        "others": [(one.value, WORDS[one], ICONS[one]) for one in ways if one is not way],
        "refusal": refusal,
    }
    if way is Way.PASSKEY:
        challenge = challenges.give(request, asked.purpose)
        return {**context, "options": json.dumps(passkeys.begin(asked.person.pk, challenge))}
    if way in BY_MESSAGE:
        context |= {
            "to": messages.address_shown(asked.person, way),
            "wait": messages.wait(asked.person, way, purpose=asked.purpose, now=clock.now()),
            "sent": was_sent(request, asked, way),
            "box": _box(way),
        }
    return context


def _box(way: Way) -> str:
    """Where the sandbox shows the message; "" where messages are real."""
    if settings.OKPAY_CLOCK_FILE is None:
        return ""
    return f"{settings.OKPAY_SANDBOX_URL}/{'sms' if way is Way.SMS else 'mail'}"
