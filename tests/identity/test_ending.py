"""What ends when an account is frozen or a forgotten payment password is replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from okpay.identity import operations
from okpay.identity.models import Session
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow
from tests.identity.kit import PASSWORD, PIN

Make = Callable[..., Any]


def token_of(actor: Any, now: datetime) -> str:
    """Make a token as its owner, or their thief, does; return its secret."""
    _token, secret = operations.create_access_token(
        actor=actor, name="a", scopes=["wallet:read"], payment_password=PIN,
        expires_in_days=30, now=now,
    )  # fmt: skip
    return secret


def session_of(person: Any, now: datetime) -> None:
    Session.objects.create(
        digest=new_uuid().hex, person=person, data="", created_at=now, last_seen_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip


def test_g12_a_freeze_ends_sessions_and_tokens_of_this_person_only(
    enrol: Make, actor_of: Make, now: datetime, news: list[Any]
) -> None:
    person, other = enrol(), enrol()
    secrets = [token_of(actor_of(one.id), now) for one in (person, other)]
    for one in (person, other):
        session_of(one, now)
    for _ in range(2):
        operations.end_all_access(actor=SYSTEM, person_id=person.id, now=now)
    live = [operations.use_access_token(secret=secret, now=now) for secret in secrets]
    assert [token is not None for token in live] == [False, True]
    assert [Session.objects.filter(person=one).count() for one in (person, other)] == [0, 1]
    rows = AuditRow.objects.filter(subject=encode("cus", person.id), action="identity.access.ended")
    assert [row.data for row in rows] == [{"sessions": 1, "tokens": 1}]
    mine = [event.event for event in news if event.person_id == person.id]
    assert mine == ["token_created", "token_revoked"]


def test_h7_a_reset_payment_password_ends_the_tokens(
    enrol: Make, actor_of: Make, now: datetime, texts: list[tuple[str, str, str]]
) -> None:
    person = enrol()
    actor = actor_of(person.id)
    secret = token_of(actor, now)
    operations.send_reset_code(actor=actor, now=now)
    code = re.findall(r"\b\d{6}\b", texts[-1][1])[0]
    operations.reset_payment_password(
        actor=actor, password=PASSWORD, code=code, new_pin="738204", now=now
    )
    assert operations.use_access_token(secret=secret, now=now) is None
