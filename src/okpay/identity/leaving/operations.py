"""Close an account: asked for, undone by signing in, over after a month, forgotten after years."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from okpay.identity import ending, guards, hooks
from okpay.identity.freezing import queries as freezes
from okpay.identity.freezing import tasks
from okpay.identity.freezing.operations import settle
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.leaving import queries
from okpay.identity.leaving.errors import ClosingObstructedError
from okpay.identity.leaving.models import Closing
from okpay.identity.leaving.obstacles import in_the_way, money_in_the_way
from okpay.identity.leaving.states import ClosingState, move, record
from okpay.identity.models import (
    KnownDevice,
    OneTimeCode,
    PastPassword,
    PaymentPassword,
    Person,
    Session,
)
from okpay.identity.safety.models import MailWord, PutOff, SecurityQuestion, SignIn
from okpay.kernel import crypto
from okpay.kernel.actor import SYSTEM
from okpay.kernel.afterwards import attempt_after_commit
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor

GRACE: Final = timedelta(days=30)
# How long records of payments and of who made them are kept after the end of the business relation
# (PRC Anti-Money Laundering Law of 2024, article 34: ten years; data, for a lawyer to check).
RETENTION: Final = timedelta(days=3653)
AT_ONCE: Final = 100  # closings ended or erased by one run
CLOSING: Final = "closing"  # why a person is marked as frozen while it ends
log = logging.getLogger(__name__)


def ask_to_close(*, actor: Actor, now: datetime) -> Closing:
    """Ask to close one's own account; every device is out, and signing in again undoes it.

    The face has asked once more who is there. Asking again returns what was asked.

    Raises:
        ClosingObstructedError: something stands in the way, see `obstacles.in_the_way`.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    if in_the_way(person.id):
        raise ClosingObstructedError
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.id)
        asked = queries.asked_for(person.id)
        if asked is not None:
            return asked
        closing = Closing.objects.create(person=person, asked_at=now, ends_at=now + GRACE)
        ending.end_all_access(actor=actor, person_id=person.id, now=now)
        record(actor=actor, closing=closing, verb="asked", now=now)
        _tell(closing, SecurityEvent.CLOSING_ASKED, now)
    return closing


def undo(*, actor: Actor, now: datetime) -> bool:
    """Keep the account after all: called when the person signs in. False: nothing was asked."""
    with transaction.atomic():
        rows = Closing.objects.select_for_update()
        closing = rows.filter(person_id=actor.require_person(), state=ClosingState.ASKED).first()
        if closing is None:
            return False
        move(actor=actor, closing=closing, new=ClosingState.UNDONE, now=now)
        _tell(closing, SecurityEvent.CLOSING_UNDONE, now)
        _let_go(closing)  # an end that began may have stopped the money, and died
    return True


def end_due(*, now: datetime) -> int:
    """End what was asked for a month ago; returns how many accounts were closed."""
    due = Closing.objects.filter(state=ClosingState.ASKED, ends_at__lte=now).order_by("ends_at")
    return sum(end(closing=closing, now=now) for closing in list(due[:AT_ONCE]))


def end(*, closing: Closing, now: datetime) -> bool:
    """Close an account: stop its money first, in ledger order, and only then look what is there.

    What comes in after that waits as pending and goes back at its deadline; what came before stops
    the closing, and its owner is told. So nothing is lost in between. Doing it again after a crash
    goes on where it stopped. Returns whether it was closed.
    """
    person_id = closing.person_id
    if freezes.standing(person_id) is not None:
        return _stop(closing, now)
    Person.objects.filter(pk=person_id, frozen_at__isnull=True).update(
        frozen_at=now, frozen_reason=CLOSING
    )
    settle(person_id=person_id)
    if money_in_the_way(person_id):
        return _stop(closing, now)
    return _close(closing, now)


def _stop(closing: Closing, now: datetime) -> bool:
    """Keep the account: its owner has money in it again."""
    with transaction.atomic():
        locked = Closing.objects.select_for_update().get(pk=closing.pk)
        if move(actor=SYSTEM, closing=locked, new=ClosingState.STOPPED, now=now):
            _tell(locked, SecurityEvent.CLOSING_STOPPED, now)
        _let_go(locked)
    settle(person_id=closing.person_id)
    return False


def _let_go(closing: Closing) -> None:
    """Take back the mark of a closing that did not come to its end, in the caller's transaction.

    What was closed meanwhile stays stopped. After the commit the money may move again; should the
    process die before that, a job does it.
    """
    if closing.state not in {ClosingState.UNDONE, ClosingState.STOPPED}:
        return
    person_id = closing.person_id
    marked = Person.objects.filter(pk=person_id, frozen_reason=CLOSING)
    if marked.update(frozen_at=None, frozen_reason=""):
        tasks.settle.defer(person_id=str(person_id))
        attempt_after_commit(settle, person_id=person_id)


def _close(closing: Closing, now: datetime) -> bool:
    """Take the aliases off, so that whoever gets the number next is not taken for this person."""
    with transaction.atomic():
        locked = Closing.objects.select_for_update().get(pk=closing.pk)
        if not move(actor=SYSTEM, closing=locked, new=ClosingState.CLOSED, now=now):
            _let_go(locked)  # undone a moment ago: the owner signed in
            return False
        _tell(locked, SecurityEvent.CLOSED, now)
        Person.objects.filter(pk=closing.person_id).update(
            is_active=False, email_verified_at=None, phone_verified_at=None
        )
        EmailAddress.objects.filter(user_id=closing.person_id).delete()
        ending.end_all_access(actor=SYSTEM, person_id=closing.person_id, now=now)
    return True


def erase_due(*, now: datetime) -> int:
    """Forget whoever left longer ago than the law makes us keep; returns how many people."""
    due = Closing.objects.filter(state=ClosingState.CLOSED, ended_at__lte=now - RETENTION)
    return sum(_erase(closing, now) for closing in list(due.order_by("ended_at")[:AT_ONCE]))


def _erase(closing: Closing, now: datetime) -> bool:
    """Destroy the person's keys and their plain facts; the book keeps a number without a name."""
    person_id = closing.person_id
    try:
        with transaction.atomic():
            locked = Closing.objects.select_for_update().get(pk=closing.pk)
            if not move(actor=SYSTEM, closing=locked, new=ClosingState.ERASED, now=now):
                return False
            crypto.shred(person_id)
            person = Person.objects.select_for_update().get(pk=person_id)
            person.name, person.name_key, person.password = "—", "", make_password(None)
            person.email = person.wanted_email = person.phone = ""
            person.save()
            for rows in (Session, KnownDevice, OneTimeCode, PastPassword, PaymentPassword):
                rows.objects.filter(person_id=person_id).delete()
            for own in (SignIn, MailWord, SecurityQuestion, PutOff):
                own.objects.filter(person_id=person_id).delete()
    except IntegrityError:
        log.exception("%s could not be erased", encode("cus", person_id))
        return False
    return True


def _tell(closing: Closing, event: SecurityEvent, now: datetime) -> None:
    params = {"ends_at": closing.ends_at.isoformat()}
    hooks.tell(SecurityNews(closing.person_id, event, now, params))
