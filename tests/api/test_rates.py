"""The pace: one stranger stops nobody else, and nobody collects who has a wallet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from okpay.api.calls import Call
from okpay.api.front import forwarded
from tests.api.conftest import Api, Holder, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


def bad_tokens(api: Api, person: Holder, count: int = 32, **more: object) -> list[int]:
    """Knock with tokens that are none; return what was answered."""
    return [
        api.send("GET", "/v1/me", who=replace(person, secret=f"okpay_pat_{n}"), **more).status_code  # type: ignore[arg-type]  # passed through unchanged
        for n in range(count)
    ]


def pay(api: Api, who: Holder, email: str, key: str) -> tuple[int, str]:
    body = {"payee": {"email": email}, "amount": "1.00", "currency": "CNY"}
    answer = api.send("POST", "/v1/transfers", who=who, key=key, body=body)
    return answer.status_code, answer.json().get("code", "")


@pytest.fixture
def proxied(application: object) -> Iterator[None]:
    """One trusted proxy stands before the API."""
    application.proxied = True  # type: ignore[attr-defined]  # the front is the application
    yield
    application.proxied = False  # type: ignore[attr-defined]  # as above


def test_h16_bad_tokens_of_a_stranger_do_not_stop_who_was_let_in_lately(
    api: Api, holder: Made
) -> None:
    good, fresh = holder(), holder()
    assert api.send("GET", "/v1/me", who=good).status_code == 200
    assert bad_tokens(api, good)[-1] == 429
    assert api.send("GET", "/v1/me", who=good).status_code == 200
    assert code_of(api.send("GET", "/v1/me", who=fresh)) == (429, "rate_limited")


def test_g12_being_let_in_lately_opens_nothing(api: Api, holder: Made) -> None:
    from okpay.identity.models import AccessToken
    from okpay.kernel import clock

    good = holder()
    assert api.send("GET", "/v1/me", who=good).status_code == 200
    bad_tokens(api, good)
    AccessToken.objects.filter(pk=good.token_id).update(revoked_at=clock.now())
    answers = [code_of(api.send("GET", "/v1/me", who=good)) for _ in range(2)]
    assert answers == [(401, "unauthenticated"), (429, "rate_limited")]


def test_h16_behind_a_proxy_each_client_has_its_own_pace(
    api: Api, holder: Made, proxied: None
) -> None:
    person = holder()
    stranger = {"x-forwarded-for": "10.0.0.1, 203.0.113.9"}
    assert bad_tokens(api, person, headers=stranger)[-1] == 429
    ours = {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}
    assert api.send("GET", "/v1/me", who=person, headers=ours).status_code == 200


def test_h16_without_a_proxy_nobody_names_their_own_address(api: Api, holder: Made) -> None:
    person = holder()
    answers = [
        bad_tokens(api, person, 1, headers={"x-forwarded-for": f"203.0.113.{n}"})[0]
        for n in range(32)
    ]
    assert (answers[0], answers[-1]) == (401, 429)


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ([], ""),
        ([b"203.0.113.9"], "203.0.113.9"),
        ([b"1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        ([b"1.1.1.1", b" 2001:DB8::1 "], "2001:db8::1"),
        ([b"203.0.113.9, unknown"], ""),
        ([b"203.0.113.9,"], ""),
        ([b"\xff\xfe"], ""),
    ],
)
def test_h16_only_what_the_proxy_wrote_counts(lines: list[bytes], address: str) -> None:
    assert forwarded([(b"x-forwarded-for", line) for line in lines]) == address


def test_only_none_or_one_proxy_can_be_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    from okpay.config.env import read_environment

    found = []
    for text in ("0", "1"):
        monkeypatch.setenv("OKPAY_PROXIES", text)
        found.append(read_environment().proxies)
    assert found == [0, 1]
    for text in ("2", "-1", "yes", ""):
        monkeypatch.setenv("OKPAY_PROXIES", text)
        with pytest.raises(SystemExit, match="OKPAY_PROXIES"):
            read_environment()


def test_the_hint_forgets_and_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    from okpay.api import rates

    monkeypatch.setattr(rates, "MOST_KEYS", 4)
    recent = rates.Recent()
    for number in range(5):
        recent.note(bytes([number]), str(number))
    assert [recent.person(bytes([number])) for number in range(5)] == ["", "", "2", "3", "4"]
    monkeypatch.setattr(rates, "LATELY", -1)
    recent.note(b"9", "9")
    assert recent.person(b"9") == ""


def test_g14_paying_nobodys_addresses_spends_the_budget_of_looking_up() -> None:
    from okpay.api.errors import RateLimitedError
    from okpay.api.rates import Rates

    rates = Rates(50)
    call = Call("POST", "/v1/transfers", "test", secret="okpay_pat_x")
    for _ in range(40):
        rates.guess(call)
        rates.answered(call, "payee_not_found", "alice")
    for refused in (rates.guess, lambda _: rates.look_up("alice")):
        with pytest.raises(RateLimitedError):
            refused(call)
    rates.look_up("bob")
    rates.guess(Call("POST", "/v1/transfers", "test", secret="okpay_pat_y"))


def test_payments_that_find_somebody_spend_nothing() -> None:
    from okpay.api.rates import Rates

    rates = Rates(50)
    call = Call("POST", "/v1/transfers", "test", secret="okpay_pat_x")
    for _ in range(100):
        rates.guess(call)
        rates.answered(call, "", "alice")
        rates.answered(call, "insufficient_funds", "alice")
    rates.look_up("alice")


def test_g14_payments_to_nobody_are_limited_as_looks_are(
    api: Api, holder: Made, fund: Fund
) -> None:
    alice, bob = holder(), holder("Bob Li")
    fund(alice, "50.00")
    found = [pay(api, alice, f"no{n}-{alice.email}", f"n{n}") for n in range(41)]
    assert found[:40] == [(422, "payee_not_found")] * 40
    assert [found[40], pay(api, alice, bob.email, "b")] == [(429, "rate_limited")] * 2
    look = api.send("GET", f"/v1/people/lookup?alias={bob.email}", who=alice)
    assert code_of(look) == (429, "rate_limited")
    by_id = {"payee": {"id": bob.public_id}, "amount": "1.00", "currency": "CNY"}
    assert api.send("POST", "/v1/transfers", who=alice, key="i", body=by_id).status_code == 201


def test_h16_who_only_pays_is_known_too(api: Api, holder: Made, fund: Fund) -> None:
    alice, bob = holder(), holder()
    fund(alice, "50.00")
    assert pay(api, alice, bob.email, "1")[0] == 201
    assert bad_tokens(api, alice)[-1] == 429
    assert pay(api, alice, bob.email, "2")[0] == 201
