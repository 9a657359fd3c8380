"""The first steps: ticked off by facts, on the home page and in the guide."""

from __future__ import annotations

import re

from django.test import Client

from okpay.identity.models import Person
from tests.support.people import MakePerson, Somebody, fund
from tests.web.money.conftest import SignedIn, Walk

STEP = re.compile(
    r'<li class="(done|now|todo)"><span class="tl__n">.*?<b>(.*?)</b>.*?</li>', re.DOTALL
)


def states(walk: Walk, path: str) -> list[str]:
    """How each step stands."""
    return [state for state, _ in STEP.findall(walk.page(path))]


def test_each_step_is_ticked_off_once_it_is_a_fact(
    make_person: MakePerson, signed_in: SignedIn
) -> None:
    person, payee = make_person("新来的"), make_person("周晓宁")
    walk = Walk(signed_in(person))
    Person.objects.filter(id=person.id).update(phone_verified_at=None)
    assert states(walk, "/guide") == ["now", "done", "todo", "todo"]
    assert states(walk, "/") == states(walk, "/guide")
    verified = Person.objects.get(id=person.id).email_verified_at
    Person.objects.filter(id=person.id).update(phone_verified_at=verified)
    assert states(walk, "/guide") == ["done", "done", "now", "todo"]
    fund(person.id, "CNY", "10.00")
    assert states(walk, "/guide") == ["done", "done", "done", "now"]
    assert states(walk, "/") == states(walk, "/guide")
    walk.pay(payee.email, "1.00", person.pin)
    page = walk.page("/guide")
    assert [state for state, _ in STEP.findall(page)] == ["done"] * 4
    assert "All four steps are done" in page
    assert states(walk, "/") == []  # the balance's course stands in their place


def test_money_received_is_neither_a_top_up_nor_a_payment(
    payer: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    other = make_person("新来的")
    Walk(signed_in(payer)).pay(other.email, "1.00", payer.pin)
    assert states(Walk(signed_in(other)), "/guide") == ["done", "done", "now", "todo"]


def test_the_guide_can_be_read_before_there_is_a_wallet(client: Client) -> None:
    walk = Walk(Client(headers={"accept-language": "en"}))
    walk.client.cookies["okpay_language"] = "en"
    assert states(walk, "/guide") == ["now", "todo", "todo", "todo"]
    assert 'href="/signup"' in walk.page("/guide")
