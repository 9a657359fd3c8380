"""What the tests of freezing share: staff, tokens, sessions, payments."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import mail

from okpay.identity import operations
from okpay.identity.freezing import recovery
from okpay.identity.freezing.models import Recovery
from okpay.identity.freezing.recovery import Channel
from okpay.identity.models import Session
from okpay.identity.staff import Role
from okpay.identity.staff.models import StaffMember
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import asset_of, parse_amount
from okpay.notices.models import Outgoing
from okpay.payments import operations as payments
from tests.support.people import PIN, MakePerson, Somebody

CNY = asset_of("CNY")
CODE = re.compile(r"(\d{6})")


def staff(make_person: MakePerson, role: Role) -> Actor:
    """Return a member of staff at work."""
    now = clock.now()
    person = make_person(name=f"Staff {role}")
    StaffMember.objects.create(person_id=person.id, roles=[role], added_at=now, changed_at=now)
    return Actor(person_id=person.id, kind="staff", via="web")


def token_of(person: Somebody) -> str:
    """Make an access token; return its secret."""
    _token, secret = operations.create_access_token(
        actor=person.actor, name="a", scopes=["wallet:read"], payment_password=PIN,
        expires_in_days=30, now=clock.now(),
    )  # fmt: skip
    return secret


def session_of(person_id: UUID) -> None:
    """Sign a browser in."""
    now = clock.now()
    Session.objects.create(
        digest=new_uuid().hex, person_id=person_id, data="", created_at=now, last_seen_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip


def pay(payer: Somebody, payee: Somebody, amount: str = "10.00") -> Any:
    """Pay from one person to another, as the app does."""
    quote = payments.quote_transfer(
        actor=payer.actor, payee=payee.email, money=parse_amount(amount, CNY), now=clock.now()
    )
    return payments.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=PIN, now=clock.now()
    )


def money(person: Somebody) -> tuple[int, int]:
    """Return posted and held of the person's CNY wallet, in fen."""
    from okpay.ledger.models import Account

    row = Account.objects.get(owner=person.id, asset=CNY.number, kind=1)
    return int(row.posted), int(row.held)


def code_of(person: Somebody, channel: Channel) -> str:
    """Return the code that came last by one way."""
    if channel is Channel.MAIL:
        texts = [str(one.body) for one in mail.outbox if one.to == [person.email]]
    else:
        sent = Outgoing.objects.filter(recipient_index=person.phone, purpose="rescue")
        texts = list(sent.order_by("created_at", "id").values_list("text", flat=True))
    found = CODE.search(texts[-1])
    assert found is not None
    return found[1]


def begun(person: Somebody, *channels: Channel) -> Recovery:
    """Begin a rescue and prove these channels."""
    row = recovery.begin(alias=person.email, now=clock.now())
    for channel in channels:
        recovery.prove(
            recovery_id=row.id, channel=channel, code=code_of(person, channel), now=clock.now()
        )
    return row
