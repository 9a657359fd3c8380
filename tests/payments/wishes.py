"""Commands for the engine, with everything filled in that a test does not care about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from okpay.kernel.ids import new_uuid
from okpay.kernel.money import ASSETS
from okpay.ledger.chart import AccountKind
from okpay.payments.aliases import alias_digest
from okpay.payments.engine.commands import (
    Flag,
    Group,
    Hold,
    Member,
    Move,
    Refund,
    Resolve,
    Send,
    TopUp,
    Way,
)
from okpay.payments.prints import fingerprint_of
from okpay.wallets.models import RecordKind

CNY = ASSETS["CNY"].number
Who = UUID | str


def send(payer: Who, payee: Who, minor: int, *, key: str = "", **more: Any) -> Send:
    """Pay a person (an id), or an alias (with an @ or a +). A retry is the same `key` again."""
    alias = str(payee) if set("@+") & set(str(payee)) else ""
    asset = more.pop("asset", CNY)
    more.setdefault("record", str(new_uuid()))
    more.setdefault("proven", True)  # tests of the second proof say otherwise
    return Send(
        endpoint=more.pop("endpoint", "transfers"),
        client_key=key or str(new_uuid()),
        fingerprint=more.pop("fingerprint", fingerprint_of((str(payee), minor, asset))),
        owner=str(payer),
        asset=asset,
        amount=minor,
        payee="" if alias else str(payee),
        alias=alias_digest(alias),
        **more,
    )


def top_up(person: Who, minor: int, *, key: str = "", **more: Any) -> TopUp:
    """Book money from outside; the key is the record unless given."""
    record = more.pop("record", str(new_uuid()))
    asset = more.pop("asset", CNY)
    return TopUp(
        endpoint="top_ups",
        client_key=key or record,
        fingerprint=more.pop("fingerprint", fingerprint_of((str(person), minor, asset))),
        owner=str(person),
        record=record,
        asset=asset,
        amount=minor,
        label="Test card",
        **more,
    )


def resolve(record: Who, way: Way, by: Who = "", *, key: str = "", **more: Any) -> Resolve:
    """End a pending transfer; `by` is empty for the system."""
    return Resolve(
        endpoint=f"transfers.{way}",
        client_key=key or str(new_uuid()),
        fingerprint=more.pop("fingerprint", fingerprint_of((str(record), way, *more.items()))),
        owner=str(by),
        record=str(record),
        way=way,
        **more,
    )


def hold(payer: Who, payee: Who, minor: int, *, key: str = "", **more: Any) -> Hold:
    """Set money aside for a payee, or for the bank when there is none, for a day."""
    asset = more.pop("asset", CNY)
    more.setdefault("record", str(new_uuid()))
    more.setdefault("deadline", datetime.now(UTC) + timedelta(days=1))
    more.setdefault("reason", "authorised")
    return Hold(
        endpoint="purchases",
        client_key=key or str(new_uuid()),
        fingerprint=more.pop("fingerprint", fingerprint_of((str(payee), minor, asset))),
        owner=str(payer),
        kind=RecordKind.PURCHASE,
        asset=asset,
        amount=minor,
        payee=str(payee),
        house=0 if payee else AccountKind.BANK,
        **more,
    )


def move(payer: Who, payee: Who, minor: int, *, key: str = "", **more: Any) -> Move:
    """Pay a purchase at once."""
    asset = more.pop("asset", CNY)
    more.setdefault("record", str(new_uuid()))
    return Move(
        endpoint=more.pop("endpoint", "purchases"),
        client_key=key or str(new_uuid()),
        fingerprint=more.pop("fingerprint", fingerprint_of((str(payee), minor, asset))),
        owner=str(payer),
        kind=more.pop("kind", RecordKind.PURCHASE),
        asset=asset,
        amount=minor,
        payee=str(payee),
        **more,
    )


def refund(original: Who, minor: int, by: Who = "", *, key: str = "", **more: Any) -> Refund:
    """Give back part of a record; `by` is empty for the system."""
    more.setdefault("record", str(new_uuid()))
    return Refund(
        endpoint="refunds",
        client_key=key or str(new_uuid()),
        fingerprint=more.pop("fingerprint", fingerprint_of((str(original), minor))),
        owner=str(by),
        original=str(original),
        amount=minor,
        **more,
    )


def group(by: Who, *members: Member, key: str = "") -> Group:
    """Book all members or none."""
    return Group(
        endpoint="groups",
        client_key=key or str(new_uuid()),
        fingerprint=fingerprint_of([one.fingerprint for one in members]),
        owner=str(by),
        group=str(new_uuid()),
        members=list(members),
    )


def exchange(person: Who, give: int, take: int, *, of: int = CNY, into: int = 840) -> Group:
    """Change one currency for another through the house's position: both legs or neither."""
    kind, house = RecordKind.EXCHANGE, AccountKind.EXCHANGE
    return group(
        person,
        move(person, "", give, asset=of, kind=kind, house=house),
        move(person, person, take, asset=into, kind=kind, source=house),
    )


def flag(person: Who, *, frozen: bool) -> Flag:
    """Freeze or unfreeze a person's accounts."""
    return Flag(
        endpoint="accounts.flags",
        client_key=str(new_uuid()),
        fingerprint=fingerprint_of(str(person)),
        person=str(person),
        frozen_out=frozen,
        frozen_in=frozen,
    )
