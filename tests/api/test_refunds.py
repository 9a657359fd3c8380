"""Returning received money by program: once, at most what arrived, and by whom it was received."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from okpay.kernel.ids import encode, new_uuid
from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


@pytest.fixture
def alice(holder: Made, fund: Fund) -> Holder:
    made = holder("Alice Wong")
    fund(made, "50.00")
    return made


@pytest.fixture
def bob(holder: Made) -> Holder:
    return holder("Bob Li")


@pytest.fixture
def paid(api: Api, alice: Holder, bob: Holder) -> str:
    """The number of a payment of 20.00 from Alice to Bob."""
    body = {"payee": {"email": bob.email}, "amount": "20.00", "currency": "CNY"}
    made = api.send("POST", "/v1/transfers", who=alice, key=str(new_uuid()), body=body)
    return str(made.json()["id"])


def give_back(
    api: Api, who: Holder, number: str, amount: object = "5.00", **more: str
) -> httpx.Response:
    key, currency = more.pop("key", str(new_uuid())), more.pop("currency", "CNY")
    body = {"amount": amount, "currency": currency, **more}
    return api.send("POST", f"/v1/transfers/{number}/refunds", who=who, key=key, body=body)


def test_a_part_and_then_the_rest_go_back(api: Api, alice: Holder, bob: Holder, paid: str) -> None:
    part = give_back(api, bob, paid, "5.00", memo="One was missing")
    rest = give_back(api, bob, paid, "15.00")
    shown = part.json()
    assert (part.status_code, rest.status_code) == (201, 201)
    assert (shown["payment"], shown["status"], shown["direction"]) == (paid, "completed", "out")
    assert (shown["payee"]["id"], shown["payer"]) == (alice.public_id, None)
    assert (shown["memo"], shown["balance_after"]["amount"]) == ("One was missing", "15.00")
    assert (available(api, alice), available(api, bob)) == ("50.00", "0.00")
    listed = api.send("GET", f"/v1/transfers/{paid}/refunds", who=alice).json()["data"]
    assert [(one["id"], one["direction"]) for one in listed] == [
        (rest.json()["id"], "in"), (shown["id"], "in"),
    ]  # fmt: skip
    read = api.send("GET", f"/v1/refunds/{shown['id']}", who=bob)
    assert read.json() == {**shown, "balance_after": read.json()["balance_after"]}


def test_b1_the_same_key_returns_once_and_answers_again(
    api: Api, alice: Holder, bob: Holder, paid: str
) -> None:
    first = give_back(api, bob, paid, "20.00", key="k")
    again = give_back(api, bob, paid, "20.00", key="k")
    other = give_back(api, bob, paid, "19.00", key="k")
    assert (first.json()["id"], again.headers["idempotent-replayed"]) == (
        again.json()["id"], "true",
    )  # fmt: skip
    assert code_of(other) == (422, "idempotency_key_reused")
    assert available(api, alice) == "50.00"


def test_a8_twenty_refunds_at_once_give_back_what_arrived(
    api: Api, alice: Holder, bob: Holder, paid: str
) -> None:
    body = {"amount": "3.00", "currency": "CNY"}
    path = f"/v1/transfers/{paid}/refunds"
    answers = api.together([("POST", path, bob, f"r{n}", body) for n in range(20)])
    done = [one for one in answers if one.status_code == 201]
    assert len(done) == 6
    assert {code_of(one)[1] for one in answers if one.status_code != 201} <= {
        "refund_too_large", "insufficient_funds",
    }  # fmt: skip
    assert (available(api, alice), available(api, bob)) == ("48.00", "2.00")


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("20.01", "CNY", (422, "refund_too_large")),
        ("0.00", "CNY", (400, "invalid_amount")),
        ("-1.00", "CNY", (400, "invalid_amount")),
        ("1.001", "CNY", (400, "invalid_amount")),
        (1, "CNY", (400, "invalid_request")),
        ("1.00", "USD", (422, "currency_mismatch")),
        ("1.00", "XXX", (400, "currency_not_supported")),
    ],
)
def test_c1_c3_an_amount_that_cannot_go_back_is_refused(  # noqa: PLR0917 — cases and fixtures
    api: Api, bob: Holder, paid: str, amount: object, currency: str, code: tuple[int, str]
) -> None:
    assert code_of(give_back(api, bob, paid, amount, currency=currency)) == code
    assert available(api, bob) == "20.00"


def test_g1_a_payment_of_others_is_not_there(
    api: Api, alice: Holder, bob: Holder, holder: Made, paid: str
) -> None:
    nothing = (404, "transfer_not_found")
    mallory = holder()
    tried = [give_back(api, mallory, paid), give_back(api, alice, paid)]
    tried.append(give_back(api, bob, encode("trf", new_uuid())))
    tried.append(api.send("GET", f"/v1/transfers/{paid}/refunds", who=mallory))
    assert [code_of(one) for one in tried] == [nothing] * 4
    refund = give_back(api, bob, paid).json()["id"]
    assert code_of(api.send("GET", f"/v1/refunds/{refund}", who=mallory))[0] == 404


def test_d9_a_refund_is_not_returned(api: Api, alice: Holder, bob: Holder, paid: str) -> None:
    refund = give_back(api, bob, paid, "20.00").json()["id"]
    as_transfer = "trf_" + refund.removeprefix("rfd_")
    assert code_of(give_back(api, alice, as_transfer)) == (409, "not_refundable")
    assert available(api, alice) == "50.00"


def test_d5_money_that_was_spent_is_not_returned(
    api: Api, alice: Holder, bob: Holder, paid: str
) -> None:
    body = {"payee": {"email": alice.email}, "amount": "15.00", "currency": "CNY"}
    api.send("POST", "/v1/transfers", who=bob, key="spent", body=body)
    refused = give_back(api, bob, paid, "20.00")
    assert code_of(refused) == (422, "insufficient_funds")
    assert available(api, bob) == "5.00"


def test_g6_a_token_that_only_reads_returns_nothing(
    api: Api, holder: Made, fund: Fund, bob: Holder, paid: str
) -> None:
    reader = holder(scopes=["transfers:read"])
    assert code_of(give_back(api, reader, paid)) == (403, "scope_missing")
    assert available(api, bob) == "20.00"


def test_the_list_is_read_in_pages(api: Api, bob: Holder, paid: str) -> None:
    made = [give_back(api, bob, paid, "1.00").json()["id"] for _ in range(3)]
    path = f"/v1/transfers/{paid}/refunds?limit=2"
    first = api.send("GET", path, who=bob).json()
    second = api.send("GET", f"{path}&cursor={first['next_cursor']}", who=bob).json()
    assert [one["id"] for page in (first, second) for one in page["data"]] == made[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_records_name_the_refund_on_both_sides(
    api: Api, alice: Holder, bob: Holder, paid: str
) -> None:
    number = give_back(api, bob, paid).json()["id"]
    for who, way in ((alice, "in"), (bob, "out")):
        newest = api.send("GET", "/v1/records?kind=refund", who=who).json()["data"][0]
        assert (newest["id"], newest["type"], newest["direction"]) == (number, "refund", way)
