"""Hostile case H15: nobody earns by making us send codes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from okpay.identity import caps, codes
from okpay.identity.codes import Purpose
from okpay.identity.errors import CodeCoolingError, TooManyCodesError
from okpay.identity.models import OneTimeCode
from okpay.kernel.errors import DomainError
from tests.identity.kit import fresh_phone

Make = Callable[..., Any]
Texts = list[tuple[str, str, str]]


def ask(phone: str, now: datetime, **more: Any) -> str:
    """Ask for a code; return "sent" or why not."""
    asked = {"purpose": Purpose.PHONE_CHANGE, "person_id": None, **more}
    try:
        codes.send_code(phone=phone, now=now, **asked)
    except DomainError as refused:
        return refused.code
    return "sent"


def test_h15_one_person_to_many_numbers(enrol: Make, now: datetime, texts: Texts) -> None:
    person, other = enrol(), enrol()
    most = caps.PER_PERSON[0].most
    numbers = [f"+44791{now.microsecond % 100:02d}{number:05d}" for number in range(most + 1)]
    answers = [ask(phone, now, person_id=person.id) for phone in numbers]
    assert answers == ["sent"] * most + ["too_many_codes"]
    assert len(texts) == most
    assert ask(numbers[-1], now, person_id=other.id) == "sent"
    yesterday = now - timedelta(days=1, seconds=1)
    OneTimeCode.objects.filter(person=person).update(created_at=yesterday)
    assert ask(numbers[-1], now, person_id=person.id) == "sent"


@pytest.mark.parametrize(
    ("address", "again"),
    [("8.8.4.4", "8.8.4.4"), ("2a00:1:2:3::1", "2a00:1:2:3:ffff::9")],
)
def test_h15_one_address_for_everybody(
    enrol: Make, now: datetime, texts: Texts, address: str, again: str
) -> None:
    most = caps.per_address()[0].most
    people = [(fresh_phone(), address) for _ in range(most)]
    answers = [
        ask(phone, now, purpose=Purpose.PASSWORD_RESET, address=site) for phone, site in people
    ]
    assert answers == ["sent"] * most
    assert ask(fresh_phone(), now, address=again) == "too_many_codes"
    assert ask(fresh_phone(), now, address="9.9.9.9") == "sent"


def test_h15_one_range_of_numbers(enrol: Make, now: datetime, texts: Texts) -> None:
    most = caps.PER_PREFIX[0].most
    answers = [ask(f"+88213900{number:04d}", now) for number in range(most + 20)]
    assert answers == ["sent"] * most + ["too_many_codes"] * 20
    owner = enrol()
    # Whoever owns a number of that range is not locked out of their account.
    assert ask("+88213900001", now, purpose=Purpose.PASSWORD_RESET) == "sent"
    assert ask(owner.phone, now, purpose=Purpose.HOLDER, person_id=owner.id) == "sent"


def test_h15_two_codes_at_once_are_one(enrol: Make, now: datetime, texts: Texts) -> None:
    person, phone = enrol(), fresh_phone()

    def one(_number: int) -> str:
        try:
            return ask(phone, now, person_id=person.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(one, range(8)))
    assert answers == ["code_too_soon"] * 7 + ["sent"]
    assert OneTimeCode.objects.filter(phone=phone).count() == 1
    assert len(texts) == 1


def test_what_an_address_is_counted_by() -> None:
    assert [caps.site_of(text) for text in ("8.8.8.8", "2a00:1:2:3:4::5", "", "unknown")] == [
        "8.8.8.8",
        "2a00:1:2:3::",
        "",
        "",
    ]
    assert (CodeCoolingError.code, TooManyCodesError.status) == ("code_too_soon", 429)
