"""What is thrown away, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from okpay.identity import operations
from okpay.identity.housekeeping import tidy
from okpay.identity.models import Person
from okpay.kernel.actor import SYSTEM
from tests.identity.kit import PASSWORD, fresh_email, fresh_phone
from tests.support.people import MakePerson


def test_claims_go_after_a_week_and_people_stay(
    enrol: Callable[..., Any], now: datetime, texts: list[Any]
) -> None:
    def claim() -> Person:
        return operations.register_person(
            actor=SYSTEM,
            name="Lin Yue",
            email=fresh_email(),
            phone=fresh_phone(),
            password=PASSWORD,
            language="en",
            now=now,
        )

    person, old, young = enrol(), claim(), claim()
    long_ago = now - timedelta(days=8)
    Person.objects.filter(pk__in=[person.id, old.id]).update(created_at=long_ago)
    tidy(now=now)
    left = Person.objects.filter(pk__in=[person.id, old.id, young.id])
    assert set(left.values_list("pk", flat=True)) == {person.id, young.id}
    with connection.cursor() as cursor:  # no backup opens what the claim said
        cursor.execute("SELECT count(*) FROM crypto_datakey WHERE subject = %s", [old.id])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM crypto_datakey WHERE subject = %s", [young.id])
        assert cursor.fetchone() != (0,)


def test_m5_nobody_who_owns_an_account_or_a_record_is_forgotten(
    make_person: MakePerson, enrol: Callable[..., Any], now: datetime
) -> None:
    rich, known, forgotten = make_person(cny="5.00"), enrol(), enrol(pin="")
    long_ago = now - timedelta(days=8)
    everybody = [rich.id, known.id, forgotten.id]
    Person.objects.filter(pk__in=everybody).update(created_at=long_ago, email_verified_at=None)
    tidy(now=now)
    left = Person.objects.filter(pk__in=everybody)
    assert set(left.values_list("pk", flat=True)) == {rich.id, known.id}
