"""Looking at whether an address is somebody's: bounded for each person, however it is done."""

from __future__ import annotations

import itertools

import pytest

from okpay.identity.tries import TryPolicy
from okpay.kernel.ids import encode, new_uuid
from okpay.payments import lookups
from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk

_numbers = itertools.count()


@pytest.fixture
def walk(payer: Somebody, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """A browser whose person may look up three addresses in an hour."""
    policy = TryPolicy("lookup", ((3, lookups.HOUR),))
    monkeypatch.setattr(lookups, "BUDGET", policy)
    monkeypatch.setattr(lookups, "MOST_LOOKUPS", 3)
    return Walk(signed_in(payer))


def guess(walk: Walk, way: str) -> tuple[int, str]:
    """Try an address of nobody one way; return status and page."""
    address = f"nobody{next(_numbers)}@guess.example"
    if way == "claim":
        answer = walk.client.get(f"/claim/{encode('trf', new_uuid())}")
    elif way == "ask":
        form = {"payer": address, "currency": "CNY", "amount": "1.00", "memo": ""}
        answer = walk.client.post("/requests/new", form)
    else:
        path = {"transfer": "/transfer", "save": "/payees/save"}[way]
        answer = walk.client.post(path, {"payee": address})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("way", ["transfer", "save", "claim", "ask"])
def test_g14_looking_up_strangers_is_limited(walk: Walk, way: str) -> None:
    usual = {"transfer": 200, "save": 422, "claim": 200, "ask": 422}[way]
    assert [guess(walk, way)[0] for _ in range(3)] == [usual] * 3
    status, page = guess(walk, way)
    said = ("lookup_limit", "At most 3 addresses", "try again in an hour")
    assert (status, [word in page for word in said]) == (429, [True] * 3)


def test_g14_all_ways_share_one_budget(walk: Walk) -> None:
    ways = ("transfer", "save", "claim", "ask", "transfer", "save", "claim")
    assert [guess(walk, way)[0] for way in ways] == [200, 422, 200, 429, 429, 429, 429]


def test_g14_an_address_that_exists_is_not_told_beyond_the_limit(
    walk: Walk, payee: Somebody
) -> None:
    for _ in range(3):
        guess(walk, "transfer")
    answer = walk.client.post("/transfer", {"payee": payee.email})
    assert (answer.status_code, "周*宁" in answer.content.decode()) == (429, False)


def test_people_one_knows_are_paid_beyond_the_limit(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    for _ in range(4):
        guess(walk, "transfer")
    step = walk.quote(walk.to(encode("cus", payee.id)), "1.00")
    assert walk.confirm(step, payer.pin)["Location"].startswith("/transfers/trf_")


def test_a_limit_binds_one_person_only(
    walk: Walk, make_person: MakePerson, signed_in: SignedIn
) -> None:
    for _ in range(4):
        guess(walk, "transfer")
    assert guess(Walk(signed_in(make_person("许晴"))), "transfer")[0] == 200


def test_the_next_hour_begins_anew(walk: Walk, payer: Somebody) -> None:
    from datetime import timedelta

    from okpay.kernel import clock
    from okpay.payments.payee_errors import LookupLimitError

    now = clock.now()
    for _ in range(3):
        lookups.count_lookup(actor=payer.actor, now=now)
    with pytest.raises(LookupLimitError):
        lookups.count_lookup(actor=payer.actor, now=now)
    lookups.count_lookup(actor=payer.actor, now=now + timedelta(hours=1))
    assert walk.client is not None
