"""Personal access tokens: made, used, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from okpay.identity import operations, queries
from okpay.identity.errors import (
    AccountFrozenError,
    PaymentPasswordWrongError,
    TokenInvalidError,
    TokenNotFoundError,
)
from okpay.identity.models import AccessToken, Person
from okpay.kernel.ids import new_uuid
from tests.identity.kit import PIN

Make = Callable[..., Any]


def make(actor: Any, now: datetime, **changes: Any) -> tuple[AccessToken, str]:
    asked = {
        "name": "bookkeeping",
        "scopes": ["wallet:read"],
        "payment_password": PIN,
        "expires_in_days": 30,
        **changes,
    }
    return operations.create_access_token(actor=actor, now=now, **asked)


def test_made_used_and_revoked(enrol: Make, actor_of: Make, now: datetime, news: list[Any]) -> None:
    person = enrol()
    actor = actor_of(person.id)
    token, secret = make(actor, now, scopes=["wallet:read", "transfers:write", "wallet:read"])
    assert (len(secret), secret[:10]) == (53, "okpay_pat_")
    assert secret.encode() not in bytes(AccessToken.objects.get(pk=token.pk).digest)
    assert token.scopes == ["transfers:write", "wallet:read"]
    found = operations.use_access_token(secret=secret, now=now)
    assert (found.pk, found.person_id) == (token.pk, person.id) if found else False
    assert AccessToken.objects.get(pk=token.pk).last_used_at == now
    stranger = actor_of(enrol().id)
    with pytest.raises(TokenNotFoundError):
        operations.revoke_access_token(actor=stranger, token_id=token.pk, now=now)
    assert operations.use_access_token(secret=secret, now=now) is not None
    operations.revoke_access_token(actor=actor, token_id=token.pk, now=now)
    operations.revoke_access_token(actor=actor, token_id=token.pk, now=now)
    assert operations.use_access_token(secret=secret, now=now) is None
    assert queries.access_tokens(person.id, now) == []
    assert [event.event for event in news] == ["token_created", "token_revoked"]


def test_ends_by_itself_and_with_the_person(enrol: Make, actor_of: Make, now: datetime) -> None:
    person = enrol()
    _token, secret = make(actor_of(person.id), now, expires_in_days=1)
    early, late = now + timedelta(hours=23), now + timedelta(hours=25)
    assert operations.use_access_token(secret=secret, now=early) is not None
    assert operations.use_access_token(secret=secret, now=late) is None
    Person.objects.filter(pk=person.id).update(is_active=False)
    assert operations.use_access_token(secret=secret, now=early) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 61},
        {"scopes": []},
        {"scopes": ["wallet:read", "wallet:everything"]},
        {"expires_in_days": 0},
        {"expires_in_days": 367},
    ],
)
def test_what_cannot_be_made(
    enrol: Make, actor_of: Make, now: datetime, changes: dict[str, Any]
) -> None:
    person = enrol()
    with pytest.raises(TokenInvalidError):
        make(actor_of(person.id), now, **changes)
    assert not AccessToken.objects.filter(person=person).exists()


def test_needs_the_payment_password_and_a_free_person(
    enrol: Make, actor_of: Make, now: datetime
) -> None:
    person = enrol()
    with pytest.raises(PaymentPasswordWrongError):
        make(actor_of(person.id), now, payment_password="730561")
    Person.objects.filter(pk=person.id).update(frozen_at=now)
    with pytest.raises(AccountFrozenError):
        make(actor_of(person.id), now)
    assert not AccessToken.objects.filter(person=person).exists()


def test_garbage_finds_nothing(now: datetime) -> None:
    for secret in ("", "okpay_pat_", "okpay_pat_" + "a" * 43, str(new_uuid()), "sk_live_x"):
        assert operations.use_access_token(secret=secret, now=now) is None
