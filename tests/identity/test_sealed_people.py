"""E-mail and phone of a person: sealed where they stand, found by an index, opened where read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okpay.identity import queries
from okpay.identity.models import Person, Session
from okpay.identity.people import begin_email_change, confirm_email
from okpay.identity.sessions import SessionStore, digest_of
from okpay.kernel.crypto import blind, keys
from okpay.kernel.crypto.columns import Column, columns
from okpay.kernel.crypto.fields import Sealed
from tests.identity.kit import PIN, fresh_email

Make = Callable[..., Any]
RAW = """
SELECT email_sealed, email_index, phone_sealed, phone_index, wanted_email_sealed
FROM identity_person WHERE id = %s
"""


def raw(person: Person) -> tuple[bytes | None, ...]:
    """What stands in the columns."""
    with connection.cursor() as cursor:
        cursor.execute(RAW, [person.id])
        row = cursor.fetchone()
    return tuple(None if one is None else bytes(one) for one in row or ())


def test_the_columns_hold_seals_and_indexes_and_the_row_opens_them(enrol: Make) -> None:
    person = enrol()
    email, email_index, phone, phone_index, wanted = raw(person)
    assert (email_index, phone_index) == (
        blind("email", person.email),
        blind("phone", person.phone),
    )
    assert person.email.encode() not in (email or b"")
    assert person.phone.encode() not in (phone or b"")
    assert wanted is None
    read = Person.objects.get(pk=person.id)
    assert (read.email, read.phone, read.wanted_email) == (person.email, person.phone, "")
    deferred = Person.objects.defer("email").get(pk=person.id)
    assert deferred.email == person.email


def test_saving_what_was_read_changes_nothing_and_saving_anew_moves_the_index(enrol: Make) -> None:
    person = enrol()
    before = raw(person)
    Person.objects.get(pk=person.id).save()
    assert raw(person) == before
    read, new = Person.objects.get(pk=person.id), fresh_email()
    read.email = new
    read.save(update_fields=["email"])
    assert raw(person)[1] == blind("email", new)
    assert Person.objects.get(pk=person.id).email == new
    assert queries.find_person(person.email) is None
    assert queries.find_person(new.upper()) == person


@pytest.mark.parametrize(
    ("way", "named"),
    [
        ("filter", {"email": "a@b.example"}),
        ("exclude", {"phone__startswith": "+86"}),
        ("filter", {"sessions__person__email__in": ["a@b.example"]}),
        ("update", {"email": "a@b.example"}),
    ],
)
def test_no_look_up_and_no_update_goes_past_the_seal(way: str, named: dict[str, Any]) -> None:
    with pytest.raises((FieldError, TypeError), match="is sealed"):
        getattr(Person.objects.filter(name="nobody of this name"), way)(**named)


def test_a_list_of_people_opens_their_keys_by_one_question(enrol: Make) -> None:
    made = [enrol(name=name, pin="") for name in ("甲甲", "乙乙", "丙丙")]
    for one in made:
        keys.forget(one.id)
    rows = Person.objects.filter(pk__in=[one.id for one in made])
    with CaptureQueriesContext(connection) as asked:
        shown = {one.email + one.phone for one in queries.opened(rows)}
    assert shown == {one.email + one.phone for one in made}
    assert len(asked) == 2  # the people, their keys
    with CaptureQueriesContext(connection) as again:
        assert len({one.email for one in queries.opened(rows.all())}) == len(made)
    assert len(again) == 1


def test_a_wanted_e_mail_is_sealed_and_the_librarys_table_keeps_digests(
    enrol: Make, actor_of: Make, now: datetime
) -> None:
    from allauth.account.models import EmailAddress

    person, new = enrol(), fresh_email()
    begin_email_change(actor=actor_of(person.id), email=new, payment_password=PIN, now=now)
    waiting = EmailAddress.objects.get_new(person)
    assert (waiting.email, waiting.verified) == (new, False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT email FROM account_emailaddress WHERE user_id = %s ORDER BY id", [person.id]
        )
        kept = [row[0] for row in cursor.fetchall()]
    assert kept == [blind("email", one).hex() for one in (person.email, new)]
    assert confirm_email(person_id=person.id, email=waiting.email, now=now)
    assert EmailAddress.objects.get(user=person).email == new
    assert raw(person)[4] is None


def test_a_link_to_an_e_mail_that_is_wanted_no_more_confirms_nothing(
    enrol: Make, now: datetime
) -> None:
    from allauth.account.models import EmailAddress

    person = enrol()
    stray = EmailAddress.objects.create(user_id=person.id, email=fresh_email())
    read = EmailAddress.objects.get(pk=stray.pk)
    assert read.email == ""
    assert not confirm_email(person_id=person.id, email=read.email, now=now)
    assert Person.objects.get(pk=person.id).email == person.email


def test_a_session_is_sealed() -> None:
    store = SessionStore()
    store["alias"] = "typed@session.example"
    store.create()
    store.save()
    again = SessionStore(store.session_key)
    assert again["alias"] == "typed@session.example"
    row = Session.objects.get(digest=digest_of(str(store.session_key)))
    assert SessionStore().decode(row.data) == {"alias": "typed@session.example"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT data_sealed FROM identity_session WHERE id = %s", [row.id])
        kept = bytes((cursor.fetchone() or [b""])[0])
    assert row.data.encode() not in kept


def test_every_sealed_column_is_one_that_rotation_knows() -> None:
    found = {
        Column(
            model._meta.db_table,
            str(field.column),
            str(model._meta.pk.column) if field.row == "pk" else field.row,
            field.subject,
        )
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, Sealed)
    }
    assert len(found) == 9
    assert found - set(columns()) == set()
