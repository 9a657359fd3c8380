"""A stranger who knows an alias takes no code, no try and no waiting from its owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from okpay.identity import caps, codes
from okpay.identity.codes import Purpose
from okpay.identity.errors import (
    CodeCoolingError,
    CodeExpiredError,
    CodeLockedError,
    CodeWrongError,
)
from okpay.identity.freezing import recovery
from okpay.identity.freezing.recovery import Channel
from okpay.identity.models import OneTimeCode
from okpay.kernel import clock
from okpay.notices.models import Outgoing
from tests.identity.freezing.kit import begun, code_of
from tests.support.people import MakePerson, Somebody

MINUTE = timedelta(seconds=61)
NOBODY = "+8613900000417"
PER_HOUR, PER_DAY = (cap.most for cap in caps.WITHOUT_SESSION)


def rescues(person: Somebody) -> int:
    return Outgoing.objects.filter(recipient_index=person.phone, purpose=Purpose.RESCUE).count()


def other_than(code: str) -> str:
    return f"{(int(code) + 7) % 10**6:06d}"


def asked(phone: str, purpose: Purpose, now: Any, **more: Any) -> bool:
    """Ask for a code; return whether one was sent."""
    person_id = more.pop("person_id", None)
    try:
        codes.send_code(phone=phone, purpose=purpose, person_id=person_id, now=now, **more)
    except CodeCoolingError:
        return False
    return True


def test_h16_the_owner_gets_codes_though_a_stranger_began_two_seconds_before(
    make_person: MakePerson,
) -> None:
    person = make_person()
    now = clock.now()
    theirs = recovery.begin(alias=person.email, now=now)
    strangers = {channel: code_of(person, channel) for channel in Channel}
    later = now + timedelta(seconds=2)
    mine = recovery.begin(alias=person.email, now=later)
    owners = {channel: code_of(person, channel) for channel in Channel}
    assert rescues(person) == 2
    # The stranger sends again as soon as they may, and guesses their own attempt into its lock.
    recovery.send(recovery_id=theirs.id, now=now + MINUTE)
    for _ in range(6):
        with pytest.raises((CodeWrongError, CodeLockedError)):
            recovery.prove(
                recovery_id=theirs.id,
                channel=Channel.PHONE,
                code=owners[Channel.PHONE],
                now=now + MINUTE,
            )
    for channel in Channel:
        code = strangers[channel]
        code = code if code != owners[channel] else other_than(code)
        with pytest.raises(CodeWrongError):
            recovery.prove(recovery_id=mine.id, channel=channel, code=code, now=now + MINUTE)
        recovery.prove(recovery_id=mine.id, channel=channel, code=owners[channel], now=now + MINUTE)
    assert recovery.proven(recovery.find(mine.id, now + MINUTE)).full


def test_h15_ten_rounds_of_strangers_leave_the_owners_own_codes(make_person: MakePerson) -> None:
    person = make_person()
    now = clock.now()
    for number in range(10):
        at = now + number * MINUTE
        recovery.begin(alias=person.phone, now=at)
        asked(person.phone, Purpose.PASSWORD_RESET, at, bound_to=f"stranger {number}")
        # ... and those who say that the number is theirs, with accounts of their own.
        for kind in (Purpose.PHONE_CHANGE, Purpose.PHONE):
            asked(person.phone, kind, at, person_id=make_person().id, real=False)
    end = now + 10 * MINUTE
    assert rescues(person) == PER_HOUR
    resets = OneTimeCode.objects.filter(phone=person.phone, purpose=Purpose.PASSWORD_RESET)
    assert resets.count() == PER_HOUR
    got: list[str] = []
    for purpose in (Purpose.SIGN_IN, Purpose.PAYMENT, Purpose.STEP_UP, Purpose.HOLDER):
        codes.send_code(
            purpose=purpose,
            person_id=person.id,
            phone=person.phone,
            bound_to="mine",
            deliver=got.append,
            now=end,
        )
        codes.check_code(
            purpose=purpose,
            person_id=person.id,
            phone=person.phone,
            code=got[-1],
            bound_to="mine",
            now=end,
        )
    assert len(got) == 4


def test_h15_a_phone_gets_so_many_without_a_session_and_one_address_a_part(
    make_person: MakePerson,
) -> None:
    person, now = make_person(), clock.now()

    def sent(hour: int, address: str) -> int:
        at = now + hour * timedelta(hours=1, seconds=1)
        before = rescues(person)
        for _ in range(PER_HOUR + 1):
            recovery.begin(alias=person.phone, address=address, now=at)
        return rescues(person) - before

    # 3 an hour and 5 a day from one address, 6 an hour and 12 a day from all.
    assert [sent(0, "198.51.100.8"), sent(0, "2a00:16:1:2::4"), sent(0, "203.0.113.9")] == [3, 3, 0]
    assert [sent(1, "198.51.100.8"), sent(1, "2a00:16:1:2::4"), sent(1, "203.0.113.9")] == [2, 2, 2]
    assert [sent(2, "198.51.100.8"), sent(2, "203.0.113.9")] == [0, 0]
    assert rescues(person) == PER_DAY
    assert sent(25, "198.51.100.8") == 3


def test_h15_three_addresses_leave_the_owners_browser_its_codes(make_person: MakePerson) -> None:
    from okpay.identity.sign_ins import note_sign_in

    person, other, now = make_person(), make_person(), clock.now()
    for somebody, cookie in ((person, "at home"), (other, "next door")):
        note_sign_in(actor=somebody.actor, device=cookie, user_agent="", address="", now=now)
    for number in range(PER_HOUR):
        recovery.begin(alias=person.phone, address=f"198.51.100.{number // 2}", now=now)
    assert rescues(person) == PER_HOUR

    def sent(browser: str, at: Any) -> int:
        before = rescues(person)
        row = recovery.begin(alias=person.phone, address="203.0.113.7", browser=browser, now=at)
        assert recovery.seconds_to_wait(row, at) == 60  # the same for everybody
        return rescues(person) - before

    most = caps.OWN_BROWSER.steps[0][0]
    assert [sent(browser, now) for browser in ("", "made up", "next door")] == [0, 0, 0]
    assert [sent("at home", now) for _ in range(most + 1)] == [1] * most + [0]
    row = recovery.begin(alias=NOBODY, browser="at home", now=now)
    with pytest.raises((CodeWrongError, CodeExpiredError)):
        recovery.prove(recovery_id=row.id, channel=Channel.PHONE, code="wrong", now=now)
    assert sent("at home", now + timedelta(hours=25)) == 1


def test_h15_the_owners_share_has_its_end_too(make_person: MakePerson) -> None:
    person, now = make_person(), clock.now()
    most = caps.PER_PHONE[0].most
    sent = [
        asked(person.phone, Purpose.SIGN_IN, now + number * MINUTE, person_id=person.id)
        for number in range(most + 2)
    ]
    assert sent == [True] * most + [False] * 2
    assert asked(person.phone, Purpose.RESCUE, now + most * MINUTE, bound_to="an attempt")


def test_h1_guesses_over_all_attempts_are_bounded_by_the_codes(make_person: MakePerson) -> None:
    person, now = make_person(), clock.now()
    checked = refused = 0
    for _ in range(PER_HOUR + 3):
        row = recovery.begin(alias=person.phone, now=now)
        wrong = other_than(code_of(person, Channel.PHONE))
        for _try in range(7):
            try:
                recovery.prove(recovery_id=row.id, channel=Channel.PHONE, code=wrong, now=now)
            except CodeWrongError:
                checked += 1
            except (CodeLockedError, CodeExpiredError):
                refused += 1
    # Of each code the fifth guess locks: it was looked at and answers with the lock.
    assert (checked + PER_HOUR, refused) == (5 * PER_HOUR, 3 * PER_HOUR + 7 * 3)


def test_h16_a_phone_of_nobody_answers_alike_when_its_share_is_used_up(
    make_person: MakePerson,
) -> None:
    person, now = make_person(), clock.now()
    answers = []
    for phone in (person.phone, NOBODY):
        row = recovery.begin(alias=phone, now=now)
        for _ in range(PER_HOUR - 1):
            recovery.begin(alias=phone, now=now)
        last = recovery.begin(alias=phone, now=now)
        said = []
        for one in (row, last):
            with pytest.raises((CodeWrongError, CodeExpiredError)) as refused:
                recovery.prove(recovery_id=one.id, channel=Channel.PHONE, code="wrong", now=now)
            said.append(refused.value.code)
        # What was asked for at one page does not show at another.
        said.append(str(asked(phone, Purpose.PASSWORD_RESET, now, bound_to="x", real=False)))
        answers.append((said, recovery.seconds_to_wait(last, now)))
    assert answers[0] == answers[1] == (["code_wrong", "code_expired", "True"], 60)


def test_a_stranger_ends_no_attempt_that_is_under_way(make_person: MakePerson) -> None:
    person = make_person()
    mine = begun(person)
    code = code_of(person, Channel.MAIL)
    for _ in range(PER_HOUR):
        recovery.begin(alias=person.email, now=clock.now())
    proven = recovery.prove(recovery_id=mine.id, channel=Channel.MAIL, code=code, now=clock.now())
    assert proven.may_freeze
