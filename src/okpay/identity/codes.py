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
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

LIFETIME: Final = timedelta(minutes=5)
COOL_DOWN: Final = timedelta(seconds=60)


class Purpose(StrEnum):
    """What a code opens. A code of one purpose is worth nothing for another."""

    PHONE = "phone"
    PHONE_CHANGE = "phone_change"
    PASSWORD_RESET = "password_reset"  # noqa: S105 — the name of a purpose
    PAYMENT_PASSWORD = "payment_password"  # noqa: S105 — the name of a purpose
    HOLDER = "holder"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    FACTOR_ENROL = "factor_enrol"
    RESCUE = "rescue"
    REGAIN = "regain"
    PAYMENT = "payment"


UNPROVEN: Final = frozenset({Purpose.PHONE, Purpose.PHONE_CHANGE})
# Anybody may ask for these, knowing no more than an alias: each attempt has a code of its own.
WITHOUT_SESSION: Final = frozenset({Purpose.RESCUE, Purpose.REGAIN, Purpose.PASSWORD_RESET})


def text_of(purpose: Purpose, code: str) -> str:
    """Word the message that carries a code."""
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
        Purpose.SIGN_IN: _(
            "OKPay: %(code)s is your code to sign in. Valid for 5 minutes. If it is not you who"
            " signs in, change your password. Nobody from OKPay will ever ask you for it."
        ),
        Purpose.STEP_UP: _(
            "OKPay: %(code)s is your code to change how your account is reached. Valid for"
            " 5 minutes. Nobody from OKPay will ever ask you for it."
        ),
        Purpose.FACTOR_ENROL: _(
            "OKPay: %(code)s is your code to use messages as your second factor. Valid for"
            " 5 minutes. Nobody from OKPay will ever ask you for it."
        ),
        Purpose.PAYMENT: _(
            "OKPay: %(code)s is your code to confirm a payment. Valid for 5 minutes."
            " Nobody from OKPay will ever ask you for it."
        ),
        Purpose.RESCUE: _(
            "OKPay: %(code)s is your code to freeze your account. Valid for 5 minutes. If it is"
            " not you who asked, do nothing. Nobody from OKPay will ever ask you for it."
        ),
        Purpose.REGAIN: _(
            "OKPay: %(code)s is your code to ask for your account. Valid for 5 minutes. If it is"
            " not you who asked, do nothing. Nobody from OKPay will ever ask you for it."
        ),
    }
    return texts[purpose] % {"code": code}


def _digest(row_id: UUID, purpose: Purpose, phone: str, code: str, bound_to: str) -> str:
    bound = (bound_to,) if bound_to else ()
    return keyed_digest("code", str(row_id), purpose, phone, code, *bound)


def _budget(purpose: Purpose, phone: str, person_id: UUID | None, bound_to: str) -> str:
    budget = f"{purpose}:{phone}:{person_id or ''}"
    return f"{budget}:{bound_to}" if bound_to else budget


def _attempt(purpose: Purpose, bound_to: str) -> str:
    return bound_to if purpose in WITHOUT_SESSION else ""


def _newest(
    purpose: Purpose, phone: str, person_id: UUID | None, bound_to: str
) -> OneTimeCode | None:
    attempt = _attempt(purpose, bound_to)
    return (
        OneTimeCode.objects.filter(purpose=purpose, phone=phone, person=person_id, attempt=attempt)
        .order_by("-created_at", "-id")
        .first()
    )


def seconds_to_wait(
    *, purpose: Purpose, person_id: UUID | None, phone: str, bound_to: str = "", now: datetime
) -> int:
    """How many whole seconds until another code may be asked for; 0 when it may be now."""
    newest = _newest(purpose, phone, person_id, bound_to)
    if newest is None:
        return 0
    left = newest.created_at + COOL_DOWN - now
    return max(0, -(-left // timedelta(seconds=1)))


def _refuse_too_soon(
    purpose: Purpose, person_id: UUID | None, phone: str, bound_to: str, now: datetime
) -> None:
    locked = tries.locked_until(tries.CODE, _budget(purpose, phone, person_id, bound_to), now)
    if locked is not None:
        raise CodeLockedError(until=moment(locked))
    wait = seconds_to_wait(
        purpose=purpose, person_id=person_id, phone=phone, bound_to=bound_to, now=now
    )
    if wait:
        raise CodeCoolingError(seconds=wait)


def _refuse_too_many_to_one_phone(purpose: Purpose, phone: str, site: str, now: datetime) -> None:
    """Count apart what anybody may ask for, so that it takes nothing from the owner's share."""
    if purpose in WITHOUT_SESSION:
        room = caps.has_room_without_session(purpose=purpose, phone=phone, site=site, now=now)
    else:
        alike = UNPROVEN if purpose in UNPROVEN else set(Purpose) - UNPROVEN - WITHOUT_SESSION
        room = caps.has_room(purposes=alike, phone=phone, now=now)
    if not room:
        raise CodeCoolingError(seconds=int(caps.HOUR.total_seconds()))


def send_code(
    *,
    purpose: Purpose,
    person_id: UUID | None,
    phone: str,
    address: str = "",
    now: datetime,
    real: bool = True,
    bound_to: str = "",
    deliver: Callable[[str], None] | None = None,
    own_browser: bool = False,
) -> None:
    """Make a code, send it, and make every older code of this purpose worthless.

    Without a session it is every older code of this attempt: a stranger who asks for the same
    account ends, delays and counts nothing but their own.

    Args:
        purpose: what the code opens.
        person_id: whom it belongs to; None when nobody answers to this phone.
        phone: E.164.
        address: the IP address that asks, "" when nobody asks from outside.
        real: False keeps up appearances for a phone that nobody (or somebody else) owns: the same
            row, the same waiting, no code that could ever match, and no message from here.
        bound_to: the one request that it opens; each has its own tries. Five per code: without a
            session that makes 30 an hour and 60 a day to a phone at most, by the caps on codes.
        deliver: sends it by another way than SMS; `phone` is then only what it is counted by.
        own_browser: without a session: whether the phone's owner has signed in from this browser;
            it has a share of its own, which no stranger uses up. Then outside a transaction.

    Raises:
        CodeCoolingError: one was sent less than a minute ago, or too many to this phone.
        CodeLockedError: too many wrong codes.
        TooManyCodesError: the caps of `caps`.
    """
    site, unproven = caps.site_of(address), purpose in UNPROVEN
    own_share = own_browser and _own_share(purpose, phone, bound_to, now)
    with transaction.atomic():
        tries.alone_until_commit(*caps.subjects(phone=phone, person_id=person_id, site=site))
        _refuse_too_soon(purpose, person_id, phone, bound_to, now)
        if not own_share:
            _refuse_too_many_to_one_phone(purpose, phone, site, now)
        caps.refuse_too_many(
            phone=phone, person_id=person_id, site=site, unproven=unproven, now=now
        )
        code = f"{secrets.randbelow(1_000_000):06d}" if real else ""
        _keep(purpose, person_id, phone, code, bound_to, site, now)
    if real:
        _deliver(purpose, phone, code, deliver)


def _own_share(purpose: Purpose, phone: str, bound_to: str, now: datetime) -> bool:
    """Spend one of what known browsers may ask for; while the last code cools it costs nothing."""
    cools = seconds_to_wait(
        purpose=purpose, person_id=None, phone=phone, bound_to=bound_to, now=now
    )
    return not cools and caps.own_browser_has_room(purpose=purpose, phone=phone, now=now)


def _keep(  # noqa: PLR0917 — the facts of a code
    purpose: Purpose,
    person_id: UUID | None,
    phone: str,
    code: str,
    bound_to: str,
    site: str,
    now: datetime,
) -> None:
    row = OneTimeCode(
        purpose=purpose, person_id=person_id, phone=phone, number_range=caps.range_of(phone),
        unproven=purpose in UNPROVEN, attempt=_attempt(purpose, bound_to), address=site or None,
        created_at=now, expires_at=now + LIFETIME,
    )  # fmt: skip
    row.digest = _digest(row.id, purpose, phone, code, bound_to) if code else ""
    row.save(force_insert=True)


def _deliver(
    purpose: Purpose, phone: str, code: str, deliver: Callable[[str], None] | None
) -> None:
    if deliver is not None:
        deliver(code)
    else:
        hooks.send_sms(phone, text_of(purpose, code), purpose)


def check_code(
    *,
    purpose: Purpose,
    person_id: UUID | None,
    phone: str,
    code: str,
    now: datetime,
    bound_to: str = "",
) -> None:
    """Return when this is the newest open code; it is used up by that. Outside a transaction.

    Raises:
        CodeWrongError: wrong; `tries_left` says how many remain.
        CodeExpiredError: there is no open code.
        CodeLockedError: five wrong tries; `until` is when the lock ends.
    """
    row = _newest(purpose, phone, person_id, bound_to)
    budget = _budget(purpose, phone, person_id, bound_to)
    locked = tries.locked_until(tries.CODE, budget, now)
    if locked is not None:
        raise CodeLockedError(until=moment(locked))
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise CodeExpiredError
    offered = _digest(row.id, purpose, phone, code.strip(), bound_to)
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
