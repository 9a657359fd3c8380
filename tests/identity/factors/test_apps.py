"""App codes and recovery codes: enrolled, used once, counted exactly."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from okpay.identity.caution import in_force
from okpay.identity.factors import authenticator_app, operations, queries, recovery
from okpay.identity.factors.errors import FactorNotAddedError, LastFactorError
from okpay.identity.factors.models import AuthenticatorApp, RecoveryCode
from okpay.kernel.models import AuditRow
from tests.identity.factors.kit import acting, code_of, refusal, with_app, with_passkey

Make = Callable[..., Any]


def use(person: Any, code: str, now: datetime) -> str:
    return refusal(lambda: authenticator_app.verify_totp(person_id=person.id, code=code, now=now))


def test_enrolling_needs_the_first_code(enrol: Make, now: datetime, news: list[Any]) -> None:
    person = enrol()
    secret = authenticator_app.begin(actor=acting(person), now=now)
    assert authenticator_app.begin(actor=acting(person), now=now) == secret
    assert not queries.has_second(person.id)
    wrong = code_of(secret, now, 1)
    tried = refusal(
        lambda: authenticator_app.confirm(actor=acting(person), name="A", code=wrong, now=now)
    )
    assert (tried, queries.enrolled(person.id), news) == ("factor_wrong", [], [])
    right = code_of(secret, now)
    authenticator_app.confirm(actor=acting(person), name=" My  phone ", code=right, now=now)
    (one,) = queries.enrolled(person.id)
    assert (one.way, one.name, one.last_used_at) == ("app", "My phone", now)
    assert [(item.event, item.params) for item in news] == [
        ("factor_added", {"factor": "My phone"})
    ]
    assert [caution.cause for caution in in_force(person.id, now)] == ["factor_added"]
    # the code that enrolled is used up
    assert use(person, right, now) == "factor_wrong"


def test_the_secret_is_sealed(enrol: Make, now: datetime) -> None:
    person = enrol()
    secret = with_app(person, now)
    row = AuthenticatorApp.objects.get(person=person)
    assert secret not in bytes(row.secret)
    other = AuthenticatorApp.objects.create(person=person, secret=row.secret, created_at=now)
    assert other.pk != row.pk
    with pytest.raises(Exception, match="is broken"):  # it opens in its own row only
        authenticator_app._unseal(other)  # noqa: SLF001 — what a thief of rows would try


def test_h4_a_step_counts_once_and_only_the_present_one(enrol: Make, now: datetime) -> None:
    person = enrol()
    secret = with_app(person, now)
    for steps in (-2, -1, 1, 2):
        assert use(person, code_of(secret, now, steps), now) == "factor_wrong", steps
    assert use(person, code_of(secret, now), now) == "ok"
    assert use(person, code_of(secret, now), now) == "factor_wrong"
    later = now + timedelta(seconds=30)
    assert use(person, code_of(secret, later), later) == "ok"
    assert use(person, code_of(secret, later, -1), later) == "factor_wrong"


def _in_threads(calls: list[Callable[[], str]]) -> list[str]:
    def run(call: Callable[[], str]) -> str:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, calls))


def test_h4_one_code_at_eight_doors_opens_one(enrol: Make, now: datetime) -> None:
    person = enrol()
    code = code_of(with_app(person, now), now)
    said = _in_threads([lambda: use(person, code, now)] * 4)
    assert sorted(said) == ["factor_wrong"] * 3 + ["ok"]


def test_h1_hundred_parallel_guesses_share_one_budget(
    enrol: Make, now: datetime, news: list[Any]
) -> None:
    person = enrol()
    secret = with_app(person, now)
    recovery.make_codes(actor=acting(person), now=now)
    news.clear()
    wrong = code_of(secret, now, 7)

    def by_recovery() -> str:
        return refusal(
            lambda: recovery.verify_recovery(person_id=person.id, code="aaaaa-aaaaa", now=now)
        )

    guesses: list[Callable[[], str]] = [lambda: use(person, wrong, now), by_recovery]
    said = _in_threads(guesses * 50)
    assert {word: said.count(word) for word in set(said)} == {
        "factor_wrong": 4,  # the fifth is checked and locks
        "factor_locked": 96,
    }
    assert use(person, code_of(secret, now), now) == "factor_locked"
    assert [item.event for item in news] == ["factor_locked"]
    later = now + timedelta(minutes=15)
    assert use(person, code_of(secret, later), later) == "ok"


def test_h16_a_browser_that_is_known_has_tries_of_its_own(enrol: Make, now: datetime) -> None:
    person = enrol()
    secret = with_app(person, now)
    for _try in range(5):
        use(person, "000000", now)
    right = code_of(secret, now)
    assert use(person, right, now) == "factor_locked"
    authenticator_app.verify_totp(person_id=person.id, code=right, now=now, device="known")


def test_recovery_codes_open_once_and_are_kept_as_digests(
    enrol: Make, now: datetime, news: list[Any]
) -> None:
    person = enrol()
    with pytest.raises(FactorNotAddedError):  # nothing could be lost yet
        recovery.make_codes(actor=acting(person), now=now)
    with_app(person, now)
    first = recovery.make_codes(actor=acting(person), now=now)
    codes = recovery.make_codes(actor=acting(person), now=now)
    assert (len(set(codes)), queries.recovery_left(person.id)) == (10, 10)
    kept = set(RecoveryCode.objects.filter(person=person).values_list("digest", flat=True))
    assert not kept & {code.replace("-", "") for code in codes}

    def use_code(code: str) -> str:
        return refusal(lambda: recovery.verify_recovery(person_id=person.id, code=code, now=now))

    assert use_code(first[0]) == "factor_wrong"
    assert use_code(codes[0].upper().replace("-", " ")) == "ok"
    assert use_code(codes[0]) == "factor_wrong"
    assert queries.recovery_left(person.id) == 9
    used = [item for item in news if item.event == "recovery_code_used"]
    assert [item.params for item in used] == [{"left": "9"}]
    said = _in_threads([lambda: use_code(codes[1])] * 4)
    assert sorted(said) == ["factor_wrong"] * 3 + ["ok"]


def test_rename_and_remove(enrol: Make, now: datetime, news: list[Any]) -> None:
    person, other = enrol(), enrol()
    with_app(person, now)
    with_passkey(person, now)
    recovery.make_codes(actor=acting(person), now=now)
    passkey, app = queries.enrolled(person.id)
    news.clear()
    operations.rename_factor(actor=acting(person), factor_id=app.id, name="Old phone", now=now)
    stranger = refusal(
        lambda: operations.remove_factor(actor=acting(other), factor_id=app.id, last=True, now=now)
    )
    assert stranger == "factor_not_found"
    operations.remove_factor(actor=acting(person), factor_id=passkey.id, last=False, now=now)
    with pytest.raises(LastFactorError):
        operations.remove_factor(actor=acting(person), factor_id=app.id, last=False, now=now)
    assert [one.name for one in queries.enrolled(person.id)] == ["Old phone"]
    operations.remove_factor(actor=acting(person), factor_id=app.id, last=True, now=now)
    assert (queries.enrolled(person.id), queries.recovery_left(person.id)) == ([], 0)
    told = [(str(item.event), item.params["factor"]) for item in news]
    assert told == [
        ("factor_renamed", "Old phone"),
        ("factor_removed", "Laptop"),
        ("factor_removed", "Old phone"),
    ]
    actions = AuditRow.objects.filter(action__startswith="identity.factor").order_by("pk")
    assert list(actions.values_list("action", flat=True))[-3:] == [
        "identity.factor_renamed",
        "identity.factor_removed",
        "identity.factor_removed",
    ]
