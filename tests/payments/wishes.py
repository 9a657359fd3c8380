"""Commands for the engine, with everything filled in that a test does not care about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from okpay.kernel.ids import new_uuid
from okpay.kernel.money import ASSETS
from okpay.payments.engine.commands import Flag, Resolve, Send, TopUp, Way
from okpay.payments.prints import fingerprint_of

CNY = ASSETS["CNY"].number
Who = UUID | str


def send(payer: Who, payee: Who, minor: int, *, key: str = "", **more: Any) -> Send:
    """Pay a person (an id), or an alias (with an @ or a +). A retry is the same `key` again."""
    alias = str(payee) if set("@+") & set(str(payee)) else ""
    asset = more.pop("asset", CNY)
    more.setdefault("record", str(new_uuid()))
    return Send(
        endpoint=more.pop("endpoint", "transfers"),
        client_key=key or str(new_uuid()),
        fingerprint=more.pop("fingerprint", fingerprint_of((str(payee), minor, asset))),
        owner=str(payer),
        asset=asset,
        amount=minor,
        payee="" if alias else str(payee),
        alias=alias,
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


def resolve(record: Who, way: Way, by: Who = "", *, key: str = "") -> Resolve:
    """End a pending transfer; `by` is empty for the system."""
    return Resolve(
        endpoint=f"transfers.{way}",
        client_key=key or str(new_uuid()),
        fingerprint=fingerprint_of((str(record), way)),
        owner=str(by),
        record=str(record),
        way=way,
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
