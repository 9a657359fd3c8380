"""What is not known yet: accepted, never refused, and resolved by the same key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Api, Holder, available

Made = Callable[..., Holder]
Fund = Callable[..., None]


class Silent:
    """An engine that does what it is asked and loses the answer."""

    def __init__(self, engine: Any, *, does: bool) -> None:
        self._engine = engine
        self._does = does

    def run(self, command: Any) -> Any:
        from okpay.payments.engine.commands import UNKNOWN

        if self._does:
            self._engine.run(command)
        return UNKNOWN


def silence(patch: pytest.MonkeyPatch, place: str, *, does: bool) -> None:
    from okpay.payments.engine.access import engine

    silent = Silent(engine(), does=does)
    patch.setattr(f"{place}.engine", lambda: silent)


def read(answer: httpx.Response) -> dict[str, Any]:
    """The body of a 202, after checking its form; what differs from call to call is left out."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (202, "application/json")
    assert (answer.headers["retry-after"], answer.headers["content-language"]) == ("2", "en")
    assert body.pop("request_id") == answer.headers["request-id"]
    assert body.pop("doc_url").endswith("/help/codes/outcome_unknown")
    assert body.pop("remedy")["url"].endswith("/records")
    return body


SAID = {
    "status": "unknown",
    "code": "outcome_unknown",
    "title": "We are checking this payment",
    "detail": (
        "We do not know the outcome yet. Ask again with the same key; it is done at most once."
    ),
}


@pytest.fixture
def waiting(api: Api, holder: Made, fund: Fund) -> tuple[Holder, str]:
    """Somebody, and the address of a transfer of theirs that waits."""
    alice = holder()
    fund(alice, "50.00")
    body = {
        "payee": {"email": f"no-{alice.email}"},
        "amount": "5.00",
        "currency": "CNY",
        "on_unknown_payee": "invite",
    }
    made = api.send("POST", "/v1/transfers", who=alice, key="w", body=body).json()
    return alice, f"/v1/transfers/{made['id']}"


@pytest.mark.parametrize("does", [True, False])
def test_b5_an_end_whose_answer_was_lost_is_unknown_and_then_done_once(
    api: Api, waiting: tuple[Holder, str], monkeypatch: pytest.MonkeyPatch, *, does: bool
) -> None:
    alice, path = waiting
    silence(monkeypatch, "okpay.payments.operations.transfers", does=does)
    lost = api.send("POST", f"{path}/cancel", who=alice, key="c")
    assert read(lost) == SAID
    assert available(api, alice) == ("50.00" if does else "45.00")
    monkeypatch.undo()
    again = api.send("POST", f"{path}/cancel", who=alice, key="c")
    assert (again.status_code, again.json()["status"]) == (200, "canceled")
    assert again.headers.get("idempotent-replayed") == ("true" if does else None)
    assert available(api, alice) == "50.00"


@pytest.mark.parametrize("does", [True, False])
def test_b5_a_quoted_payment_whose_answer_was_lost_is_unknown_and_then_done_once(
    api: Api, holder: Made, fund: Fund, monkeypatch: pytest.MonkeyPatch, *, does: bool
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    body = {"payee": {"email": bob.email}, "amount": "5.00", "currency": "CNY"}
    body["quote"] = api.send("POST", "/v1/quotes", who=alice, body=body).json()["quote"]
    silence(monkeypatch, "okpay.payments.operations.letting_go", does=does)
    assert read(api.send("POST", "/v1/transfers", who=alice, key="q", body=body)) == SAID
    monkeypatch.undo()
    again = api.send("POST", "/v1/transfers", who=alice, key="q", body=body)
    assert (again.status_code, again.json()["status"]) == (201, "completed")
    assert (available(api, alice), available(api, bob)) == ("45.00", "5.00")


def test_b5_the_hot_route_says_it_in_the_same_form(
    api: Api, holder: Made, fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.api import hot
    from okpay.payments.engine.commands import UNKNOWN, Outcome, Send

    async def lost(_command: Send) -> Outcome:
        return UNKNOWN

    alice, bob = holder(), holder()
    fund(alice, "50.00")
    body = {"payee": {"email": bob.email}, "amount": "5.00", "currency": "CNY"}
    monkeypatch.setattr(hot, "_settled", lost)
    assert read(api.send("POST", "/v1/transfers", who=alice, key="h", body=body)) == SAID
    monkeypatch.undo()
    assert api.send("POST", "/v1/transfers", who=alice, key="h", body=body).status_code == 201


def test_only_what_the_engine_decides_is_documented_as_perhaps_unknown(api: Api) -> None:
    document = api.send("GET", "/openapi.json").json()
    found = {
        (path, method): operation["responses"]["202"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "202" in operation["responses"]
    }
    ends = {(f"/v1/transfers/{{id}}/{way}", "post") for way in ("cancel", "claim", "decline")}
    moving = {("/v1/transfers", "post"), *ends}
    shape = {"schema": {"$ref": "#/components/schemas/UnknownShown"}}
    assert {place: found[place]["content"] for place in moving} == {
        place: {"application/json": shape} for place in moving
    }
    assert all("Retry-After" in found[place]["headers"] for place in moving)
    assert not any(path.endswith(("records", "topups", "payees")) for path, _ in found)
