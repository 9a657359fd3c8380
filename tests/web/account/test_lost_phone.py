"""After an account was given back the lost phone proves nothing, and a new one not yet (H18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from okpay.identity import people
from okpay.identity.models import Person
from tests.identity.kit import fresh_email, fresh_phone
from tests.web.account.kit import code_in, enter_password, mailed_code, signed_in

Open = Callable[[], Client]
Texts = list[tuple[str, str, str]]


def test_h18_the_next_sign_in_asks_for_the_present_phone_and_then_by_mail(
    browser: Open, enrol: Any, texts: Texts, now: datetime
) -> None:
    person, client, number = enrol(), browser(), fresh_phone()
    people.forget_phone(person_id=person.id, now=now)
    assert enter_password(client, person.email)["Location"] == "/signup/phone"
    client.post("/signup/phone", {"action": "change", "region": "CN", "phone": number})
    answer = client.post("/signup/phone", {"action": "verify", "code": code_in(texts)})
    assert (answer["Location"], signed_in(client)) == ("/signin/second", False)
    sent = len(texts)
    client.post("/signin/second", {"way": "sms", "action": "send"})
    assert len(texts) == sent  # whoever knows the password could have named any phone
    answer = client.post("/signin/second", {"way": "email", "code": mailed_code(client)})
    assert (answer["Location"], signed_in(client)) == ("/", True)
    assert Person.objects.get(pk=person.id).phone == number


def test_h18_a_lost_phone_finds_nobody_and_gets_no_code(
    browser: Open, enrol: Any, texts: Texts, now: datetime
) -> None:
    person = enrol()
    people.forget_phone(person_id=person.id, now=now)
    browser().post("/forgotten", {"alias": person.phone})
    assert texts == []
    assert Person.objects.get(pk=person.id).holder_version == person.holder_version + 1


def test_an_email_that_is_wished_no_more_is_forgotten(
    enrol: Any, actor_of: Any, now: datetime
) -> None:
    person, wish = enrol(pin=""), fresh_email()
    row = Person.objects.get(pk=person.id)
    row.wanted_email = wish
    row.save(update_fields=["wanted_email"])
    EmailAddress.objects.create(user=row, email=wish)
    people.drop_email_change(actor=actor_of(person.id), now=now)
    assert Person.objects.get(pk=person.id).wanted_email == ""
    assert not EmailAddress.objects.filter(user=row, email=wish).exists()
    assert Person.objects.get(pk=person.id).email == person.email
