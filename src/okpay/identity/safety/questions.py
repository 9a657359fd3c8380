"""Security questions: three of one's own choosing, asked only inside a recovery.

They are an extra check after a mail link or a code was proven, and never open anything alone. An
answer is kept as argon2id over HMAC-SHA256(pepper, person ‖ question's row ‖ answer): neither the
table nor the table with the pepper's absence lets anybody guess offline.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okpay.identity import guards, tries
from okpay.identity.hashing import keyed_digest
from okpay.identity.hooks import SecurityEvent
from okpay.identity.moments import moment
from okpay.identity.safety import changes
from okpay.identity.safety.errors import AnswersLockedError, AnswersWrongError, BadQuestionsError
from okpay.identity.safety.models import SecurityQuestion
from okpay.identity.tries import TryPolicy
from okpay.kernel import crypto

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

COUNT: Final = 3
ENOUGH: Final = 2
LEAST, MOST = 2, 80
WORDING_MOST: Final = 80
OWN: Final = "own"
POLICY: Final = TryPolicy("questions", ((3, timedelta(minutes=15)), (6, timedelta(hours=24))))
CHANGED: Final = SecurityEvent.QUESTIONS_CHANGED
_TABLE: Final = "safety_securityquestion"

# What strangers and public pages do not know; nothing that never changes and stands in documents.
CATALOGUE: Final[dict[str, Promise]] = {
    "first_teacher": _("What did you call your first teacher?"),
    "childhood_street": _("Which corner did you play at as a child?"),
    "first_dish": _("What was the first dish you cooked by yourself?"),
    "first_concert": _("Whose concert did you go to first?"),
    "lost_thing": _("What did you lose and never find again?"),
    "old_nickname": _("What did only your grandparents call you?"),
    "first_job": _("What did you buy with your first pay?"),
    "stuffed_animal": _("What was the name of your favourite toy?"),
    "bench_mate": _("Who sat beside you in your first year at school?"),
    "dream_place": _("Where did you want to live when you were ten?"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A question and its answer as typed: a code of the catalogue, or `OWN` with own wording."""

    question: str
    answer: str
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked."""

    position: int
    text: str


def normal(answer: str) -> str:
    """Return the form in which answers are compared.

    Width, case, spaces and punctuation do not matter: 「Ａnna  李」 and "anna李" are the same.
    """
    folded = unicodedata.normalize("NFKC", answer).casefold()
    kept = (char for char in folded if unicodedata.category(char)[0] in "LNM")
    return unicodedata.normalize("NFC", "".join(kept))


def _peppered(row_id: UUID, person_id: UUID, answer: str) -> str:
    return keyed_digest("security_answer", str(person_id), str(row_id), normal(answer))


def set_questions(*, actor: Actor, wishes: Sequence[Wish], now: datetime) -> None:
    """Keep three questions in place of those there were. The caller has stepped up.

    Raises:
        AccountFrozenError: the person may only read.
        BadQuestionsError: not three, twice the same, unknown, too short, or said in the question.
    """
    _refuse_bad(wishes)
    person = guards.acting_person(actor)
    rows = [_row(person.id, place, wish, now) for place, wish in enumerate(wishes, 1)]
    with transaction.atomic(durable=True):
        tries.alone_until_commit(f"questions:{person.id}")
        for row, wish in zip(rows, wishes, strict=True):
            row.sealed = _sealed(row, wish)
        SecurityQuestion.objects.filter(person_id=person.id).delete()
        SecurityQuestion.objects.bulk_create(rows)
        changes.note(actor=actor, action="identity.questions.set", event=CHANGED, now=now)


def _row(person_id: UUID, place: int, wish: Wish, now: datetime) -> SecurityQuestion:
    row = SecurityQuestion(
        person_id=person_id, position=place, question=wish.question, changed_at=now
    )
    row.answer = make_password(_peppered(row.id, person_id, wish.answer))
    return row


def _sealed(row: SecurityQuestion, wish: Wish) -> bytes | None:
    if wish.question != OWN:
        return None
    return crypto.seal(
        row.person_id,
        table=_TABLE,
        column="sealed",
        row=str(row.pk),
        plain=_wording(wish).encode(),
    )


def _wording(wish: Wish) -> str:
    return " ".join(unicodedata.normalize("NFC", wish.wording).split())


def _refuse_bad(wishes: Sequence[Wish]) -> None:
    texts = [wish.question if wish.question != OWN else normal(wish.wording) for wish in wishes]
    answers = [normal(wish.answer) for wish in wishes]
    known = all(wish.question in CATALOGUE or wish.question == OWN for wish in wishes)
    sound = all(LEAST <= len(answer) <= MOST for answer in answers)
    worded = all(
        wish.question != OWN or LEAST <= len(_wording(wish)) <= WORDING_MOST for wish in wishes
    )
    different = len(set(texts)) == len(set(answers)) == len(wishes) == COUNT
    told = any(
        wish.question == OWN and answer in normal(wish.wording)
        for wish, answer in zip(wishes, answers, strict=True)
    )
    if not (known and sound and worded and different) or told:
        raise BadQuestionsError


def remove_questions(*, actor: Actor, now: datetime) -> None:
    """Ask no questions in a recovery any more; doing it twice changes nothing.

    Raises:
        AccountFrozenError: the person may only read.
    """
    action = "identity.questions.removed"
    changes.remove(SecurityQuestion, actor=actor, action=action, event=CHANGED, now=now)


def has_questions(person_id: UUID) -> bool:
    """Whether a recovery of this person asks questions."""
    return SecurityQuestion.objects.filter(person_id=person_id).exists()


def asked_of(person_id: UUID) -> list[Asked]:
    """Return the person's questions in order; shown only to who has proven mailbox or phone."""
    rows = SecurityQuestion.objects.filter(person_id=person_id).order_by("position")
    return [Asked(row.position, _text(row)) for row in rows]


def _text(row: SecurityQuestion) -> str:
    if row.question != OWN or row.sealed is None:
        return str(CATALOGUE.get(row.question, row.question))
    sealed = bytes(row.sealed)
    plain = crypto.unseal(
        row.person_id, table=_TABLE, column="sealed", row=str(row.pk), sealed=sealed
    )
    return plain.decode()


def check(*, person_id: UUID, answers: Sequence[str], now: datetime) -> None:
    """Return when at least two of the three answers are right, or the person has no questions.

    Outside a transaction: a try is spent and committed before anything is compared, and all
    answers are always compared, so neither speed nor a crash tells which one was right.

    Args:
        person_id: who recovers; mail link or code are proven already.
        answers: as typed, in the order of the questions; an empty one is wrong.
        now: the moment.

    Raises:
        AnswersWrongError: `tries_left` says how many remain.
        AnswersLockedError: too many wrong tries; `until` is when the lock ends.
    """
    rows = list(SecurityQuestion.objects.filter(person_id=person_id).order_by("position"))
    if not rows:
        return
    given = [*answers, "", "", ""][: len(rows)]

    def right() -> bool:
        pairs = zip(rows, given, strict=True)
        found = [
            check_password(_peppered(row.pk, person_id, text), row.answer) and bool(normal(text))
            for row, text in pairs
        ]
        return sum(found) >= ENOUGH

    verdict = tries.attempt(POLICY, str(person_id), now, right)
    if verdict.ok:
        return
    if verdict.locked_until is not None:
        raise AnswersLockedError(until=moment(verdict.locked_until))
    raise AnswersWrongError(tries_left=verdict.tries_left)
