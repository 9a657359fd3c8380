"""Money that waits: whom it does not concern cannot tell it from money that never was."""

from __future__ import annotations

import itertools

import pytest

from okpay.kernel.ids import encode, new_uuid
from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk, count_records, posted

_numbers = itertools.count()


@pytest.fixture
def number(payer: Somebody, signed_in: SignedIn) -> str:
    """A transfer that waits for an address of nobody."""
    walk = Walk(signed_in(payer))
    alias = f"waits{next(_numbers)}@claims.example"
    answer = walk.pay(alias, "200.00", payer.pin, invite=True)
    return str(answer["Location"]).rsplit("/", 1)[1]


def seen(stranger: Walk, number: str) -> list[tuple[int, str]]:
    """Try everything with a transfer's number; its own name in an answer does not count."""
    client = stranger.client
    answers = [
        client.get(f"/claim/{number}"),
        client.post(f"/claim/{number}"),
        *(client.post(f"/transfers/{number}/{act}") for act in ("decline", "cancel", "remind")),
        *(client.get(path) for path in (f"/transfers/{number}", f"/records/{number}")),
    ]
    return [
        (answer.status_code, " ".join(answer.content.decode().replace(number, "").split()))
        for answer in answers
    ]


def test_g1_a_stranger_cannot_tell_a_waiting_transfer_from_none(
    number: str, payer: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    stranger = make_person("许晴")
    walk = Walk(signed_in(stranger))
    real, none = seen(walk, number), seen(walk, encode("trf", new_uuid()))
    assert [status for status, _ in real] == [200, 404, 404, 404, 404, 404, 404]
    assert [status for status, _ in real] == [status for status, _ in none]
    assert "Nothing waits here for you" in real[0][1]
    assert (posted(payer), count_records(stranger)) == (("500.00", "200.00"), 0)


def test_g1_nor_one_that_is_over(
    number: str, payer: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    Walk(signed_in(payer)).client.post(f"/transfers/{number}/cancel")
    walk = Walk(signed_in(make_person("许晴")))
    assert [status for status, _ in seen(walk, number)] == [200, 404, 404, 404, 404, 404, 404]
    assert posted(payer) == ("500.00", "0.00")


def test_the_sender_sees_their_own_claim_link_and_not_money_for_them(
    number: str, payer: Somebody, signed_in: SignedIn
) -> None:
    page = Walk(signed_in(payer)).page(f"/claim/{number}")
    words = ("Your claim link", "Money for you", "Claim the money", f"/records/{number}")
    assert [word in page for word in words] == [True, False, False, True]
