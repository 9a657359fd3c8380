"""Tokens: asked of the database at every call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.conftest import Api, Holder, code_of


def test_a_good_token_names_its_person(api: Api, holder: Callable[..., Holder]) -> None:
    person = holder(name="Alice Wong")
    body = api.send("GET", "/v1/me", who=person).json()
    assert (body["id"], body["name"], body["email"]) == (
        person.public_id,
        "Alice Wong",
        person.email,
    )
    assert "wallet:read" in body["token"]["scopes"]
    assert person.secret not in str(body)


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer okpay_pat_", "Basic b2s6cGF5", "Bearer sk_live_123", "Token x"],
)
def test_without_a_token_nothing_is_read(api: Api, value: str) -> None:
    answer = api.send("GET", "/v1/me", headers={"authorization": value} if value else {})
    assert code_of(answer) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_h9_a_token_in_the_address_or_a_cookie_is_not_read(
    api: Api, holder: Callable[..., Holder]
) -> None:
    secret = holder().secret
    assert code_of(api.send("GET", f"/v1/me?access_token={secret}"))[0] == 401
    cookie = {"cookie": f"okpay={secret}; token={secret}"}
    assert code_of(api.send("GET", "/v1/me", headers=cookie))[0] == 401


def test_g12_a_revoked_token_is_dead_at_once(api: Api, holder: Callable[..., Holder]) -> None:
    from okpay.identity.access_tokens import revoke_access_token
    from okpay.kernel import clock
    from okpay.kernel.actor import Actor

    person = holder()
    assert api.send("GET", "/v1/me", who=person).status_code == 200
    actor = Actor(person_id=person.id, kind="person", via="web")
    revoke_access_token(actor=actor, token_id=person.token_id, now=clock.now())
    assert code_of(api.send("GET", "/v1/me", who=person)) == (401, "unauthenticated")


def test_an_expired_token_is_dead(api: Api, holder: Callable[..., Holder]) -> None:
    from okpay.identity.models import AccessToken
    from okpay.kernel import clock

    person = holder()
    past = clock.now() - timedelta(seconds=1)
    AccessToken.objects.filter(pk=person.token_id).update(expires_at=past)
    assert code_of(api.send("GET", "/v1/me", who=person)) == (401, "unauthenticated")


def test_a_token_can_do_only_what_its_scopes_say(api: Api, holder: Callable[..., Holder]) -> None:
    person = holder(scopes=["messages:read"])
    assert api.send("GET", "/v1/messages", who=person).status_code == 200
    answer = api.send("GET", "/v1/balances", who=person)
    assert code_of(answer) == (403, "scope_missing")
    assert answer.json()["params"] == {"scope": "wallet:read"}
