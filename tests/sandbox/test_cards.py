"""What each public test card does."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from okpay.sandbox.cards import CardFormError, read_expiry, read_number
from tests.support.box import GOOD, LOST_ANSWER, Box


def order(box: Box, **changed: Any) -> dict[str, Any]:
    body = {
        "reference": f"tup_{uuid.uuid4().hex}",
        "amount": {"amount": "100.00", "currency": "CNY"},
        "merchant": "OKPay",
        "return_url": "http://127.0.0.1:9/back",
        "webhook_url": "http://127.0.0.1:9/hook",
        "language": "en",
        **changed,
    }
    answer = box.api("POST", "/acquirer/v1/payments", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("number", "state", "code"),
    [
        ("4242424242424242", "succeeded", ""),
        ("5555555555554444", "succeeded", ""),
        ("6200000000000005", "succeeded", ""),
        ("4000000000000077", "succeeded", ""),
        ("4000000000000259", "succeeded", ""),
        ("4000000000000002", "declined", "generic_decline"),
        ("4000000000009995", "declined", "insufficient_funds"),
        ("4000000000009987", "declined", "lost_card"),
        ("4000000000009979", "declined", "stolen_card"),
        ("4000000000000069", "declined", "expired_card"),
        ("4000000000000127", "declined", "incorrect_cvc"),
        ("4000000000000341", "declined", "generic_decline"),
        ("4100000000000019", "declined", "blocked_by_risk"),
    ],
)
def test_outcomes(box: Box, number: str, state: str, code: str) -> None:
    made = order(box)
    answer = box.pay(made["hosted_url"], number)
    assert (answer.status_code, answer.headers["location"]) == (303, "http://127.0.0.1:9/back")
    found = box.payment(made["reference"])
    assert (found["state"], found["decline_code"]) == (state, code)
    assert found["card"]["last4"] == number[-4:]


def test_a_lost_answer_is_processing_and_resolves_when_asked_later(box: Box) -> None:
    box.faults(unknown_seconds=3600)
    made = order(box)
    assert box.pay(made["hosted_url"], LOST_ANSWER).status_code == 303
    assert box.payment(made["reference"])["state"] == "processing"
    box.faults(unknown_seconds=0)
    again = order(box)
    box.pay(again["hosted_url"], LOST_ANSWER)
    assert box.payment(again["reference"])["state"] == "succeeded"
    box.faults(unknown_seconds=0, unknown_ends="declined")
    last = order(box)
    box.pay(last["hosted_url"], LOST_ANSWER)
    found = box.payment(last["reference"])
    assert (found["state"], found["decline_code"]) == ("declined", "processing_error")


def test_the_bank_asks_for_a_code(box: Box) -> None:
    made = order(box)
    page = made["hosted_url"]
    assert box.pay(page, "4000002760003184").headers["location"].startswith("/acquirer/pay/")
    wrong = httpx.post(f"{page}/code", data={"code": "123456"}, timeout=30)
    assert wrong.status_code == 422
    assert "2 tries left" in wrong.text
    assert httpx.post(f"{page}/code", data={"code": "000000"}, timeout=30).status_code == 303
    assert box.payment(made["reference"])["state"] == "succeeded"


def test_three_wrong_codes_decline(box: Box) -> None:
    made = order(box)
    box.pay(made["hosted_url"], "4000002760003184")
    answers = [
        httpx.post(made["hosted_url"] + "/code", data={"code": "1"}, timeout=30).status_code
        for _ in range(3)
    ]
    assert answers == [422, 422, 303]
    assert box.payment(made["reference"])["decline_code"] == "authentication_failed"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4111111111111111"}, "not_a_test_card"),
        ({"number": ""}, "incorrect_number"),
        ({"expiry": "13/39"}, "invalid_expiry"),
        ({"expiry": "01/20"}, "expired"),
        ({"cvc": "12"}, "invalid_cvc"),
        ({"name": " "}, "name_missing"),
    ],
)
def test_wrong_fields_leave_the_payment_open(box: Box, fields: dict[str, str], code: str) -> None:
    made = order(box)
    answer = box.pay(made["hosted_url"], **{"number": GOOD, **fields})
    assert answer.status_code == 422
    assert code in answer.text
    found = box.payment(made["reference"])
    assert (found["state"], found["card"]) == ("open", None)


def test_e6_no_number_and_no_code_is_kept_anywhere(box: Box) -> None:
    import os
    from pathlib import Path

    made = order(box)
    refused = box.pay(made["hosted_url"], "4111111111111111", name="4111 1111 1111 1111", cvc="987")
    assert "4111" not in refused.text
    assert box.pay(made["hosted_url"], cvc="987").status_code == 303
    stored = b"".join(path.read_bytes() for path in Path(os.environ["OKPAY_HOME"]).glob("sandbox*"))
    assert b"4242424242424242" not in stored
    assert b"4111111111111111" not in stored
    assert b"ZHOU" not in stored


def test_paying_twice_charges_once(box: Box) -> None:
    made = order(box)
    box.pay(made["hosted_url"], GOOD)
    assert box.pay(made["hosted_url"], "4000000000000002").status_code == 303
    assert box.payment(made["reference"])["state"] == "succeeded"


def test_cancelling(box: Box) -> None:
    made = order(box)
    assert httpx.post(made["hosted_url"] + "/cancel", timeout=30).status_code == 303
    assert box.payment(made["reference"])["state"] == "canceled"
    box.pay(made["hosted_url"], GOOD)
    assert box.payment(made["reference"])["state"] == "canceled"


def test_reading_fields() -> None:
    assert read_number("4242 4242-4242 4242")[0] == GOOD
    assert read_expiry(" 8/29".replace(" 8", "08"), 2026, 11) == "08/29"
    assert read_expiry("11 / 2026", 2026, 11) == "11/26"
    with pytest.raises(CardFormError):
        read_expiry("10/26", 2026, 11)
