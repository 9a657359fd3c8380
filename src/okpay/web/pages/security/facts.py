"""What is done for an account's safety, as the score counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity import queries
from okpay.identity.factors.queries import Way, enrolled
from okpay.identity.safety import reminders, word
from okpay.identity.safety.score import Part, Score, score
from okpay.web.pages.refusals import page_named
from okpay.web.pages.security.score_words import WORDS

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.models import Person


def score_of(person: Person, now: datetime) -> Score:
    """Count what this person has done; what this installation has no page for is not counted."""
    ways = {one.way for one in enrolled(person.pk)}
    age = reminders.password_age(person.pk, now)
    done = {
        Part.CONTACTS: bool(person.email_verified_at and person.phone_verified_at),
        Part.PAYMENT_PASSWORD: queries.has_payment_password(person.pk),
        Part.SECOND_FACTOR: bool(ways),
        Part.PASSKEY: Way.PASSKEY in ways,
        Part.FRESH_PASSWORD: age is not None and age < reminders.OLD,
        Part.MAIL_WORD: word.has_word(person.pk),
        Part.REAL_NAME: person.level > 0,
    }
    return score({part: made for part, made in done.items() if page_named(WORDS[part].page)})
