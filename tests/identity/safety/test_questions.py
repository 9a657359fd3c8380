"""Security questions: hashed, forgiving in writing, strict in counting, never enough alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from okpay.identity.safety import questions
from okpay.identity.safety.errors import AnswersLockedError, AnswersWrongError, BadQuestionsError
from okpay.identity.safety.models import SecurityQuestion
from okpay.identity.safety.questions import Wish

ActorOf = Callable[[UUID], Any]
WISHES = [
    Wish("first_dish", "番茄炒蛋"),
    Wish("first_concert", "Ａnna O'Hara"),
    Wish("own", "blue door", "What did the old house have?"),
]
RIGHT = ["番茄炒蛋", "anna ohara", "BLUE  DOOR."]


@pytest.fixture
def asked(enrol: Any, actor_of: ActorOf, now: datetime) -> Any:
    person = enrol()
    questions.set_questions(actor=actor_of(person.id), wishes=WISHES, now=now)
    return person


def test_they_are_asked_in_order_and_kept_as_hashes(asked: Any) -> None:
    texts = [row.text for row in questions.asked_of(asked.id)]
    assert texts[2] == "What did the old house have?"
    assert [row.position for row in questions.asked_of(asked.id)] == [1, 2, 3]
    for row in SecurityQuestion.objects.filter(person_id=asked.id):
        assert row.answer.startswith("argon2$argon2id$")
        assert b"old house" not in bytes(row.sealed or b"")


def test_two_right_answers_are_enough_and_one_is_not(asked: Any, now: datetime) -> None:
    questions.check(person_id=asked.id, answers=RIGHT, now=now)
    questions.check(person_id=asked.id, answers=["", *RIGHT[1:]], now=now)
    for given in (["", "", RIGHT[2]], [], RIGHT[::-1], ["", "", ""]):
        with pytest.raises(AnswersWrongError):
            questions.check(person_id=asked.id, answers=given, now=now)
        questions.check(person_id=asked.id, answers=RIGHT, now=now)


def test_answers_of_somebody_else_are_worth_nothing(
    asked: Any, enrol: Any, actor_of: ActorOf, now: datetime
) -> None:
    other = enrol()
    wishes = [Wish(one.question, f"{one.answer} x", one.wording) for one in WISHES]
    questions.set_questions(actor=actor_of(other.id), wishes=wishes, now=now)
    with pytest.raises(AnswersWrongError):
        questions.check(person_id=other.id, answers=RIGHT, now=now)


def test_guessing_locks(asked: Any, now: datetime) -> None:
    left = []
    for _try in range(2):
        with pytest.raises(AnswersWrongError) as refused:
            questions.check(person_id=asked.id, answers=["a", "b", "c"], now=now)
        left.append(refused.value.params["tries_left"])
    with pytest.raises(AnswersLockedError):
        questions.check(person_id=asked.id, answers=["a", "b", "c"], now=now)
    assert left == [2, 1]
    with pytest.raises(AnswersLockedError):  # even right ones
        questions.check(person_id=asked.id, answers=RIGHT, now=now + timedelta(minutes=14))
    questions.check(person_id=asked.id, answers=RIGHT, now=now + timedelta(minutes=16))


def test_nobody_without_questions_is_asked(enrol: Any, now: datetime) -> None:
    questions.check(person_id=enrol().id, answers=[], now=now)


@pytest.mark.parametrize(
    "wishes",
    [
        WISHES[:2],
        [*WISHES, Wish("lost_thing", "umbrella")],
        [WISHES[0], WISHES[0], WISHES[2]],
        [WISHES[0], Wish("first_concert", "番茄 炒蛋"), WISHES[2]],
        [WISHES[0], Wish("no such question", "umbrella"), WISHES[2]],
        [WISHES[0], Wish("lost_thing", "x"), WISHES[2]],
        [WISHES[0], Wish("lost_thing", "! ?"), WISHES[2]],
        [WISHES[0], WISHES[1], Wish("own", "blue door", "blue door or red door?")],
        [WISHES[0], WISHES[1], Wish("own", "umbrella", " ")],
        [WISHES[0], WISHES[1], Wish("own", "umbrella", "x" * 81)],
    ],
)
def test_weak_sets_are_refused(
    enrol: Any, actor_of: ActorOf, now: datetime, wishes: list[Wish]
) -> None:
    person = enrol()
    with pytest.raises(BadQuestionsError):
        questions.set_questions(actor=actor_of(person.id), wishes=wishes, now=now)
    assert questions.has_questions(person.id) is False


def test_setting_replaces_and_removing_ends(
    asked: Any, actor_of: ActorOf, news: list[Any], now: datetime
) -> None:
    others = [Wish("lost_thing", "umbrella"), Wish("dream_place", "sea"), Wish("first_job", "bike")]
    questions.set_questions(actor=actor_of(asked.id), wishes=others, now=now)
    with pytest.raises(AnswersWrongError):
        questions.check(person_id=asked.id, answers=RIGHT, now=now)
    questions.remove_questions(actor=actor_of(asked.id), now=now)
    assert questions.has_questions(asked.id) is False
    assert [event.event for event in news] == ["questions_changed"] * 2


def test_writing_does_not_matter_words_do() -> None:
    same = {questions.normal(text) for text in ("Anna 李", "ａｎｎａ　李", "anna-李", "ANNA李")}
    assert same == {"anna李"}
    assert questions.normal("anne李") != questions.normal("anna李")
