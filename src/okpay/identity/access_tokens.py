"""Personal access tokens: made with the payment password, shown once, dead at once when revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from okpay.identity import guards, hooks
from okpay.identity.errors import TokenInvalidError, TokenNotFoundError
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import AccessToken
from okpay.identity.payment_passwords import check_payment_password
from okpay.identity.queries import token_of
from okpay.identity.rules import Scope
from okpay.kernel import audit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

PREFIX: Final = "okpay_pat_"
LONGEST_DAYS: Final = 366
NAME_LENGTH: Final = 60
MOST_LIVE: Final = 50
TOUCH: Final = timedelta(minutes=1)


def create_access_token(
    *,
    actor: Actor,
    name: str,
    scopes: Collection[str],
    payment_password: str,
    expires_in_days: int,
    now: datetime,
) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret, which is never shown again.

    Call it outside a transaction (it checks the payment password).

    Args:
        actor: whose token it is.
        name: up to 60 characters, for the owner's list.
        scopes: values of `Scope`, at least one.
        payment_password: six digits.
        expires_in_days: 1 to 366.
        now: the moment.

    Raises:
        TokenInvalidError: name, scopes or days cannot be used, or 50 tokens are alive.
        PaymentPasswordRequiredError, PaymentPasswordWrongError, PaymentPasswordLockedError.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    _refuse_bad(person.id, name, scopes, expires_in_days, now)
    check_payment_password(person_id=person.id, pin=payment_password, now=now)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic(durable=True):
        token = AccessToken.objects.create(
            person=person,
            name=name.strip(),
            digest=hashlib.sha256(secret.encode()).digest(),
            tail=secret[-4:],
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + timedelta(days=expires_in_days),
        )
        _tell(actor, token, SecurityEvent.TOKEN_CREATED, now)
    return token, secret


def _refuse_bad(
    person_id: UUID, name: str, scopes: Collection[str], days: int, now: datetime
) -> None:
    known = {scope.value for scope in Scope}
    named = 0 < len(name.strip()) <= NAME_LENGTH
    live = AccessToken.objects.filter(
        person_id=person_id, revoked_at__isnull=True, expires_at__gt=now
    )
    good = named and scopes and set(scopes) <= known and 1 <= days <= LONGEST_DAYS
    if not good or live.count() >= MOST_LIVE:
        raise TokenInvalidError


def _tell(actor: Actor, token: AccessToken, event: SecurityEvent, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"identity.{event}",
        subject=encode("tok", token.id),
        data={"scopes": token.scopes},
        now=now,
    )
    params = {"name": token.name, "tail": token.tail}
    hooks.tell(SecurityNews(token.person_id, event, now, params))


def revoke_access_token(*, actor: Actor, token_id: UUID, now: datetime) -> None:
    """End a token at once; revoking it again changes nothing.

    Raises:
        TokenNotFoundError: none of theirs (somebody else's looks the same).
    """
    with transaction.atomic(durable=True):
        mine = AccessToken.objects.select_for_update().filter(
            pk=token_id, person_id=actor.require_person()
        )
        token = mine.first()
        if token is None:
            raise TokenNotFoundError
        if token.revoked_at is None:
            token.revoked_at = now
            token.save(update_fields=["revoked_at"])
            _tell(actor, token, SecurityEvent.TOKEN_REVOKED, now)


def use_access_token(*, secret: str, now: datetime) -> AccessToken | None:
    """Find the live token with this secret and note its use, at most once a minute."""
    if not secret.startswith(PREFIX):
        return None
    token = token_of(secret, now)
    if token is not None and (token.last_used_at is None or now - token.last_used_at > TOUCH):
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - TOUCH)
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token
