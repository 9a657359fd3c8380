"""Money that waits: claimed by the invited person only, or back in full."""

from __future__ import annotations

import itertools
import re

import pytest

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from tests.support.people import PASSWORD, MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk, count_records, posted

_fresh = itertools.count(1)


@pytest.fixture
def walk(payer: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payer))


@pytest.fixture
def alias() -> str:
    return f"invited{next(_fresh)}@waiting.example"


def send(walk: Walk, payer: Somebody, alias: str, amount: str = "200.00") -> str:
    """Send money to an address without a wallet; return the record's number."""
    answer = walk.pay(alias, amount, payer.pin, invite=True)
    return str(answer["Location"]).rsplit("/", 1)[1]


def register(alias: str, name: str = "吴桐") -> Somebody:
    """Enter the invited person."""
    from okpay.identity.operations import enrol_person

    phone = f"+86139{next(_fresh):08d}"
    person = enrol_person(
        actor=SYSTEM,
        name=name,
        email=alias,
        phone=phone,
        password=PASSWORD,
        payment_password="204817",
        level=1,
        now=clock.now(),
    )
    return Somebody(person.id, name, alias, phone, PASSWORD, "204817")


def test_an_unknown_address_is_an_invitation_only_when_wanted(walk: Walk, alias: str) -> None:
    page = walk.client.post("/transfer", {"payee": alias}).content.decode()
    assert ["Nobody has registered this" in page, "Invite and send" in page] == [True, True]


def test_the_money_waits_on_hold_and_says_until_when(
    walk: Walk, payer: Somebody, alias: str
) -> None:
    number = send(walk, payer, alias)
    page = walk.page(f"/transfers/{number}")
    said = ("Waiting", "Put on hold", "until", "Remind them", "Cancel this transfer", "/claim/trf_")
    assert [word in page for word in said] == [True] * len(said)
    assert alias not in page
    assert posted(payer) == ("500.00", "200.00")
    assert "is waiting" in walk.page("/")


def test_the_invited_person_claims_it_once(
    walk: Walk, payer: Somebody, alias: str, signed_in: SignedIn
) -> None:
    number = send(walk, payer, alias)
    invited = Walk(signed_in(register(alias)))
    assert "林*夏 sent you money" in invited.page(f"/claim/{number}")
    answers = [invited.client.post(f"/claim/{number}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert posted(payer) == ("300.00", "0.00")
    assert "Already claimed" in invited.page(f"/claim/{number}")


def test_a_stranger_learns_nothing_and_claims_nothing(
    walk: Walk, payer: Somebody, alias: str, make_person: MakePerson, signed_in: SignedIn
) -> None:
    number = send(walk, payer, alias)
    stranger = make_person("许晴")
    other = Walk(signed_in(stranger))
    page = other.page(f"/claim/{number}")
    assert ["Nothing waits here for you" in page, "200" in page, "林" in page] == [
        True,
        False,
        False,
    ]
    assert other.client.post(f"/claim/{number}").status_code == 404
    assert (posted(payer), count_records(stranger)) == (("500.00", "200.00"), 0)


def test_without_signing_in_the_link_shows_neither_amount_nor_name(
    walk: Walk, payer: Somebody, alias: str, client_without_person: Walk
) -> None:
    number = send(walk, payer, alias)
    page = client_without_person.page(f"/claim/{number}")
    assert [word in page for word in ("200.00", "林", f"next=/claim/{number}")] == [
        False,
        False,
        True,
    ]


def test_the_sender_cannot_claim(walk: Walk, payer: Somebody, alias: str) -> None:
    number = send(walk, payer, alias)
    assert "Waiting for them" in walk.page(f"/claim/{number}")
    assert walk.client.post(f"/claim/{number}").status_code == 404


def test_canceling_gives_all_of_it_back_once(walk: Walk, payer: Somebody, alias: str) -> None:
    number = send(walk, payer, alias)
    pages = [
        walk.client.post(f"/transfers/{number}/cancel", follow=True).content.decode()
        for _ in range(2)
    ]
    assert "The full amount is yours again" in pages[0]
    assert "already final" in pages[1]
    assert posted(payer) == ("500.00", "0.00")
    assert "Returned in full" in walk.page(f"/records/{number}")


def test_reminding_is_limited(walk: Walk, payer: Somebody, alias: str) -> None:
    number = send(walk, payer, alias)
    pages = [
        walk.client.post(f"/transfers/{number}/remind", follow=True).content.decode()
        for _ in range(2)
    ]
    assert "They have been reminded" in pages[0]
    assert "One reminder a day" in pages[1]
    assert "Reminded once" in pages[1]


def test_a_frozen_payee_makes_it_wait_and_may_decline(
    walk: Walk, payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    from okpay.payments.operations import freeze_person

    freeze_person(actor=SYSTEM, person_id=payee.id, reason="test", now=clock.now())
    step = walk.to(payee.email)
    assert "stopped at the moment" in walk.page(step)
    result = walk.confirm(walk.quote(step, "10.00"), payer.pin)["Location"]
    number = result.rsplit("/", 1)[1]
    assert "Waiting: their wallet is stopped" in walk.page(result)
    assert posted(payer) == ("500.00", "10.00")
    theirs = Walk(signed_in(payee))
    assert "Decline and send it back" in theirs.page(f"/records/{number}")
    theirs.client.post(f"/transfers/{number}/decline")
    assert posted(payer) == ("500.00", "0.00")


@pytest.mark.parametrize("path", ["/claim/trf_x", "/claim/tup_" + "0" * 26, "/claim/x"])
def test_what_is_no_claim_is_not_found(walk: Walk, path: str) -> None:
    assert walk.client.get(path).status_code == 404


def test_the_claim_link_leads_back_after_registering(
    walk: Walk, payer: Somebody, alias: str, client_without_person: Walk
) -> None:
    number = send(walk, payer, alias)
    page = client_without_person.page(f"/claim/{number}")
    links = re.findall(r'href="(/sign(?:up|in))\?next=([^"]+)"', page)
    assert links == [("/signup", f"/claim/{number}"), ("/signin", f"/claim/{number}")]


class _LostEngine:
    """An engine whose answer never comes."""

    def run(self, _command: object) -> object:
        from okpay.payments.engine.commands import UNKNOWN

        return UNKNOWN


def test_b5_an_end_that_is_not_known_yet_is_never_called_done_or_refused(
    walk: Walk, payer: Somebody, alias: str, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.payments.operations import transfers

    number = send(walk, payer, alias)
    invited = Walk(signed_in(register(alias)))
    monkeypatch.setattr(transfers, "engine", _LostEngine)
    acts = [(walk, f"/transfers/{number}/cancel"), (invited, f"/claim/{number}")]
    pages = []
    for walker, path in acts:
        answer = walker.client.post(path)
        pages.append(walker.page(answer["Location"]))
    said = ("We are checking what became of this", "Claimed.", "is canceled", "field__err")
    assert [[words in page for words in said] for page in pages] == [
        [True, False, False, False]
    ] * 2
    monkeypatch.undo()
    assert (posted(payer), count_records(payer)) == (("500.00", "200.00"), 2)


def test_h15_the_sender_is_told_when_nobody_was_written_to(
    walk: Walk, payer: Somebody, alias: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.notices import caps

    number = send(walk, payer, alias, "1.00")
    told = walk.page(f"/transfers/{number}")
    monkeypatch.setattr(caps, "PER_CAUSER", 0)
    untold = walk.page(f"/transfers/{number}")
    words = ("We are sending them a link", "We could not write to them", f"/claim/{number}")
    assert [[word in page for word in words] for page in (told, untold)] == [
        [True, False, True],
        [False, True, True],
    ]
    refused = walk.client.post(f"/transfers/{number}/remind")
    assert "We write to only so many strangers a day" in walk.page(refused["Location"])
