"""POST /v1/transfers on the engine: done once, refused with reasons, never half."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


def wish(to: Holder, amount: str = "36.50", **more: Any) -> dict[str, Any]:
    return {"payee": {"email": to.email}, "amount": amount, "currency": "CNY", **more}


def pay(api: Api, who: Holder, body: object, key: str = "k1") -> Any:
    return api.send("POST", "/v1/transfers", who=who, key=key, body=body)


def test_a_transfer_moves_money_at_once(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder("Alice Wong"), holder("Bob Li")
    fund(alice, "100.00")
    answer = pay(api, alice, wish(bob, memo="Lunch"))
    assert answer.status_code == 201
    body = answer.json()
    assert body["id"].startswith("trf_")
    assert {name: body[name] for name in ("type", "status", "direction", "memo", "pending")} == {
        "type": "transfer",
        "status": "completed",
        "direction": "out",
        "memo": "Lunch",
        "pending": None,
    }
    assert body["amount"] == {"amount": "36.50", "currency": "CNY"}
    assert body["payee"] == {"id": bob.public_id, "name_masked": "B*b *i"}
    assert body["balance_after"] == {"amount": "63.50", "currency": "CNY"}
    assert (available(api, alice), available(api, bob)) == ("63.50", "36.50")
    read = api.send("GET", f"/v1/transfers/{body['id']}", who=alice)
    assert read.json() == body
    theirs = api.send("GET", f"/v1/transfers/{body['id']}", who=bob).json()
    assert (theirs["direction"], theirs["payer"]["id"]) == ("in", alice.public_id)


@pytest.mark.parametrize("by", ["email", "phone", "id"])
def test_a_payee_is_named_in_three_ways(api: Api, holder: Made, fund: Fund, by: str) -> None:
    alice, bob = holder(), holder()
    fund(alice, "5.00")
    name = {"email": bob.email.upper(), "phone": bob.phone, "id": bob.public_id}[by]
    answer = pay(api, alice, {"payee": {by: name}, "amount": "5", "currency": "CNY"})
    assert answer.status_code == 201
    assert answer.json()["payee"]["id"] == bob.public_id


def test_b1_the_same_key_20_times_at_once_pays_once(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "1000.00")
    call = ("POST", "/v1/transfers", alice, "same", wish(bob, "10.00"))
    answers = api.together([call] * 20)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replays = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert sorted(replays, key=str) == [None] + ["true"] * 19
    assert available(api, alice) == "990.00"
    assert len(api.send("GET", "/v1/transfers", who=alice).json()["data"]) == 1


@pytest.mark.parametrize(
    "change",
    [{"amount": "10.01"}, {"currency": "USD"}, {"memo": "x"}, {"on_unknown_payee": "invite"}],
)
def test_b2_the_same_key_for_another_body_does_nothing(
    api: Api, holder: Made, fund: Fund, change: dict[str, str]
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "100.00")
    first = wish(bob, "10.00")
    assert pay(api, alice, first).status_code == 201
    answer = pay(api, alice, {**first, **change})
    assert code_of(answer) == (422, "idempotency_key_reused")
    assert available(api, alice) == "90.00"


def test_b2_a_key_belongs_to_its_endpoint(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "100.00")
    body = {**wish(bob), "payee": {"email": f"nobody-{bob.email}"}, "on_unknown_payee": "invite"}
    made = pay(api, alice, body, key="one-for-two").json()
    path = f"/v1/transfers/{made['id']}/cancel"
    ended = api.send("POST", path, who=alice, key="one-for-two")
    assert (ended.status_code, ended.json()["status"]) == (200, "canceled")


def test_b3_keys_of_two_people_do_not_meet(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob, carol = holder(), holder(), holder()
    fund(alice, "10.00")
    fund(bob, "10.00")
    first = pay(api, alice, wish(carol, "3.00"), key="shared")
    second = pay(api, bob, wish(carol, "4.00"), key="shared")
    assert (first.status_code, second.status_code) == (201, 201)
    assert "idempotent-replayed" not in second.headers
    assert available(api, carol) == "7.00"


def test_b5_a_lost_answer_is_asked_for_again(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    first = pay(api, alice, wish(bob, "20.00"))
    again = pay(api, alice, wish(bob, "20.00"))
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert available(api, alice) == "30.00"


def test_b7_a_corrected_request_may_use_the_same_key(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    assert code_of(pay(api, alice, wish(bob, "20.001")))[0] == 400
    assert code_of(pay(api, alice, {**wish(bob), "extra": 1}))[0] == 400
    assert pay(api, alice, wish(bob, "20.00")).status_code == 201
    assert available(api, alice) == "30.00"


def test_b9_a_key_of_last_month_is_still_known(api: Api, holder: Made, fund: Fund) -> None:
    import psycopg
    from django.conf import settings

    alice, bob = holder(), holder()
    fund(alice, "50.00")
    first = pay(api, alice, wish(bob, "20.00"), key="old")
    with psycopg.connect(settings.OKPAY_DATABASE_URL, autocommit=True) as connection:
        connection.execute("UPDATE payments_answer SET at = at - interval '31 days'")
    again = pay(api, alice, wish(bob, "20.00"), key="old")
    assert again.content == first.content
    assert available(api, alice) == "30.00"


@pytest.mark.parametrize("key", [None, "", " ", "k" * 256, "sch\u00f6n"])
def test_b17_without_a_good_key_nothing_moves(
    api: Api, holder: Made, fund: Fund, key: str | None
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    headers = {} if key is None else {"idempotency-key": key.encode("latin-1")}
    answer = api.send("POST", "/v1/transfers", who=alice, body=wish(bob), headers=headers)
    assert code_of(answer) == (400, "idempotency_key_required")
    assert available(api, alice) == "50.00"


AMOUNTS = [
    *("-1", "0", "-0", "-0.00", "0.00"),  # C1
    *("1e3", "1E-2", "0x10", " 1", "1 ", "１００", "1,000", "1.000,00", "NaN", "Infinity"),  # C2
    *("+1", "01", ".5", "1.", "1_000", "٣", ""),
    *("0.001", "36.505"),  # C3
    *(str(2**63) + "0" * 30, "9" * 10_000, "1" + "0" * 40),  # C4
]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_c1_c2_c3_c4_no_amount_is_repaired(api: Api, holder: Made, fund: Fund, amount: str) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    assert code_of(pay(api, alice, wish(bob, amount))) == (400, "invalid_amount")
    assert available(api, alice) == "50.00"


@pytest.mark.parametrize(
    "raw", ["36.50", "36", "1e3", "null", "[]", "true", "NaN", "Infinity", '{"amount":"1"}']
)
def test_c2_an_amount_is_a_text_and_nothing_else(
    api: Api, holder: Made, fund: Fund, raw: str
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    body = f'{{"payee": {{"email": "{bob.email}"}}, "amount": {raw}, "currency": "CNY"}}'
    answer = api.send("POST", "/v1/transfers", who=alice, key="k", raw=body.encode())
    assert code_of(answer)[0] == 400
    assert answer.json()["code"] in {"invalid_request", "invalid_json"}
    assert available(api, alice) == "50.00"


def test_c4_a_large_amount_is_refused_by_the_balance_not_by_an_overflow(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    for amount in (str(2**63 - 1), str(2**63), "9" * 25):
        answer = pay(api, alice, wish(bob, amount), key=amount)
        assert answer.status_code == 422
        assert answer.json()["code"] in {"limit_exceeded", "insufficient_funds"}
    assert available(api, alice) == "50.00"


@pytest.mark.parametrize("currency", ["XXX", "cny", "CNY ", "", "GBP", "156", "ＣＮＹ"])
def test_c15_only_exact_codes_of_currencies(
    api: Api, holder: Made, fund: Fund, currency: str
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    answer = pay(api, alice, {**wish(bob), "currency": currency})
    assert code_of(answer) == (400, "currency_not_supported")
    assert answer.json()["param"] == "currency"


@pytest.mark.parametrize(
    "amounts",
    [
        ("JPY", "100", "1.5", "15"),
        ("KWD", "5.000", "1.2345", "1.234"),
        ("ETH", "1", "0.0" + "1" * 18, "0.0" + "1" * 17),
    ],
)
def test_c3_each_currency_has_its_own_decimals(
    api: Api, holder: Made, fund: Fund, amounts: tuple[str, str, str, str]
) -> None:
    alice, bob = holder(), holder()
    currency, funds, bad, good = amounts
    fund(alice, funds, currency)
    body = {**wish(bob), "currency": currency}
    assert code_of(pay(api, alice, {**body, "amount": bad})) == (400, "invalid_amount")
    answer = pay(api, alice, {**body, "amount": good})
    assert answer.status_code == 201
    assert answer.json()["amount"] == {"amount": good, "currency": currency}


@pytest.mark.parametrize(
    "extra",
    [
        *({"payer": "cus_x"}, {"source": "acc_1"}, {"fee": "0.00"}, {"status": "completed"}),
        *({"created_at": "2020-01-01T00:00:00Z"}, {"Amount": "1.00"}, {"__proto__": {"a": 1}}),
        *({"is_staff": True}, {"balance": "1"}, {"owner_id": "cus_1"}, {"id": "trf_1"}),
    ],
)
def test_g2_g3_g9_unknown_fields_are_refused(
    api: Api, holder: Made, fund: Fund, extra: dict[str, Any]
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    answer = pay(api, alice, {**wish(bob), **extra})
    assert code_of(answer) == (400, "extra_forbidden")
    assert answer.json()["errors"][0]["pointer"] == "/" + next(iter(extra))
    nested = pay(api, alice, {**wish(bob), "payee": {"email": bob.email, **extra}})
    assert nested.status_code == 400
    assert available(api, alice) == "50.00"


def test_json_with_a_name_twice_is_refused(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    body = f'{{"payee":{{"email":"{bob.email}"}},"amount":"1.00","amount":"9.00","currency":"CNY"}}'
    answer = api.send("POST", "/v1/transfers", who=alice, key="k", raw=body.encode())
    assert code_of(answer) == (400, "invalid_json")
    assert available(api, alice) == "50.00"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_h10_only_declared_json_is_read(api: Api, holder: Made, fund: Fund, kind: str) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    headers = {"content-type": kind}
    answer = api.send("POST", "/v1/transfers", who=alice, key="k", body=wish(bob), headers=headers)
    assert code_of(answer) == (415, "unsupported_media_type")
    assert available(api, alice) == "50.00"


def test_a_body_beyond_the_limit_is_refused(api: Api, holder: Made) -> None:
    answer = pay(api, holder(), {"payee": {"email": "x" * 20_000}})
    assert code_of(answer) == (413, "body_too_large")


def test_too_little_money_is_refused_with_what_is_missing(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "24.00")
    answer = pay(api, alice, wish(bob))
    assert code_of(answer) == (422, "insufficient_funds")
    body = answer.json()
    assert body["params"] == {"short": "12.50", "currency": "CNY"}
    assert "12.50" in body["detail"]
    assert body["param"] == "amount"
    assert available(api, alice) == "24.00"
    assert available(api, bob) in {None, "0.00"}


def test_an_unknown_payee_is_refused_or_invited(api: Api, holder: Made, fund: Fund) -> None:
    alice = holder()
    fund(alice, "50.00")
    stranger = {"payee": {"email": f"x-{alice.email}"}, "amount": "5.00", "currency": "CNY"}
    answer = pay(api, alice, stranger)
    assert code_of(answer) == (422, "payee_not_found")
    assert answer.json()["param"] == "payee"
    held = pay(api, alice, {**stranger, "on_unknown_payee": "invite"}, key="k2").json()
    assert (held["status"], held["pending"]["reason"]) == ("pending", "payee_unregistered")
    assert available(api, alice) == "45.00"
    path = f"/v1/transfers/{held['id']}/cancel"
    ended = api.send("POST", path, who=alice, key="c1")
    assert (ended.status_code, ended.json()["status"]) == (200, "canceled")
    again = api.send("POST", path, who=alice, key="c1")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == ended.content
    other = api.send("POST", path, who=alice, key="c2")
    assert code_of(other) == (409, "transfer_not_pending")
    assert available(api, alice) == "50.00"


def test_g12_a_freeze_ends_the_token_and_nothing_is_paid(
    api: Api, holder: Made, fund: Fund
) -> None:
    from okpay.kernel import clock
    from okpay.kernel.actor import SYSTEM
    from okpay.payments.operations import freeze_person
    from okpay.wallets.queries import balances

    alice, bob = holder(), holder()
    fund(alice, "50.00")
    freeze_person(actor=SYSTEM, person_id=alice.id, reason="test", now=clock.now())
    assert code_of(pay(api, alice, wish(bob))) == (401, "unauthenticated")
    assert [one.available.decimal_string() for one in balances(alice.id)] == ["50.00"]


def test_a_frozen_payee_makes_it_wait(api: Api, holder: Made, fund: Fund) -> None:
    from okpay.kernel import clock
    from okpay.kernel.actor import SYSTEM
    from okpay.payments.operations import freeze_person

    alice, bob = holder(), holder()
    fund(alice, "50.00")
    freeze_person(actor=SYSTEM, person_id=bob.id, reason="test", now=clock.now())
    body = pay(api, alice, wish(bob)).json()
    assert (body["status"], body["pending"]["reason"]) == ("pending", "payee_frozen")


def test_tokens_without_the_scope_pay_nothing(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(scopes=["wallet:read", "transfers:read"]), holder()
    fund(alice, "50.00")
    assert code_of(pay(api, alice, wish(bob))) == (403, "scope_missing")
    assert code_of(api.send("POST", "/v1/transfers", key="k", body=wish(bob)))[0] == 401
    assert available(api, alice) == "50.00"


def test_a_card_number_in_a_note_does_not_stay(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    body = pay(api, alice, wish(bob, memo="card 4242424242424242")).json()
    assert "4242424242424242" not in body["memo"]


def test_a_quote_binds_what_is_paid_and_pays_once(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder("Bob Li")
    fund(alice, "50.00")
    asked = api.send("POST", "/v1/quotes", who=alice, body=wish(bob, "5.00", memo="Tea"))
    quote = asked.json()
    assert (quote["payee"]["name_masked"], quote["first_time"]) == ("B*b *i", True)
    body = {**wish(bob, "5.00"), "quote": quote["quote"]}
    changed = pay(api, alice, {**body, "amount": "5.01"}, key="q0")
    assert code_of(changed) == (409, "confirmation_void")
    first = pay(api, alice, body, key="q1")
    assert (first.status_code, first.json()["memo"]) == (201, "Tea")
    for key in ("q1", "q2"):
        again = pay(api, alice, body, key=key)
        assert again.json()["id"] == first.json()["id"]
        assert again.headers["idempotent-replayed"] == "true"
    assert code_of(pay(api, alice, wish(bob, "6.00") | {"quote": quote["quote"]}, key="q1")) == (
        422,
        "idempotency_key_reused",
    )
    stolen = pay(api, bob, {**wish(alice, "5.00"), "quote": quote["quote"]}, key="q9")
    assert code_of(stolen) == (409, "quote_expired")
    assert available(api, alice) == "45.00"


def test_b2_one_key_with_and_without_a_quote_is_one_payment(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    plain = wish(bob, "5.00")
    quote = api.send("POST", "/v1/quotes", who=alice, body=plain).json()["quote"]
    paid = pay(api, alice, {**plain, "quote": quote}, key="both")
    assert paid.status_code == 201
    assert code_of(pay(api, alice, plain, key="both")) == (422, "idempotency_key_reused")
    again = pay(api, alice, {**plain, "quote": quote}, key="both")
    assert (again.status_code, again.json()["id"]) == (201, paid.json()["id"])
    assert available(api, alice) == "45.00"
