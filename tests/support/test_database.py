"""The database that tests share, and its copies."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection

from okpay.identity.models import Person
from okpay.kernel.actor import Actor
from okpay.wallets.queries import balances
from tests.support.people import MakePerson

pytestmark = pytest.mark.usefixtures("database")


def test_django_works_with_the_least_role(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        role, name = cursor.fetchone()
    assert role == "okpay_app"
    assert name in database


def test_a_copy_holds_what_was_committed_and_is_apart(
    database: str, clone_database: Callable[..., str]
) -> None:
    with psycopg.connect(clone_database(), autocommit=True) as copy:
        copy.execute("DELETE FROM django_migrations")
        assert copy.execute("SELECT count(*) FROM django_migrations").fetchone() == (0,)
    with psycopg.connect(database) as live:
        assert live.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)


def test_an_empty_copy_has_the_schema_only(clone_database: Callable[..., str]) -> None:
    with psycopg.connect(clone_database(empty=True)) as copy:
        assert copy.execute("SELECT count(*) FROM identity_person").fetchone() == (0,)


def test_money_of_people_is_booked_by_the_engine(make_person: MakePerson) -> None:
    person = make_person(cny="100.00", jpy="500")
    held = {b.asset.code: b.posted.minor for b in balances(person.id)}
    assert held == {"CNY": 10000, "JPY": 500}


def test_people_are_new_and_proven(make_person: MakePerson) -> None:
    first, second = make_person(), make_person(name="Lin Yue", pin="")
    assert len({first.id, second.id, first.email, second.email, first.phone, second.phone}) == 6
    person = Person.objects.get(pk=first.id)
    assert person.email_verified_at is not None
    assert person.phone_verified_at is not None
    assert first.actor == Actor(person_id=first.id, kind="person", via="web")
