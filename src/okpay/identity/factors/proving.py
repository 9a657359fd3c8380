"""Showing a second factor, at a sign-in or once more before a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from okpay.identity.factors import messages, passkeys
from okpay.identity.factors.authenticator_app import verify_totp
from okpay.identity.factors.errors import FactorWrongError
from okpay.identity.factors.models import MessageFactor
from okpay.identity.factors.queries import Way, ways_of
from okpay.identity.factors.recovery import verify_recovery
from okpay.identity.payment_passwords import PHONE_SETTLES
from okpay.kernel import clock

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.codes import Purpose
    from okpay.identity.models import Person

BY_MESSAGE: Final = (Way.SMS, Way.EMAIL)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked, for what, and where: `bound_to` names the request, `device` a known browser.

    A person without a second factor is asked at a sign-in on a new device only, for a code by
    message.
    """

    person: Person
    purpose: Purpose
    bound_to: str
    device: str = ""

    def ways(self) -> list[Way]:
        """List the ways that are open, the strongest first.

        Without a second factor it is a message; to a phone only where it did not just change.
        """
        return ways_of(self.person.id) or [
            way for way in BY_MESSAGE if way is Way.EMAIL or self._phone_settled()
        ]

    def _phone_settled(self) -> bool:
        changed = self.person.phone_changed_at
        return changed is None or changed < clock.now() - PHONE_SETTLES


def send(asked: Asked, way: Way, *, address: str, now: datetime) -> None:
    """Send a code by SMS or e-mail.

    Raises:
        FactorWrongError: this way is not open to them.
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    if way not in BY_MESSAGE or way not in asked.ways():
        raise FactorWrongError
    messages.send(
        asked.person,
        way,
        purpose=asked.purpose,
        bound_to=asked.bound_to,
        address=address,
        now=now,
    )


def prove(asked: Asked, way: Way, answer: str, *, challenge: bytes = b"", now: datetime) -> None:
    """Return when the answer shows one of the person's second factors. Outside a transaction.

    Args:
        asked: who is asked, for what.
        way: which second factor was chosen.
        answer: what was typed, or the browser's JSON for a passkey.
        challenge: what the passkey had to sign.
        now: the moment.

    Raises:
        FactorWrongError, FactorLockedError: a wrong answer, or a way that is not open to them.
        CodeWrongError, CodeExpiredError, CodeLockedError: a code by message.
    """
    if way not in asked.ways():
        raise FactorWrongError
    person_id, device = asked.person.id, asked.device
    if way is Way.PASSKEY:
        passkeys.finish(person_id=person_id, challenge=challenge, response=answer, now=now)
    elif way is Way.APP:
        verify_totp(person_id=person_id, code=answer, device=device, now=now)
    elif way is Way.RECOVERY:
        verify_recovery(person_id=person_id, code=answer, device=device, now=now)
    else:
        messages.check(
            asked.person,
            way,
            purpose=asked.purpose,
            code=answer,
            bound_to=asked.bound_to,
            now=now,
        )
        MessageFactor.objects.filter(person_id=person_id, channel=way).update(last_used_at=now)
