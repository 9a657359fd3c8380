"""Setting, checking and locking the payment password."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from okpay.identity import operations
from okpay.identity.errors import (
    AccountFrozenError,
    CodeWrongError,
    PasswordWrongError,
    PaymentPasswordLockedError,
    PaymentPasswordRequiredError,
    PaymentPasswordSetError,
    PaymentPasswordWrongError,
    WeakPaymentPasswordError,
)
from okpay.identity.models import PaymentPassword, Person
from okpay.identity.rules import pin_is_weak
from okpay.kernel.errors import DomainError
from okpay.kernel.models import AuditRow
from tests.identity.kit import PASSWORD, PIN

Make = Callable[..., Any]
WRONG = "730561"


def answer(person: Any, pin: str, now: datetime) -> str:
    """Return the code of the refusal, or "ok"."""
    try:
        operations.check_payment_password(person_id=person.id, pin=pin, now=now)
    except DomainError as refused:
        return refused.code
    return "ok"


def test_right_and_missing(enrol: Make, now: datetime) -> None:
    person, without = enrol(), enrol(pin="")
    assert answer(person, PIN, now) == "ok"
    assert answer(person, "", now) == "payment_password_required"
    assert answer(without, PIN, now) == "payment_password_required"


def test_three_wrong_warn_five_lock_ten_reset(enrol: Make, now: datetime, news: list[Any]) -> None:
    person = enrol()
    left = []
    for _ in range(4):
        with pytest.raises(PaymentPasswordWrongError) as wrong:
            operations.check_payment_password(person_id=person.id, pin=WRONG, now=now)
        left.append(wrong.value.params["tries_left"])
    assert left == [4, 3, 2, 1]
    with pytest.raises(PaymentPasswordLockedError) as locked:
        operations.check_payment_password(person_id=person.id, pin=WRONG, now=now)
    assert locked.value.params["locked_until"] == (now + timedelta(minutes=15)).isoformat()
    assert answer(person, PIN, now + timedelta(minutes=14)) == "payment_password_locked"
    later = now + timedelta(minutes=16)
    assert [answer(person, WRONG, later) for _ in range(4)] == ["payment_password_wrong"] * 4
    assert answer(person, WRONG, later) == "payment_password_locked"
    assert answer(person, PIN, later + timedelta(hours=23)) == "payment_password_locked"
    # After ten the old digits are worth nothing, even when the lock has ended.
    assert answer(person, PIN, later + timedelta(hours=25)) != "ok"
    assert PaymentPassword.objects.get(person=person).must_reset is True
    assert [event.event for event in news] == ["payment_password_locked"] * 2


def test_a_right_one_gives_the_budget_back(enrol: Make, now: datetime) -> None:
    person = enrol()
    for _ in range(3):
        assert [answer(person, WRONG, now) for _ in range(4)] == ["payment_password_wrong"] * 4
        assert answer(person, PIN, now) == "ok"


def test_h1_hundred_parallel_guesses_win_five_checks(
    enrol: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.identity import hashing, payment_passwords

    person, checked = enrol(), []
    original = hashing.pin_matches

    def counted(*args: Any) -> bool:
        checked.append(args)
        return original(*args)

    monkeypatch.setattr(payment_passwords, "pin_matches", counted)

    def guess(number: int) -> str:
        try:
            return answer(person, f"73{number:04d}", now)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(guess, range(100)))
    assert len(checked) == 5
    assert answers.count("payment_password_wrong") == 4
    assert answers.count("payment_password_locked") == 96


def test_h1_the_try_is_committed_before_the_check(
    enrol: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.identity import payment_passwords

    person = enrol()

    def crash(*_args: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(payment_passwords, "pin_matches", crash)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            operations.check_payment_password(person_id=person.id, pin=WRONG, now=now)
    monkeypatch.undo()
    assert answer(person, PIN, now) == "payment_password_locked"


def test_many_right_at_once_never_lock(enrol: Make, now: datetime) -> None:
    person = enrol()

    def confirm(_number: int) -> str:
        try:
            return answer(person, PIN, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(confirm, range(20))) == ["ok"] * 20


@pytest.mark.parametrize(
    "pin",
    ["123456", "654321", "111111", "121212", "112233", "123123", "888999", "135791", "890123",
     "001122", "12345", "1234567", "12345a", "１２３４５６", "", "138000", "000831", "123321"],
)  # fmt: skip
def test_h17_weak_digits_are_refused_and_nothing_is_stored(
    enrol: Make, actor_of: Make, now: datetime, pin: str
) -> None:
    person = enrol(pin="")
    person.phone, person.phone_verified_at = "+8613900138000", None
    person.save(update_fields=["phone", "phone_verified_at"])
    with pytest.raises(WeakPaymentPasswordError):
        operations.set_payment_password(actor=actor_of(person.id), pin=pin, now=now)
    assert not PaymentPassword.objects.filter(person=person).exists()


def test_h17_birthday_and_document_tails() -> None:
    from datetime import date

    born = date(1990, 3, 7)
    assert [
        pin_is_weak(pin, phone="+8613900138000", born=born, id_number="110101199003079574")
        for pin in ("900307", "030790", "070390", "199003", "079574", "204817")
    ] == [True, True, True, True, True, False]


def test_h17_a_dump_without_the_pepper_cannot_be_searched(
    enrol: Make, now: datetime, settings: Any
) -> None:
    person = enrol()
    assert PIN not in PaymentPassword.objects.get(person=person).digest
    settings.OKPAY_PEPPER = "another pepper"
    assert answer(person, PIN, now) == "payment_password_wrong"


def test_set_change_and_what_is_told(
    enrol: Make, actor_of: Make, now: datetime, news: list[Any]
) -> None:
    person = enrol(pin="")
    actor = actor_of(person.id)
    operations.set_payment_password(actor=actor, pin=PIN, now=now)
    with pytest.raises(PaymentPasswordSetError):
        operations.set_payment_password(actor=actor, pin="738204", now=now)
    with pytest.raises(PaymentPasswordWrongError):
        operations.change_payment_password(actor=actor, pin=WRONG, new_pin="738204", now=now)
    with pytest.raises(WeakPaymentPasswordError):
        operations.change_payment_password(actor=actor, pin=PIN, new_pin=PIN, now=now)
    assert answer(person, PIN, now) == "ok"
    operations.change_payment_password(actor=actor, pin=PIN, new_pin="738204", now=now)
    assert (answer(person, "738204", now), answer(person, PIN, now)) == (
        "ok",
        "payment_password_wrong",
    )
    assert [event.event for event in news] == ["payment_password_set", "payment_password_changed"]
    actions = AuditRow.objects.filter(actor_id=person.id).order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "identity.payment_password_set",
        "identity.payment_password_changed",
    ]


def code_in(texts: list[tuple[str, str, str]]) -> str:
    found = re.search(r"\d{6}", texts[-1][1].replace(" ", " "))
    assert found is not None
    return found.group()


def test_forgotten_needs_password_and_code(
    enrol: Make, actor_of: Make, now: datetime, texts: list[tuple[str, str, str]]
) -> None:
    from okpay.identity.codes import Purpose

    person = enrol()
    actor = actor_of(person.id)
    for _ in range(5):
        answer(person, WRONG, now)
    operations.send_code(
        purpose=Purpose.PAYMENT_PASSWORD, person_id=person.id, phone=person.phone, now=now
    )
    code = code_in(texts)
    reset = operations.reset_payment_password
    with pytest.raises(PasswordWrongError):
        reset(actor=actor, password="wrong", code=code, new_pin="738204", now=now)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(CodeWrongError):
        reset(actor=actor, password=PASSWORD, code=wrong, new_pin="738204", now=now)
    assert answer(person, PIN, now) == "payment_password_locked"
    reset(actor=actor, password=PASSWORD, code=code, new_pin="738204", now=now)
    assert answer(person, "738204", now) == "ok"


def test_g12_a_frozen_person_changes_nothing(enrol: Make, actor_of: Make, now: datetime) -> None:
    person, actor = enrol(), None
    actor = actor_of(person.id)
    Person.objects.filter(pk=person.id).update(frozen_at=now)
    with pytest.raises(AccountFrozenError):
        operations.change_payment_password(actor=actor, pin=PIN, new_pin="738204", now=now)
    assert answer(person, PIN, now) == "ok"


def test_no_payment_password_is_asked_for_not_guessed(enrol: Make, now: datetime) -> None:
    person = enrol(pin="")
    with pytest.raises(PaymentPasswordRequiredError):
        operations.check_payment_password(person_id=person.id, pin=PIN, now=now)
