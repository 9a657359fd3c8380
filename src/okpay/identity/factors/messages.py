"""Codes by SMS and by e-mail as a second factor: the same one-time codes, two ways to travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from okpay.identity import codes
from okpay.identity.codes import Purpose
from okpay.identity.factors.queries import Way
from okpay.identity.hashing import keyed_digest
from okpay.identity.rules import mask_email, mask_phone

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.identity.models import Person

__all__ = ["Purpose", "address_shown", "check", "send", "wait"]


def address_shown(person: Person, way: Way) -> str:
    """Return the masked address that a code travels to."""
    return mask_phone(person.phone) if way is Way.SMS else mask_email(person.email)


def _to(person: Person, way: Way) -> str:
    """Name where a code goes, as codes count it: the number, or a short digest of the e-mail."""
    if way is Way.SMS:
        return person.phone
    return "mail:" + keyed_digest("mail_code", person.email)[:11]


class _Named(TypedDict):
    purpose: Purpose
    person_id: UUID
    phone: str


def _code(person: Person, way: Way, purpose: Purpose) -> _Named:
    """Name a code as `codes` does: what it opens, for whom, and where it goes."""
    return {"purpose": purpose, "person_id": person.id, "phone": _to(person, way)}


def send(
    person: Person, way: Way, *, purpose: Purpose, bound_to: str, address: str, now: datetime
) -> None:
    """Send a code; it opens `purpose` for the request `bound_to`, once, for five minutes.

    Raises:
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    codes.send_code(
        **_code(person, way, purpose),
        address=address,
        bound_to=bound_to,
        deliver=None if way is Way.SMS else lambda code: _mail(person, purpose, code),
        now=now,
    )


def check(
    person: Person, way: Way, *, purpose: Purpose, code: str, bound_to: str, now: datetime
) -> None:
    """Return when this is the newest code for this request. Call it outside a transaction.

    Raises:
        CodeWrongError, CodeExpiredError, CodeLockedError: see `codes.check_code`.
    """
    codes.check_code(**_code(person, way, purpose), code=code, bound_to=bound_to, now=now)


def wait(person: Person, way: Way, *, purpose: Purpose, now: datetime) -> int:
    """How many seconds until another code may be asked for."""
    return codes.seconds_to_wait(**_code(person, way, purpose), now=now)


def _mail(person: Person, purpose: Purpose, code: str) -> None:
    """Write the code in the language of the person; the mail carries no link to be lured by."""
    with override(person.language):
        EmailMessage(
            subject=_("Your OKPay code: %(code)s") % {"code": code},
            body=codes.text_of(purpose, code)
            + "\n\n"
            + _(
                "If it was not you who asked for it, somebody knows your password:"
                " sign in by the address that you know, and change it."
            ),
            to=[person.email],
            headers={"X-OKPay-Purpose": purpose.value},
        ).send()
