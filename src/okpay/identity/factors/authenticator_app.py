"""The authenticator app: its secret is sealed, and every code opens once."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity import guards
from okpay.identity.factors import attempts, changes, totp
from okpay.identity.factors.errors import FactorNotAddedError
from okpay.identity.factors.models import AuthenticatorApp
from okpay.identity.models import Person
from okpay.kernel import clock, crypto
from okpay.kernel.ids import new_uuid

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

MOST: Final = 3
WAITS: Final = timedelta(minutes=30)  # for its first code


def _seal(person_id: UUID, row_id: UUID, secret: bytes) -> bytes:
    return crypto.seal(
        person_id, table="factors_authenticatorapp", column="secret", row=str(row_id), plain=secret
    )


def _unseal(row: AuthenticatorApp) -> bytes:
    return crypto.unseal(
        row.person_id,
        table="factors_authenticatorapp",
        column="secret",
        row=str(row.id),
        sealed=bytes(row.secret),
    )


def _step(now: datetime) -> int:
    """Return the step that the person's phone shows.

    A phone keeps the world's time; where the sandbox clock is moved, its offset is taken out.
    """
    return totp.step_of(now - clock.offset())


def begin(*, actor: Actor, now: datetime) -> bytes:
    """Return the secret that waits to be confirmed; a fresh one when none does.

    Raises:
        FactorNotAddedError: the person has three apps already.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        mine = AuthenticatorApp.objects.filter(person=person)
        if mine.filter(confirmed_at__isnull=False).count() >= MOST:
            raise FactorNotAddedError
        waiting = mine.filter(confirmed_at=None).first()
        if waiting is not None and waiting.created_at > now - WAITS:
            return _unseal(waiting)
        mine.filter(confirmed_at=None).delete()
        secret, row_id = totp.new_secret(), new_uuid()
        AuthenticatorApp.objects.create(
            id=row_id, person=person, secret=_seal(person.id, row_id, secret), created_at=now
        )
    return secret


def confirm(*, actor: Actor, name: str, code: str, now: datetime) -> AuthenticatorApp:
    """Take the waiting app into force: its code of this moment shows that the secret arrived.

    Raises:
        FactorWrongError, FactorLockedError: the code.
        FactorNotAddedError: no app waits.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    rows = AuthenticatorApp.objects.filter(person=person, confirmed_at=None)
    waiting = rows.filter(created_at__gt=now - WAITS).first()
    if waiting is None:
        raise FactorNotAddedError
    attempts.spend(
        person_id=person.id, device="", now=now, check=lambda: _opens(waiting, code, now)
    )
    with transaction.atomic(durable=True):
        waiting.name, waiting.confirmed_at, waiting.created_at = changes.named(name), now, now
        waiting.save(update_fields=["name", "confirmed_at", "created_at"])
        changes.added(actor, waiting.name, "app", now)
    return waiting


def verify_totp(*, person_id: UUID, code: str, now: datetime, device: str = "") -> None:
    """Return when this is the code that one of the person's apps shows now; it opens once.

    Only the present step of 30 seconds counts, by this machine's clock. Call it outside a
    transaction: the try is committed first.

    Args:
        person_id: whose app it is.
        code: six digits, as typed.
        now: the moment.
        device: the digest of a browser that the person has used before; "" counts the try against
            the person.

    Raises:
        FactorWrongError: wrong, used, of another step, or the person has no app.
        FactorLockedError: too many wrong codes.
    """
    rows = list(AuthenticatorApp.objects.filter(person_id=person_id, confirmed_at__isnull=False))
    attempts.spend(
        person_id=person_id,
        device=device,
        now=now,
        check=lambda: any([_opens(row, code, now) for row in rows]),  # noqa: C419 — all are tried
    )


def _opens(row: AuthenticatorApp, code: str, now: datetime) -> bool:
    step = _step(now)
    right = totp.code_at(_unseal(row), step)
    if not hmac.compare_digest(right.encode(), "".join(code.split()).encode()):
        return False
    older = AuthenticatorApp.objects.filter(pk=row.pk, last_step__lt=step)
    return older.update(last_step=step, last_used_at=now) == 1
