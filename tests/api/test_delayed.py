"""Delayed arrival over HTTP: shown, taken back, let arrive, repeated; without it all is as was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]
HOURS = {"2h": 2, "24h": 24}


@pytest.fixture
def pair(holder: Made, fund: Fund) -> tuple[Holder, Holder]:
    alice = holder()
    fund(alice, "100.00")
    return alice, holder("Bob Li")


def wish(to: Holder, **more: Any) -> dict[str, Any]:
    return {"payee": {"email": to.email}, "amount": "30.00", "currency": "CNY", **more}


def pay(api: Api, who: Holder, body: object, key: str = "k1") -> Any:
    return api.send("POST", "/v1/transfers", who=who, key=key, body=body)


def read(api: Api, who: Holder, transfer: str) -> Any:
    return api.send("GET", f"/v1/transfers/{transfer}", who=who).json()


@pytest.mark.parametrize("arrives", sorted(HOURS))
def test_it_waits_is_shown_and_is_taken_back(
    api: Api, pair: tuple[Holder, Holder], arrives: str
) -> None:
    alice, bob = pair
    made = pay(api, alice, wish(bob, arrives=arrives))
    body = made.json()
    assert (made.status_code, body["status"], body["completed_at"]) == (201, "pending", None)
    assert body["pending"] == {"reason": "delayed", "deadline": body["arrives_at"]}
    took = datetime.fromisoformat(body["arrives_at"]) - datetime.fromisoformat(body["created_at"])
    assert took == timedelta(hours=HOURS[arrives])
    for who in pair:
        shown = read(api, who, body["id"])
        assert (shown["status"], shown["arrives_at"]) == ("pending", body["arrives_at"])
    assert (available(api, alice), available(api, bob)) == ("70.00", "0.00")
    canceled = api.send("POST", f"/v1/transfers/{body['id']}/cancel", who=alice, key="c1")
    again = api.send("POST", f"/v1/transfers/{body['id']}/cancel", who=alice, key="c1")
    assert (canceled.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert (canceled.json()["status"], canceled.json()["arrives_at"]) == ("canceled", None)
    assert (available(api, alice), available(api, bob)) == ("100.00", "0.00")


def test_it_arrives_at_its_time_and_cannot_be_taken_back_then(
    api: Api, pair: tuple[Holder, Holder], owner_connection: psycopg.Connection
) -> None:
    from okpay.kernel.actor import SYSTEM
    from okpay.kernel.ids import decode
    from okpay.payments import operations

    alice, bob = pair
    transfer = pay(api, alice, wish(bob, arrives="2h")).json()["id"]
    record = decode(transfer, "trf")
    owner_connection.execute(
        "UPDATE ledger_hold SET deadline = now() - interval '1 second' WHERE id = %s", [record]
    )
    operations.release_transfer(actor=SYSTEM, record_id=record)
    shown = read(api, alice, transfer)
    assert (shown["status"], shown["arrives_at"], shown["pending"]) == ("completed", None, None)
    late = api.send("POST", f"/v1/transfers/{transfer}/cancel", who=alice, key="c1")
    assert code_of(late) == (409, "transfer_not_pending")
    assert (available(api, alice), available(api, bob)) == ("70.00", "30.00")


def test_b_the_same_key_is_the_same_transfer_and_another_arrival_is_another_body(
    api: Api, pair: tuple[Holder, Holder]
) -> None:
    alice, bob = pair
    first, again = (pay(api, alice, wish(bob, arrives="24h")) for _ in range(2))
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.json() == first.json()
    for other in ({"arrives": "2h"}, {}):
        assert code_of(pay(api, alice, wish(bob, **other))) == (422, "idempotency_key_reused")
    assert available(api, alice) == "70.00"


def test_a_quote_is_paid_later_too(api: Api, pair: tuple[Holder, Holder]) -> None:
    alice, bob = pair
    quote = api.send("POST", "/v1/quotes", who=alice, body=wish(bob)).json()["quote"]
    made = pay(api, alice, wish(bob, quote=quote, arrives="2h")).json()
    assert (made["status"], made["pending"]["reason"]) == ("pending", "delayed")


@pytest.mark.parametrize("arrives", ["", "1h", "later", 7200, None, "2H"])
def test_another_arrival_is_refused(api: Api, pair: tuple[Holder, Holder], arrives: object) -> None:
    alice, bob = pair
    assert code_of(pay(api, alice, wish(bob, arrives=arrives))) == (400, "invalid_request")
    assert available(api, alice) == "100.00"


def test_money_for_an_address_of_nobody_waits_to_be_claimed(
    api: Api, pair: tuple[Holder, Holder]
) -> None:
    alice, bob = pair
    body = wish(bob, arrives="2h", on_unknown_payee="invite")
    made = pay(api, alice, body | {"payee": {"email": f"nobody.{bob.email}"}}).json()
    assert (made["pending"]["reason"], made["arrives_at"]) == ("payee_unregistered", None)


def test_without_it_nothing_is_otherwise_than_before(api: Api, pair: tuple[Holder, Holder]) -> None:
    """A key that was used before the field was there still means the same request."""
    import msgspec

    from okpay.api.schemas.transfers import NewTransfer
    from okpay.payments.prints import fingerprint_of

    alice, bob = pair
    names = [one for one in NewTransfer.__struct_fields__ if one != "arrives"]
    given = msgspec.convert(wish(bob), NewTransfer)
    before = msgspec.defstruct("Before", names)(*(getattr(given, one) for one in names))
    assert fingerprint_of(given) == fingerprint_of(before)
    made = pay(api, alice, wish(bob)).json()
    assert (made["status"], made["arrives_at"]) == ("completed", None)
    now = pay(api, alice, wish(bob, arrives="now"), "k2").json()
    assert (now["status"], now["arrives_at"]) == ("completed", None)
