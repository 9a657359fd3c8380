"""H7: a changed phone, e-mail, password or device begins 24 hours of care; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from okpay.identity import operations
from okpay.identity.caution import Cause, begin, in_force
from okpay.identity.caution.queries import careful_until
from okpay.identity.models import KnownDevice
from okpay.kernel.models import AuditRow
from tests.identity.kit import PIN
from tests.support.people import MakePerson

Make = Callable[..., Any]
DAY = timedelta(hours=24)
NEW_PIN = "730561"


def causes(person: Any, now: datetime) -> list[str]:
    return sorted(one.cause for one in in_force(person.id, now))


def test_care_lasts_its_hours_and_is_never_shortened(enrol: Make, now: datetime) -> None:
    person = enrol()
    begin(person_id=person.id, cause=Cause.RECOVERED, now=now, hours=48)
    begin(person_id=person.id, cause=Cause.FACTOR_ADDED, now=now)
    assert careful_until(person.id, now) == now + 2 * DAY
    assert causes(person, now) == ["factor_added", "recovered"]
    assert causes(person, now + DAY) == ["recovered"]
    assert (causes(person, now + 2 * DAY), careful_until(person.id, now + 2 * DAY)) == ([], None)


def test_the_same_cause_twice_is_one_that_lasts_longer(enrol: Make, now: datetime) -> None:
    person = enrol()
    begin(person_id=person.id, cause=Cause.NEW_DEVICE, now=now - timedelta(hours=3))
    begin(person_id=person.id, cause=Cause.NEW_DEVICE, now=now)
    assert [one.until for one in in_force(person.id, now)] == [now + DAY]


@pytest.mark.parametrize("hours", [0, -1, 721])
def test_a_care_without_a_sound_length_is_refused(enrol: Make, now: datetime, hours: int) -> None:
    person = enrol()
    with pytest.raises(ValueError, match=str(hours)):
        begin(person_id=person.id, cause=Cause.NEW_DEVICE, now=now, hours=hours)
    assert causes(person, now) == []


def test_it_is_entered_in_the_audit_trail(enrol: Make, now: datetime) -> None:
    person = enrol()
    begin(person_id=person.id, cause=Cause.FACTOR_REMOVED, now=now)
    row = AuditRow.objects.get(action="identity.caution.begun", subject=str(person))
    assert row.data == {"cause": "factor_removed", "until": (now + DAY).isoformat()}


@pytest.mark.parametrize(
    ("reset", "cause"), [(False, "password_changed"), (True, "password_reset")]
)
def test_h7_a_new_sign_in_password_begins_care(
    enrol: Make, actor_of: Make, now: datetime, *, reset: bool, cause: str
) -> None:
    person = enrol()
    operations.set_password(
        actor=actor_of(person.id), password="nine slow clouds pass", keep_session="", reset=reset,
        now=now,
    )  # fmt: skip
    assert causes(person, now) == [cause]


def test_h7_a_changed_payment_password_begins_care_a_first_one_does_not(
    enrol: Make, actor_of: Make, now: datetime
) -> None:
    person, fresh = enrol(), enrol(pin="")
    operations.set_payment_password(actor=actor_of(fresh.id), pin=NEW_PIN, now=now)
    operations.change_payment_password(actor=actor_of(person.id), pin=PIN, new_pin=NEW_PIN, now=now)
    assert (causes(fresh, now), causes(person, now)) == ([], ["payment_password_changed"])


def test_h7_a_first_payment_password_begins_care_for_who_has_other_browsers(
    enrol: Make, actor_of: Make, now: datetime
) -> None:
    person = enrol(pin="")
    KnownDevice.objects.bulk_create(
        KnownDevice(person=person, digest=one, first_seen_at=now, last_seen_at=now) for one in "ab"
    )
    operations.set_payment_password(actor=actor_of(person.id), pin=NEW_PIN, now=now)
    assert causes(person, now) == ["payment_password_changed"]


def test_h7_a_first_payment_password_begins_no_care_for_who_only_has_money(
    make_person: MakePerson, now: datetime
) -> None:
    person = make_person(pin="", cny="1.00")
    operations.set_payment_password(actor=person.actor, pin=NEW_PIN, now=now)
    assert causes(person, now) == []


def test_h7_a_second_device_begins_care_the_first_and_a_known_one_do_not(
    enrol: Make, actor_of: Make, now: datetime
) -> None:
    person = enrol()

    def sign_in(device: str, at: datetime) -> list[str]:
        operations.note_sign_in(
            actor=actor_of(person.id), device=device, user_agent="x", address="10.0.0.1", now=at
        )
        return causes(person, at)

    assert sign_in("mine", now) == []
    assert sign_in("another", now) == ["new_device"]
    later = now + DAY
    assert (sign_in("mine", later), sign_in("another", later)) == ([], [])


def test_h7_a_changed_phone_and_a_changed_e_mail_begin_care(enrol: Make, now: datetime) -> None:
    from okpay.identity import people
    from okpay.identity.models import Person
    from tests.identity.kit import fresh_email, fresh_phone

    phone, mail = enrol(), enrol()
    people._take_phone(Person.objects.get(pk=phone.id), fresh_phone(), now)  # noqa: SLF001 — the one place
    people.confirm_email(person_id=mail.id, email=fresh_email(), now=now)
    assert (causes(phone, now), causes(mail, now)) == (["phone_changed"], ["email_changed"])
