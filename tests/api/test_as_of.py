"""Balances at a past moment, over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from okpay.kernel import clock
from tests.api.conftest import Api, Holder, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


def _then(api: Api, who: Holder, at: datetime) -> dict[str, Any]:
    answer = api.send("GET", f"/v1/balances?as_of={quote(at.isoformat())}", who=who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_past_balance_is_what_was_there(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder("Alice Wong"), holder("Bob Li")
    before = clock.now()
    fund(alice, "100.00")
    between = clock.now()
    body = {"payee": {"email": bob.email}, "amount": "36.50", "currency": "CNY", "memo": ""}
    assert api.send("POST", "/v1/transfers", who=alice, key="k", body=body).status_code == 201
    after = clock.now()
    found = [_then(api, alice, at) for at in (before, between, after)]
    assert [one["data"][0]["posted"]["amount"] for one in found] == ["0.00", "100.00", "63.50"]
    assert [one["data"][0]["outgoing_left_today"] for one in found] == [None] * 3
    assert datetime.fromisoformat(found[1]["as_of"]) == between
    assert _then(api, bob, between)["data"][0]["posted"]["amount"] == "0.00"
    now = api.send("GET", "/v1/balances", who=alice).json()
    assert now["as_of"] is None
    assert now["data"][0]["posted"] == found[2]["data"][0]["posted"]


def test_held_money_is_shown_as_it_was_held(api: Api, holder: Made, fund: Fund) -> None:
    alice = holder("Alice Wong")
    fund(alice, "100.00")
    body = {
        "payee": {"email": "later@people.example"}, "amount": "20.00", "currency": "CNY",
        "memo": "", "on_unknown_payee": "invite",
    }  # fmt: skip
    made = api.send("POST", "/v1/transfers", who=alice, key="k", body=body)
    assert made.status_code == 201, made.text
    waiting = clock.now()
    number = made.json()["id"]
    assert api.send("POST", f"/v1/transfers/{number}/cancel", who=alice, key="c").status_code == 200
    (then,) = _then(api, alice, waiting)["data"]
    assert [then[name]["amount"] for name in ("posted", "held", "available")] == [
        "100.00", "20.00", "80.00",
    ]  # fmt: skip
    (later,) = _then(api, alice, clock.now())["data"]
    assert later["held"]["amount"] == "0.00"


def test_the_future_and_what_is_no_moment_are_refused(api: Api, holder: Made) -> None:
    alice = holder("Alice Wong")
    future = quote((clock.now() + timedelta(hours=1)).isoformat())
    answer = api.send("GET", f"/v1/balances?as_of={future}", who=alice)
    assert code_of(answer) == (400, "moment_in_future")
    for wrong in ("yesterday", "2026-11-21", "2026-11-21T00:00:00", "1700000000", ""):
        answer = api.send("GET", f"/v1/balances?as_of={wrong}", who=alice)
        assert code_of(answer) == (400, "invalid_request"), wrong


def test_the_first_and_the_last_moment_of_the_calendar_are_answered(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice = holder("Alice Wong")
    fund(alice, "1.00")
    for text, status in (("0001-01-01T00:00:00Z", 200), ("9999-12-31T23:59:59Z", 400)):
        answer = api.send("GET", f"/v1/balances?as_of={text}", who=alice)
        assert answer.status_code == status, answer.text


def test_g1_nobody_reads_another_ones_past(api: Api, holder: Made, fund: Fund) -> None:
    alice, eve = holder("Alice Wong"), holder("Eve Zhou")
    fund(alice, "100.00")
    assert _then(api, eve, clock.now())["data"] == []
    assert api.send("GET", "/v1/balances?as_of=2020-01-01T00:00:00Z").status_code == 401
