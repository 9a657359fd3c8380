"""账号被盗: prove who you are without a session, freeze at once, then get the account back.

Nobody learns from it whether an account exists: what follows an unknown alias takes the same
steps, and only codes that were really sent can be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from okpay.identity import codes, queries, tries
from okpay.identity.codes import Purpose
from okpay.identity.errors import CodeCoolingError, CodeExpiredError, CodeWrongError
from okpay.identity.freezing import hooks, operations
from okpay.identity.freezing.errors import (
    IdentityNumberError,
    IdentityNumberLockedError,
    RecoveryOverError,
    RecoveryProofError,
)
from okpay.identity.freezing.models import Recovery
from okpay.identity.freezing.states import Cause
from okpay.identity.hashing import keyed_digest
from okpay.identity.models import Person
from okpay.identity.moments import moment
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.identity.freezing.models import Freeze

LIFETIME: Final = timedelta(hours=1)
MOST_IDENTITY: Final = tries.TryPolicy("rescue_identity", ((3, timedelta(hours=24)),))


class Channel(StrEnum):
    """By which way a code travels."""

    MAIL = "mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Proven:
    """What is proven so far; it says nothing that the browser has not shown itself."""

    mail: bool
    phone: bool
    identity: bool
    identity_asked: bool

    @property
    def may_freeze(self) -> bool:
        """One channel is enough to stop the money."""
        return self.mail or self.phone

    @property
    def full(self) -> bool:
        """Everything that applies is proven; only then may credentials be chosen."""
        return self.mail and self.phone and (self.identity or not self.identity_asked)


def owner_of(recovery: Recovery) -> Actor:
    """Name the owner as the one who acts, once something was proven."""
    return Actor(person_id=recovery.person_id, kind="person", via="web")


def begin(*, alias: str, address: str = "", browser: str = "", now: datetime) -> Recovery:
    """Begin for an e-mail or a phone, and send both codes if it is anybody's.

    The answer is the same for everybody. A code is good only for the attempt it was sent for;
    each attempt has its own, whoever else began one for this account a moment ago. `browser` is
    the device cookie: one that signed in before has a share of the codes for itself.

    Raises:
        TooManyCodesError: too many were asked for from this address.
    """
    person = queries.find_person(alias)
    known = person.email if person is not None else alias.strip().lower()
    recovery = Recovery.objects.create(
        person=person,
        alias=bytes.fromhex(keyed_digest("rescue", known)),
        begun_at=now,
        sent_at=now,
        expires_at=now + LIFETIME,
    )
    send(recovery_id=recovery.id, address=address, browser=browser, now=now)
    return recovery


def find(recovery_id: UUID | None, now: datetime) -> Recovery:
    """Return an attempt that is going on.

    Raises:
        RecoveryOverError: there is none, or its hour is over.
    """
    rows = Recovery.objects.select_related("person")
    row = rows.filter(pk=recovery_id).first() if recovery_id is not None else None
    if row is None or (row.finished_at is None and row.expires_at <= now):
        raise RecoveryOverError
    return row


def send(*, recovery_id: UUID, address: str = "", browser: str = "", now: datetime) -> None:
    """Send both codes, again if need be; sooner than a minute after the last it does nothing.

    Raises:
        RecoveryOverError: see `find`. TooManyCodesError: see `begin`.
    """
    recovery = find(recovery_id, now)
    for channel in Channel:
        try:
            _send(recovery, channel, address, browser, now)
        except CodeCoolingError:
            continue  # the page shows the same waiting to everybody
    Recovery.objects.filter(pk=recovery.pk).update(sent_at=now)


def _send(recovery: Recovery, channel: Channel, address: str, browser: str, now: datetime) -> None:
    person = recovery.person
    own = person is not None and queries.is_known_device(person.id, browser)

    def mail(code: str) -> None:
        if person is not None:
            _mail(person, code)

    codes.send_code(
        purpose=Purpose.RESCUE,
        person_id=None,
        phone=_place(recovery, channel),
        address=address,
        bound_to=str(recovery.id),
        deliver=mail if channel is Channel.MAIL else None,
        real=person is not None,
        own_browser=own,
        now=now,
    )


def _place(recovery: Recovery, channel: Channel) -> str:
    """Name where a code goes, as codes count it; for nobody's alias a name of the same kind."""
    if channel is Channel.PHONE and recovery.person is not None:
        return recovery.person.phone
    return f"{channel[0]}:{bytes(recovery.alias).hex()[:14]}"


def _mail(person: Person, code: str) -> None:
    with override(person.language):
        EmailMessage(
            subject=_("Your OKPay code: %(code)s") % {"code": code},
            body=codes.text_of(Purpose.RESCUE, code),
            to=[person.email],
            headers={"X-OKPay-Purpose": Purpose.RESCUE.value},
        ).send()


def proven(recovery: Recovery) -> Proven:
    """Return what is proven. Whether a document is asked for shows only after both codes."""
    both = recovery.mail_proven_at is not None and recovery.phone_proven_at is not None
    person_id = recovery.person_id
    asked = (
        both
        and person_id is not None
        and any(check.known(person_id) for check in hooks.identity_checks)
    )
    return Proven(
        mail=recovery.mail_proven_at is not None,
        phone=recovery.phone_proven_at is not None,
        identity=recovery.identity_proven_at is not None,
        identity_asked=asked,
    )


def prove(*, recovery_id: UUID, channel: Channel, code: str, now: datetime) -> Proven:
    """Prove one channel with the code that was sent to it. Call it outside a transaction.

    Raises:
        RecoveryOverError: see `find`.
        CodeWrongError, CodeExpiredError, CodeLockedError: as for every code; the same for
            an alias that is nobody's.
    """
    recovery = find(recovery_id, now)
    try:
        codes.check_code(
            purpose=Purpose.RESCUE,
            person_id=None,
            phone=_place(recovery, channel),
            code=code,
            bound_to=str(recovery.id),
            now=now,
        )
    except (CodeWrongError, CodeExpiredError):
        _record(SYSTEM, recovery, "proof_refused", now, channel=str(channel))
        raise
    with transaction.atomic():
        field = "mail_proven_at" if channel is Channel.MAIL else "phone_proven_at"
        Recovery.objects.filter(pk=recovery.pk).update(**{field: now})
        _record(owner_of(recovery), recovery, "proven", now, channel=str(channel))
    return proven(find(recovery_id, now))


def prove_identity(*, recovery_id: UUID, number: str, now: datetime) -> Proven:
    """Prove to be the one whose document was checked, by its number. Outside a transaction.

    Raises:
        RecoveryOverError: see `find`. RecoveryProofError: the codes come first.
        IdentityNumberError: another number. IdentityNumberLockedError: three wrong within a day.
    """
    recovery = find(recovery_id, now)
    so_far, person_id = proven(recovery), recovery.person_id
    if not so_far.identity_asked or person_id is None:
        raise RecoveryProofError
    verdict = tries.attempt(
        MOST_IDENTITY,
        str(person_id),
        now,
        lambda: any(check.matches(person_id, number) for check in hooks.identity_checks),
    )
    if verdict.locked_until is not None:
        raise IdentityNumberLockedError(until=moment(verdict.locked_until))
    if not verdict.ok:
        _record(SYSTEM, recovery, "proof_refused", now, channel="identity")
        raise IdentityNumberError(tries_left=verdict.tries_left)
    Recovery.objects.filter(pk=recovery.pk).update(identity_proven_at=now)
    _record(owner_of(recovery), recovery, "proven", now, channel="identity")
    return proven(find(recovery_id, now))


def freeze_now(*, recovery_id: UUID, now: datetime) -> Freeze:
    """Freeze the account with one proven channel; whoever is frozen already stays it.

    Raises:
        RecoveryOverError: see `find`. RecoveryProofError: nothing is proven yet.
    """
    recovery = find(recovery_id, now)
    if not proven(recovery).may_freeze or recovery.person_id is None:
        raise RecoveryProofError
    found = operations.freeze(
        actor=owner_of(recovery), person_id=recovery.person_id, cause=Cause.OWNER, now=now
    )
    Recovery.objects.filter(pk=recovery.pk).update(froze_at=now)
    return found


def fully_proven(recovery_id: UUID, now: datetime) -> tuple[Recovery, Person]:
    """Return an attempt with which credentials may be chosen, and whose they are.

    Raises:
        RecoveryOverError: see `find`.
        RecoveryProofError: something is not proven, or the account is not frozen yet.
    """
    recovery = find(recovery_id, now)
    if not proven(recovery).full or recovery.froze_at is None or recovery.person is None:
        raise RecoveryProofError
    if recovery.person.frozen_at is None or recovery.finished_at is not None:
        raise RecoveryOverError  # it was opened meanwhile: nothing is renewed behind that
    return recovery, recovery.person


def _record(actor: Actor, recovery: Recovery, verb: str, now: datetime, **data: object) -> None:
    if recovery.person_id is None:
        return
    audit.record(
        actor=actor,
        action=f"freezing.recovery.{verb}",
        subject=encode("cus", recovery.person_id),
        data={"recovery": str(recovery), **data},
        now=now,
    )


def seconds_to_wait(recovery: Recovery, now: datetime) -> int:
    """How many seconds until new codes may be asked for; the same for everybody."""
    left = recovery.sent_at + codes.COOL_DOWN - now
    return max(0, -(-left // timedelta(seconds=1)))
