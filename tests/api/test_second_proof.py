"""D11, N6, B16: a token alone makes no large payment, none while care is taken, and no lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


def wish(to: Holder, amount: str) -> dict[str, Any]:
    return {"payee": {"email": to.email}, "amount": amount, "currency": "CNY"}


def pay(api: Api, who: Holder, body: object, key: str = "k1") -> Any:
    return api.send("POST", "/v1/transfers", who=who, key=key, body=body)


def careful(who: Holder) -> datetime:
    from okpay.identity.caution import Cause, begin
    from okpay.kernel import clock

    return begin(person_id=who.id, cause=Cause.NEW_DEVICE, now=clock.now()).until


def set_level(who: Holder, level: int) -> None:
    from okpay.identity.models import Person

    Person.objects.filter(pk=who.id).update(level=level)


def test_d11_a_large_payment_by_token_is_refused_and_says_how_to_go_on(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "9000.00")
    quote = api.send("POST", "/v1/quotes", who=alice, body=wish(bob, "5000.01")).json()
    answer = pay(api, alice, wish(bob, "5000.01"))
    assert code_of(answer) == (403, "step_up_required")
    assert "in the app" in str(answer.json()["remedy"])
    assert quote["step_up"] == "large"
    quoted = pay(api, alice, {**wish(bob, "5000.01"), "quote": quote["quote"]}, "k2")
    assert code_of(quoted) == (403, "step_up_required")
    assert (available(api, alice), available(api, bob)) == ("9000.00", "0.00")
    assert pay(api, alice, wish(bob, "5000.00"), "k3").status_code == 201


def test_h7_while_care_is_taken_a_token_pays_nothing_and_afterwards_the_same_key_pays(
    api: Api, holder: Made, fund: Fund
) -> None:
    from django.db import connection

    alice, bob = holder(), holder()
    fund(alice, "90.00")
    until = careful(alice)
    answer = pay(api, alice, wish(bob, "1.00"))
    assert code_of(answer) == (403, "step_up_required")
    assert datetime.fromisoformat(answer.json()["params"]["until"]) == until
    lines = [{"reference": "1", "payee": {"email": bob.email}, "amount": "1.00", "currency": "CNY"}]
    payout = api.send("POST", "/v1/payouts", who=alice, key="p1", body={"lines": lines})
    assert code_of(payout) == (403, "step_up_required")
    assert (available(api, alice), available(api, bob)) == ("90.00", "0.00")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE caution_careful SET until = now() WHERE person_id = %s", [alice.id])
    assert pay(api, alice, wish(bob, "1.00")).status_code == 201


@pytest.mark.parametrize(("level", "last"), [(0, "1000.00"), (1, "5000.00")])
def test_n6_the_limit_of_a_level_holds_and_is_explained(
    api: Api, holder: Made, fund: Fund, level: int, last: str
) -> None:
    alice, bob = holder(), holder()
    set_level(alice, level)
    fund(alice, "90000.00")
    over = "1000.01" if level == 0 else "20000.01"
    answer = pay(api, alice, wish(bob, over))
    assert code_of(answer) == (422, "limit_exceeded")
    assert ("real-name check" in answer.json()["detail"]) == (level == 0)
    assert answer.json()["params"]["level"] == level
    assert pay(api, alice, wish(bob, last), "k2").status_code == 201


def test_b16_a_list_waits_for_the_real_name_check(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    set_level(alice, 0)
    fund(alice, "90.00")
    lines = [{"reference": "1", "payee": {"email": bob.email}, "amount": "1.00", "currency": "CNY"}]
    answer = api.send("POST", "/v1/payouts", who=alice, key="p1", body={"lines": lines})
    assert code_of(answer) == (403, "level_too_low")
    assert available(api, bob) is None
