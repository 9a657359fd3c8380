"""The word in mails: kept sealed, told to nobody else, on top of every mail and in no SMS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from okpay.identity.models import Person
from okpay.identity.safety import word
from okpay.identity.safety.errors import BadMailWordError, MailWordIsSecretError
from okpay.identity.safety.models import MailWord
from okpay.kernel import crypto
from tests.identity.kit import PASSWORD

ActorOf = Callable[[UUID], Any]


def test_it_is_kept_sealed(enrol: Any, actor_of: ActorOf, news: list[Any], now: datetime) -> None:
    person = enrol()
    assert word.set_word(actor=actor_of(person.id), word="  竹影   316 ", now=now) == "竹影 316"
    assert word.word_of(person.id) == "竹影 316"
    kept = bytes(MailWord.objects.get(person_id=person.id).sealed)
    assert "竹影".encode() not in kept
    assert [event.event for event in news] == ["mail_word_changed"]


@pytest.mark.parametrize(
    "bad",
    ["", "a", "x" * 25, "okpay.com", "a/b", "me@home", "<b>hi</b>", "  ", "http:x", "a\u202eb"],
)
def test_what_could_be_a_link_is_refused(
    enrol: Any, actor_of: ActorOf, now: datetime, bad: str
) -> None:
    person = enrol()
    with pytest.raises(BadMailWordError):
        word.set_word(actor=actor_of(person.id), word=bad, now=now)
    assert word.word_of(person.id) == ""


@pytest.mark.parametrize("secret", [PASSWORD, "204817"])
def test_a_secret_is_no_word(enrol: Any, actor_of: ActorOf, now: datetime, secret: str) -> None:
    person = enrol()
    with pytest.raises(MailWordIsSecretError):
        word.set_word(actor=actor_of(person.id), word=secret, now=now)
    assert not MailWord.objects.filter(person_id=person.id).exists()


def test_a_frozen_person_changes_nothing(enrol: Any, actor_of: ActorOf, now: datetime) -> None:
    from okpay.identity.errors import AccountFrozenError

    person = enrol()
    word.set_word(actor=actor_of(person.id), word="paper moon", now=now)
    Person.objects.filter(pk=person.id).update(frozen_at=now)
    with pytest.raises(AccountFrozenError):
        word.set_word(actor=actor_of(person.id), word="other moon", now=now)
    assert word.word_of(person.id) == "paper moon"


def test_the_letterhead_is_for_the_proven_owner_alone(
    enrol: Any, actor_of: ActorOf, now: datetime
) -> None:
    person = enrol()
    word.set_word(actor=actor_of(person.id), word="paper moon", now=now)
    head = word.letterhead(recipient=person.email.upper())
    assert head == "Your word: paper moon\nIt stands on top of every mail from OKPay."
    assert word.letterhead(person_id=person.id) == head
    Person.objects.filter(pk=person.id).update(language="zh-hans")
    assert word.letterhead(recipient=person.email).startswith("你的防伪码：paper moon\n")
    claim = Person.objects.create(name="x", email="claimed@mail.example", phone="")
    MailWord.objects.create(
        person=claim,
        changed_at=timezone.now(),
        sealed=crypto.seal(
            claim.id,
            table="safety_mailword",
            column="sealed",
            row=str(claim.id),
            plain=b"unproven word",
        ),
    )
    assert word.letterhead(recipient="claimed@mail.example") == ""


def test_a_broken_seal_stops_no_mail(enrol: Any, actor_of: ActorOf, now: datetime) -> None:
    person = enrol()
    word.set_word(actor=actor_of(person.id), word="paper moon", now=now)
    MailWord.objects.filter(person_id=person.id).update(sealed=b"x" * 60)
    assert word.letterhead(recipient=person.email) == ""


def test_it_can_be_taken_away(enrol: Any, actor_of: ActorOf, now: datetime) -> None:
    person = enrol()
    word.set_word(actor=actor_of(person.id), word="paper moon", now=now)
    word.remove_word(actor=actor_of(person.id), now=now)
    word.remove_word(actor=actor_of(person.id), now=now)
    assert (word.has_word(person.id), word.word_of(person.id)) == (False, "")
