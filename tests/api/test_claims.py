"""Money that waits: whom it does not concern cannot tell it from money that never was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from okpay.kernel.ids import encode, new_uuid
from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]
ACTS = ("claim", "decline", "cancel")


@pytest.fixture
def sent(api: Api, holder: Made, fund: Fund) -> tuple[Holder, str]:
    """Somebody, and a transfer of theirs that waits for an address of nobody."""
    alice = holder()
    fund(alice, "50.00")
    body = {
        "payee": {"email": f"no-{alice.email}"},
        "amount": "5.00",
        "currency": "CNY",
        "on_unknown_payee": "invite",
    }
    made = api.send("POST", "/v1/transfers", who=alice, key="w", body=body)
    return alice, made.json()["id"]


def tried(api: Api, who: Holder, number: str) -> list[tuple[int, str]]:
    return [
        code_of(api.send("POST", f"/v1/transfers/{number}/{act}", who=who, key=f"{act}{number}"))
        for act in ACTS
    ]


def test_g1_a_stranger_cannot_tell_a_waiting_transfer_from_none(
    api: Api, holder: Made, sent: tuple[Holder, str]
) -> None:
    alice, number = sent
    mallory = holder()
    nothing = [(404, "transfer_not_found")] * 3
    assert tried(api, mallory, number) == nothing
    assert tried(api, mallory, encode("trf", new_uuid())) == nothing
    assert available(api, alice) == "45.00"


def test_g1_nor_one_that_is_over(api: Api, holder: Made, sent: tuple[Holder, str]) -> None:
    alice, number = sent
    ended = api.send("POST", f"/v1/transfers/{number}/cancel", who=alice, key="c")
    assert ended.status_code == 200
    assert tried(api, holder(), number) == [(404, "transfer_not_found")] * 3


def test_g1_nor_one_that_arrived(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    body = {"payee": {"email": bob.email}, "amount": "5.00", "currency": "CNY"}
    number = api.send("POST", "/v1/transfers", who=alice, key="a", body=body).json()["id"]
    assert tried(api, holder(), number) == [(404, "transfer_not_found")] * 3
    assert (available(api, alice), available(api, bob)) == ("45.00", "5.00")
