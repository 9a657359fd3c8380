"""Freeze a person: nothing leaves any more, every way in ends, what comes in waits."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from okpay.identity import ending, hooks
from okpay.identity.freezing import hooks as above
from okpay.identity.freezing import rights
from okpay.identity.freezing.errors import FreezeNotFoundError, FreezeReasonError
from okpay.identity.freezing.models import Freeze, FreezeEvent
from okpay.identity.freezing.states import Cause, FreezeState, move, subject_of
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.models import Person
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

LONGEST: Final = timedelta(days=30)  # until somebody must look at a freeze again
_SETTLING: Final = 7102  # names this purpose among the two-number advisory locks


def freeze(
    *,
    actor: Actor,
    person_id: UUID,
    cause: Cause,
    reason: str = "",
    review_on: date | None = None,
    staff_note: str = "",
    rule: str = "",
    now: datetime,
) -> Freeze:
    """Stop all outgoing money of a person at once.

    When this returns (or, inside a transaction, when that commits), every payment stands in the
    book before the freeze or is refused, sessions and access tokens are dead, and incoming
    transfers wait. A crash in between is made good by a job. Freezing whoever is frozen returns
    the freeze that stands, and changes nothing.

    Args:
        actor: the owner, a member of staff with the right to freeze, or the system.
        person_id: whose money.
        cause: who wants it.
        reason: words for the person; staff must give some.
        review_on: by which day it is looked at again, at most 30 days ahead; 30 days when None,
            which staff may not leave open.
        staff_note: words for staff only.
        rule: the name of the rule, where one caused it.
        now: the moment.

    Raises:
        FreezeReasonError: staff gave no reason, or a day that is past or too far.
        NotPermittedError: a member of staff without the right, or another person.
    """
    rights.may_freeze(actor, person_id)
    day = _review_day(cause, reason, review_on, now)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person_id)
        standing = _standing(person_id)
        if standing is not None:
            found = standing
        else:
            found = _begin(actor, person_id, cause, reason, day, staff_note, rule, now)
        transaction.on_commit(partial(settle, person_id=person_id))
    return found


def _review_day(cause: Cause, reason: str, wanted: date | None, now: datetime) -> date:
    today = now.date()
    if cause == Cause.STAFF and (not reason.strip() or wanted is None):
        raise FreezeReasonError
    day = wanted or today + LONGEST
    if not today <= day <= today + LONGEST:
        raise FreezeReasonError
    return day


def _standing(person_id: UUID) -> Freeze | None:
    rows = Freeze.objects.select_for_update().filter(person_id=person_id)
    return rows.exclude(state=FreezeState.LIFTED).first()


def _begin(  # noqa: PLR0917 — the facts of a freeze
    actor: Actor,
    person_id: UUID,
    cause: Cause,
    reason: str,
    review_on: date,
    staff_note: str,
    rule: str,
    now: datetime,
) -> Freeze:
    """Write the freeze and all that follows from it but the book's flag."""
    from okpay.identity.freezing import tasks  # noqa: PLC0415 — the job calls back to this room

    row = Freeze.objects.create(
        person_id=person_id,
        cause=cause,
        reason=" ".join(reason.split())[:300],
        staff_note=staff_note.strip()[:1000],
        rule=rule[:60],
        review_on=review_on,
        frozen_at=now,
        frozen_by=actor.person_id,
    )
    FreezeEvent.objects.create(
        freeze=row, new=row.state, actor_kind=actor.kind, actor_id=actor.person_id, at=now
    )
    Person.objects.filter(pk=person_id).update(frozen_at=now, frozen_reason=rule[:40] or cause)
    ending.end_all_access(actor=actor, person_id=person_id, now=now)
    audit.record(
        actor=actor,
        action="freezing.frozen",
        subject=encode("cus", person_id),
        data={"freeze": subject_of(row), "cause": cause, "rule": rule[:60]},
        now=now,
    )
    params = {"reason": row.reason, "review_on": review_on.isoformat()}
    hooks.tell(SecurityNews(person_id, SecurityEvent.ACCOUNT_FROZEN, now, params))
    tasks.settle.defer(person_id=str(person_id))
    return row


def settle(*, person_id: UUID) -> int:
    """Make the book's flags say what the person's row says; returns how many transfers arrived.

    Two at once follow each other, so the last one always acts on what was committed last. Called
    after every change and, should the caller have died, by a job: doing it again does no harm.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_SETTLING, str(person_id)]
            )
        rows = Person.objects.filter(pk=person_id)
        frozen = rows.filter(frozen_at__isnull=False).exists()
        for gate in above.gates:
            gate.flag(person_id, frozen)
    if frozen:
        return 0
    return sum(gate.release(person_id) for gate in above.gates)


def freeze_own(*, actor: Actor, now: datetime) -> Freeze:
    """Freeze one's own account at once; the session that asks ends with all the others."""
    return freeze(actor=actor, person_id=actor.require_person(), cause=Cause.OWNER, now=now)


def freeze_by_rule(
    *, rule: str, person_id: UUID, reason: str, review_on: date | None = None, now: datetime
) -> Freeze:
    """Freeze because a rule fired; it is named in the trail, and staff look at it again.

    Args:
        rule: the rule's name, up to 60 characters.
        person_id: whose money.
        reason: words for the person.
        review_on: as in `freeze`.
        now: the moment.
    """
    return freeze(
        actor=SYSTEM,
        person_id=person_id,
        cause=Cause.RULE,
        reason=reason,
        review_on=review_on,
        rule=rule,
        now=now,
    )


def lift(*, actor: Actor, person_id: UUID, now: datetime, note: str = "") -> Freeze:
    """Lift a freeze, in the caller's transaction; `settle` after its commit lets money move.

    No face calls this: it is what happens once two people have decided (`unfreezing`). Should the
    caller not come to `settle`, a job does.

    Raises:
        FreezeNotFoundError: the person is not frozen.
    """
    from okpay.identity.freezing import tasks  # noqa: PLC0415 — the job calls back to this room

    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person_id)
        row = _standing(person_id)
        if row is None:
            raise FreezeNotFoundError
        move(actor=actor, freeze=row, new=FreezeState.LIFTED, now=now, note=note)
        Person.objects.filter(pk=person_id).update(frozen_at=None, frozen_reason="")
        audit.record(
            actor=actor,
            action="freezing.lifted",
            subject=encode("cus", person_id),
            data={"freeze": subject_of(row)},
            now=now,
        )
        hooks.tell(SecurityNews(person_id, SecurityEvent.ACCOUNT_RELEASED, now))
        tasks.settle.defer(person_id=str(person_id))
    return row
