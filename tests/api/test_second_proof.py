"""D11, N6, B16: a token alone makes no large payment, none while care is taken, and no lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


def wish(to: Holder, amount: str) -> dict[str, Any]:
    return {"payee": {"email": to.email}, "amount": amount, "currency": "CNY"}


def pay(api: Api, who: Holder, body: object, key: str = "k1") -> Any:
    return api.send("POST", "/v1/transfers", who=who, key=key, body=body)


def careful(who: Holder, *names: str) -> datetime:
    from okpay.identity.caution import Cause, begin
    from okpay.kernel import clock

    causes = [Cause[name] for name in names or ("PHONE_CHANGED",)]
    return max(begin(person_id=who.id, cause=one, now=clock.now()).until for one in causes)


def make_token_old(who: Holder, age: timedelta) -> None:
    from okpay.identity.models import AccessToken
    from okpay.kernel import clock

    AccessToken.objects.filter(pk=who.token_id).update(created_at=clock.now() - age)


PAST = "UPDATE wallets_record SET created_at = created_at - %s, completed_at = completed_at - %s"


def make_known(owner: psycopg.Connection, api: Api, payer: Holder, payee: Holder) -> None:
    """Pay 0.01 and let two days pass."""
    assert pay(api, payer, wish(payee, "0.01"), "known").status_code == 201
    days = timedelta(days=2)
    owner.execute(f"{PAST} WHERE payer = %s", [days, days, payer.id])


def set_level(who: Holder, level: int) -> None:
    from okpay.identity.models import Person

    Person.objects.filter(pk=who.id).update(level=level)


def test_d11_a_large_payment_by_token_is_refused_and_says_how_to_go_on(
    api: Api, holder: Made, fund: Fund, owner_connection: psycopg.Connection
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
    make_known(owner_connection, api, alice, bob)
    assert pay(api, alice, wish(bob, "5000.00"), "k3").status_code == 201


@pytest.mark.parametrize("way", ["email", "phone", "id", "quote", "invite"])
def test_d11_much_for_somebody_new_is_refused_to_a_token_until_they_are_known(
    api: Api, holder: Made, fund: Fund, way: str, owner_connection: psycopg.Connection
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "9000.00")
    named = {"email": bob.email, "phone": bob.phone, "id": bob.public_id}
    body = wish(bob, "2000.01")
    if way in named:
        body["payee"] = {way: named[way]}
    if way == "invite":
        body |= {"payee": {"email": f"nobody.{bob.email}"}, "on_unknown_payee": "invite"}
    if way == "quote":
        quote = api.send("POST", "/v1/quotes", who=alice, body=body).json()
        assert quote["step_up"] == "new_payee"
        body["quote"] = quote["quote"]
    refused = pay(api, alice, body)
    assert code_of(refused) == (403, "step_up_required")
    assert refused.json()["params"] == {"reason": "new_payee", "until": ""}
    assert available(api, alice) == "9000.00"
    if way == "invite":
        return
    make_known(owner_connection, api, alice, bob)
    done = pay(api, alice, body)  # a refusal of authority is not kept
    assert (done.status_code, available(api, bob)) == (201, "2000.02")
    again = pay(api, alice, body)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.json() == done.json()


def test_d11_what_is_not_much_for_somebody_new_goes_by_token_and_counts_for_the_next(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "9000.00")
    assert pay(api, alice, wish(bob, "2000.00")).status_code == 201
    quote = api.send("POST", "/v1/quotes", who=alice, body=wish(bob, "1.00")).json()
    assert quote["step_up"] is None  # small payments by token are bounded by the limits
    lines = [{"reference": "1", "payee": {"email": bob.email}, "amount": "1.00", "currency": "CNY"}]
    payout = api.send("POST", "/v1/payouts", who=alice, key="p1", body={"lines": lines})
    assert code_of(payout) == (403, "step_up_required")
    assert available(api, bob) == "2000.00"


def test_d11_an_address_of_nobody_is_told_by_the_engine_and_counted_as_a_guess(
    api: Api, holder: Made, fund: Fund
) -> None:
    from okpay.api.rates import RATES

    alice, bob = holder(), holder()
    fund(alice, "9000.00")
    body = wish(bob, "3000.00") | {"payee": {"email": f"nobody.{bob.email}"}}
    before = RATES.people._full.get(str(alice.id), 0)  # noqa: SLF001 — no other way to see it
    assert code_of(pay(api, alice, body)) == (422, "payee_not_found")
    assert RATES.people._full.get(str(alice.id), 0) > before  # noqa: SLF001 — no other way to see it


def test_h7_a_token_older_than_a_new_device_goes_on_within_the_lower_limits(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob, carol = holder(), holder(), holder()
    fund(alice, "9000.00")
    make_token_old(alice, timedelta(minutes=1))
    until = careful(alice, "NEW_DEVICE", "NEW_DEVICE")
    assert pay(api, alice, wish(bob, "300.00")).status_code == 201
    quote = api.send("POST", "/v1/quotes", who=alice, body=wish(bob, "300.00")).json()
    assert quote["step_up"] is None
    quoted = pay(api, alice, {**wish(bob, "300.00"), "quote": quote["quote"]}, "k2")
    assert quoted.status_code == 201
    lines = [
        {"reference": str(n), "payee": {"id": carol.public_id}, "amount": "300.00",
         "currency": "CNY"} for n in (1, 2)
    ]  # fmt: skip
    payout = api.send("POST", "/v1/payouts", who=alice, key="p1", body={"lines": lines})
    assert (payout.status_code, payout.json()["done"], payout.json()["refused"]) == (201, 1, 1)
    over = pay(api, alice, wish(bob, "100.01"), "k3")
    assert code_of(over) == (422, "limit_exceeded")
    assert over.json()["params"]["limit"] == "1000.00"
    assert datetime.fromisoformat(over.json()["params"]["until"]) == until
    assert (available(api, bob), available(api, carol)) == ("600.00", "300.00")


@pytest.mark.parametrize("why", ["made later", "a credential too", "a credential before"])
def test_h7_a_token_that_a_thief_could_have_made_pays_nothing_while_care_is_taken(
    api: Api, holder: Made, fund: Fund, why: str
) -> None:
    alice, bob = holder(), holder()
    fund(alice, "90.00")
    make_token_old(alice, timedelta(minutes=1))
    causes = {
        "made later": ["NEW_DEVICE"],
        "a credential too": ["NEW_DEVICE", "PASSWORD_CHANGED"],
        "a credential before": ["PAYMENT_PASSWORD_CHANGED", "NEW_DEVICE"],
    }[why]
    careful(alice, *causes)
    if why == "made later":
        make_token_old(alice, timedelta(minutes=-1))
        careful(alice, "NEW_DEVICE")  # another new device does not make it older than the care
    quote = api.send("POST", "/v1/quotes", who=alice, body=wish(bob, "1.00")).json()
    assert quote["step_up"] == "careful"
    assert code_of(pay(api, alice, wish(bob, "1.00"))) == (403, "step_up_required")
    quoted = pay(api, alice, {**wish(bob, "1.00"), "quote": quote["quote"]}, "k2")
    assert code_of(quoted) == (403, "step_up_required")
    lines = [{"reference": "1", "payee": {"email": bob.email}, "amount": "1.00", "currency": "CNY"}]
    payout = api.send("POST", "/v1/payouts", who=alice, key="p1", body={"lines": lines})
    assert code_of(payout) == (403, "step_up_required")
    assert available(api, alice) == "90.00"


def test_h7_after_a_changed_credential_a_token_pays_nothing_and_then_the_same_key_pays(
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


@pytest.mark.parametrize(("level", "last"), [(0, "1000.00"), (1, "2000.00")])
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
