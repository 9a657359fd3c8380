"""Six-digit codes by SMS: five tries, five minutes, used once, for one purpose and one phone."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from okpay.identity import caps, hooks, tries
from okpay.identity.errors import (
    CodeCoolingError,
    CodeExpiredError,
    CodeLockedError,
    CodeWrongError,
)
from okpay.identity.hashing import keyed_digest
from okpay.identity.models import OneTimeCode
from okpay.identity.moments import moment

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LIFETIME: Final = timedelta(minutes=5)
COOL_DOWN: Final = timedelta(seconds=60)
DAILY_PER_PHONE: Final = 20


class Purpose(StrEnum):
    """What a code opens. A code of one purpose is worth nothing for another."""

    PHONE = "phone"
    PHONE_CHANGE = "phone_change"
    PASSWORD_RESET = "password_reset"  # noqa: S105 — the name of a purpose
    PAYMENT_PASSWORD = "payment_password"  # noqa: S105 — the name of a purpose
    HOLDER = "holder"


UNPROVEN: Final = frozenset({Purpose.PHONE, Purpose.PHONE_CHANGE})


def _text(purpose: Purpose, code: str) -> str:
    texts = {
        Purpose.PHONE: _(
            "OKPay: %(code)s is your code to confirm this phone. Valid for 5 minutes."
            " Nobody from OKPay will ever ask you for it."
        ),
        Purpose.PHONE_CHANGE: _(
            "OKPay: %(code)s is your code to use this phone from now on. Valid for 5 minutes."
            " Nobody from OKPay will ever ask you for it."
        ),
        Purpose.PASSWORD_RESET: _(
            "OKPay: %(code)s is your code to choose a new sign-in password. Valid for 5 minutes."
            " Nobody from OKPay will ever ask you for it."
        ),
        Purpose.PAYMENT_PASSWORD: _(
            "OKPay: %(code)s is your code to choose a new payment password. Valid for 5 minutes."
            " Nobody from OKPay will ever ask you for it."
        ),
        Purpose.HOLDER: _(
            "OKPay: %(code)s is your code to change the phone or e-mail of your account. Valid for"
            " 5 minutes. Nobody from OKPay will ever ask you for it."
        ),
    }
    return texts[purpose] % {"code": code}


def _digest(row_id: UUID, purpose: Purpose, phone: str, code: str) -> str:
    return keyed_digest("code", str(row_id), purpose, phone, code)


def _budget(purpose: Purpose, phone: str, person_id: UUID | None) -> str:
    return f"{purpose}:{phone}:{person_id or ''}"


def _newest(purpose: Purpose, phone: str, person_id: UUID | None) -> OneTimeCode | None:
    return (
        OneTimeCode.objects.filter(purpose=purpose, phone=phone, person=person_id)
        .order_by("-created_at", "-id")
        .first()
    )


def seconds_to_wait(*, purpose: Purpose, person_id: UUID | None, phone: str, now: datetime) -> int:
    """How many whole seconds until another code may be asked for; 0 when it may be now."""
    newest = _newest(purpose, phone, person_id)
    if newest is None:
        return 0
    left = newest.created_at + COOL_DOWN - now
    return max(0, -(-left // timedelta(seconds=1)))


def _refuse_too_soon(purpose: Purpose, person_id: UUID | None, phone: str, now: datetime) -> None:
    locked = tries.locked_until(tries.CODE, _budget(purpose, phone, person_id), now)
    if locked is not None:
        raise CodeLockedError(until=moment(locked))
    wait = seconds_to_wait(purpose=purpose, person_id=person_id, phone=phone, now=now)
    if wait:
        raise CodeCoolingError(seconds=wait)
    since = now - timedelta(days=1)
    if OneTimeCode.objects.filter(phone=phone, created_at__gt=since).count() >= DAILY_PER_PHONE:
        raise CodeCoolingError(seconds=int(timedelta(hours=1).total_seconds()))


def send_code(
    *,
    purpose: Purpose,
    person_id: UUID | None,
    phone: str,
    address: str = "",
    now: datetime,
    real: bool = True,
) -> None:
    """Make a code, send it, and make every older code of this purpose worthless.

    Args:
        purpose: what the code opens.
        person_id: whom it belongs to; None when nobody answers to this phone.
        phone: E.164.
        address: the IP address that asks, "" when nobody asks from outside.
        now: the moment.
        real: False keeps up appearances for a phone that nobody (or somebody else) owns: the same
            row, the same waiting, no code that could ever match, and no message from here.

    Raises:
        CodeCoolingError: one was sent less than a minute ago, or too many today.
        CodeLockedError: too many wrong codes.
        TooManyCodesError: the caps of `caps`.
    """
    site, unproven = caps.site_of(address), purpose in UNPROVEN
    with transaction.atomic():
        tries.alone_until_commit(*caps.subjects(phone=phone, person_id=person_id, site=site))
        _refuse_too_soon(purpose, person_id, phone, now)
        caps.refuse_too_many(
            phone=phone, person_id=person_id, site=site, unproven=unproven, now=now
        )
        code = f"{secrets.randbelow(1_000_000):06d}"
        row = OneTimeCode(
            purpose=purpose,
            person_id=person_id,
            phone=phone,
            unproven=unproven,
            address=site or None,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        row.digest = _digest(row.id, purpose, phone, code) if real else ""
        row.save(force_insert=True)
    if real:
        hooks.send_sms(phone, _text(purpose, code), purpose)


def check_code(
    *, purpose: Purpose, person_id: UUID | None, phone: str, code: str, now: datetime
) -> None:
    """Return when this is the newest open code; it is used up by that. Outside a transaction.

    Raises:
        CodeWrongError: wrong; `tries_left` says how many remain.
        CodeExpiredError: there is no open code.
        CodeLockedError: five wrong tries; `until` is when the lock ends.
    """
    row = _newest(purpose, phone, person_id)
    budget = _budget(purpose, phone, person_id)
    locked = tries.locked_until(tries.CODE, budget, now)
    if locked is not None:
        raise CodeLockedError(until=moment(locked))
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise CodeExpiredError
    offered = _digest(row.id, purpose, phone, code.strip())
    verdict = tries.attempt(tries.CODE, budget, now, lambda: _use(row, offered, now))
    if verdict.ok:
        return
    if verdict.locked_until is not None:
        raise CodeLockedError(until=moment(verdict.locked_until))
    raise CodeWrongError(tries_left=verdict.tries_left)


def _use(row: OneTimeCode, offered: str, now: datetime) -> bool:
    """Compare, and take the code out of the world in the same step."""
    if not hmac.compare_digest(row.digest, offered):
        return False
    open_rows = OneTimeCode.objects.filter(pk=row.pk, used_at=None)
    return open_rows.update(used_at=now) == 1


def tell_phone_is_known(phone: str) -> None:
    """Tell the owner of a phone that somebody tried to register or use it."""
    text = _(
        "OKPay: somebody wanted to use this phone for another account. It belongs to yours,"
        " so nothing was changed. If you forgot your password, reset it instead of registering."
    )
    hooks.send_sms(phone, text, "phone_known")
