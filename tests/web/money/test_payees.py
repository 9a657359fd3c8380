"""Saved payees: one's own list, and a removal that can be taken back."""

from __future__ import annotations

import re

import pytest

from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk

LINK = re.compile(r"/payees/(pye_[0-9a-z]{26})/delete")


@pytest.fixture
def walk(payer: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payer))


def saved(walk: Walk, payee: Somebody, nickname: str = "") -> str:
    """Save a payee; return their number in the list."""
    walk.client.post("/payees/save", {"payee": payee.email, "nickname": nickname})
    found = LINK.search(walk.page("/payees"))
    assert found is not None
    return found[1]


def test_a_saved_payee_is_listed_masked_and_paid_in_two_steps(walk: Walk, payee: Somebody) -> None:
    saved(walk, payee, "Landlord")
    page = walk.page("/payees")
    assert [word in page for word in ("Landlord", "周*宁", payee.name, payee.email)] == [
        True,
        True,
        False,
        False,
    ]
    value = re.search(r'name="payee" value="(cus_[0-9a-z]{26})"', page)
    assert value is not None
    assert "周*宁" in walk.page(walk.to(value[1]))


def test_saving_twice_keeps_one(walk: Walk, payee: Somebody) -> None:
    saved(walk, payee)
    saved(walk, payee, "Landlord")
    assert len(LINK.findall(walk.page("/payees"))) == 1


def test_a_nickname_can_be_changed_and_taken_away(walk: Walk, payee: Somebody) -> None:
    number = saved(walk, payee, "Landlord")
    walk.client.post(f"/payees/{number}", {"nickname": "Flat"})
    assert "Flat" in walk.page("/payees")
    walk.client.post(f"/payees/{number}", {"nickname": ""})
    assert "Flat" not in walk.page("/payees")


def test_a_removal_can_be_taken_back_once(walk: Walk, payee: Somebody) -> None:
    number = saved(walk, payee, "Landlord")
    walk.client.post(f"/payees/{number}/delete")
    page = walk.page("/payees")
    assert ["Landlord is no longer saved" in page, LINK.findall(page)] == [True, []]
    walk.client.post("/payees/undo")
    assert "Landlord" in walk.page("/payees")
    walk.client.post(f"/payees/{LINK.search(walk.page('/payees'))[1]}/delete")  # type: ignore[index]  # found above
    walk.page("/payees")
    assert "no longer saved" not in walk.page("/payees")


def test_searching_finds_names_and_nicknames(
    walk: Walk, payee: Somebody, make_person: MakePerson
) -> None:
    saved(walk, payee, "Landlord")
    walk.client.post("/payees/save", {"payee": make_person("许晴").email})
    counts = [len(LINK.findall(walk.page(f"/payees?q={word}"))) for word in ("", "landl", "zzz")]
    assert counts == [2, 1, 0]


def test_g1_payees_of_others_do_not_exist(
    walk: Walk, payee: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    number = saved(walk, payee, "Landlord")
    stranger = signed_in(make_person("许晴"))
    found = [
        stranger.get(f"/payees/{number}").status_code,
        stranger.post(f"/payees/{number}", {"nickname": "x"}).status_code,
        stranger.post(f"/payees/{number}/delete").status_code,
    ]
    assert found == [404] * 3
    assert "Landlord" in walk.page("/payees")


@pytest.mark.parametrize("alias", ["nobody@people.example", "x", ""])
def test_somebody_without_a_wallet_cannot_be_saved(walk: Walk, alias: str) -> None:
    assert walk.client.post("/payees/save", {"payee": alias}).status_code == 422
    assert LINK.findall(walk.page("/payees")) == []


def test_after_paying_a_payee_can_be_saved_and_is_offered_once(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    result = walk.pay(payee.email, "1.00", payer.pin)["Location"]
    assert "Save 周*宁 as a payee" in walk.page(result)
    saved(walk, payee)
    assert "as a payee" not in walk.page(result)
