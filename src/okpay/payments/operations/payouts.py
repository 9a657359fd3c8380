"""Pay many at once: take a list in, show it, confirm it, and carry it through whatever happens."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from okpay.identity.models import Person
from okpay.kernel.crash import crash_after
from okpay.kernel.ids import encode, new_uuid
from okpay.limits.queries import standing
from okpay.notices.operations import notify
from okpay.payments.engine.commands import answer_key
from okpay.payments.errors import IdempotencyKeyReusedError, LevelTooLowError
from okpay.payments.operations import second_proof
from okpay.payments.operations.confirming_lists import (
    asked_of_list,
    bound_list,
    intent_of,
    kept_lines,
    refuse_by_level,
    refuse_by_token,
)
from okpay.payments.operations.letting_go import in_turn
from okpay.payments.payouts import people, queries, store
from okpay.payments.payouts.errors import PayoutNotFoundError
from okpay.payments.payouts.intents import seal
from okpay.payments.payouts.models import Payout
from okpay.payments.payouts.running import ENDPOINT, Run
from okpay.payments.payouts.states import PayoutState, move
from okpay.payments.payouts.wishes import Wish, fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from okpay.kernel.actor import Actor
    from okpay.kernel.money import Money
    from okpay.payments.operations.second_proof import Asked, Proof
    from okpay.payments.payouts.wishes import Line

log = logging.getLogger(__name__)

SECOND: Final = 1_000_000_000
PATIENCE: Final = 600 * SECOND  # of one run; the next one goes on
ROUNDS: Final = 3  # over lines whose outcome is not known yet, within one run
DRAFT_FOR: Final = timedelta(hours=24)
ABANDONED: Final = timedelta(seconds=20)  # without an outcome written, somebody should look
MOST_SWEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Started:
    """A list that was taken in. `fresh` is False when this key had brought it before."""

    payout_id: UUID
    fresh: bool
    strangers: int = 0


@dataclass(frozen=True, slots=True)
class PayoutQuote:
    """What is shown before the button, and the signed text that pays exactly that."""

    intent_token: str
    check_code: str
    head: queries.PayoutHead
    short: list[Money]
    left_today: list[Money]
    remarks: queries.Remarks
    alike: queries.PayoutHead | None
    asked: Asked | None


def _head(
    owner: UUID, wish: Wish, *, key: str, via: str, bound: bool, state: PayoutState, now: datetime
) -> Payout:
    return Payout(
        id=new_uuid(),
        owner=owner,
        key=UUID(answer_key(str(owner), ENDPOINT, key)),
        fingerprint=UUID(wish.fingerprint()),
        content=UUID(wish.content()),
        title=wish.title,
        invite=wish.invite,
        bound=bound,
        via=via,
        state=state,
        count=len(wish.lines),
        created_at=now,
        started_at=now if state == PayoutState.RUNNING else None,
        touched_at=now,
    )


def start_payout(*, actor: Actor, wish: Wish, client_key: str, now: datetime) -> Started:
    """Take a list in, durably, to be paid; the same key takes the same list in once for ever.

    Nothing is paid yet: `run_payout` does, and goes on wherever an earlier run stopped.

    Raises:
        IdempotencyKeyReusedError: the key stands for another list.
        PayoutStrangersError: too many addresses that nobody has.
        LevelTooLowError, StepUpRequiredError: see `refuse_by_token`.
    """
    owner = actor.require_person()
    head = _head(
        owner, wish, key=f"api:{client_key}", via=actor.via, bound=False,
        state=PayoutState.RUNNING, now=now,
    )  # fmt: skip
    known = _known(head)
    if known is not None:
        return known
    refuse_by_level(holds=standing(owner, now))
    strangers = people.known_addresses(wish.lines)[1]
    most = people.MOST_INVITED if wish.invite else people.MOST_STRANGERS
    people.refuse_strangers(strangers, most)
    head.strangers, head.token_made_at = strangers, actor.token_made_at
    with in_turn(payer=owner):
        refuse_by_token(actor=actor, lines=wish.lines, now=now)
        fresh = store.keep(head, wish)
    if fresh:
        crash_after("payout.kept")
        return Started(head.id, fresh=True, strangers=strangers)
    known = _known(head)
    assert known is not None  # noqa: S101 — the key stands, and payouts that run are never deleted
    return known


def _known(head: Payout) -> Started | None:
    row = Payout.objects.filter(key=head.key).first()
    if row is None:
        return None
    if row.fingerprint != head.fingerprint:
        raise IdempotencyKeyReusedError
    return Started(row.id, fresh=False)


def draft_payout(*, actor: Actor, wish: Wish, now: datetime) -> Started:
    """Keep a list that is to be looked at: payees are found and fixed, nothing is paid.

    Who was named by an address that somebody has is paid as that person and no other; a list that
    nobody confirms is forgotten after a day.

    Raises:
        PayoutStrangersError: too many addresses that nobody has.
    """
    faces = people.faces_of(wish.lines)
    strangers = len({line.alias for line in wish.lines if line.alias and line.alias not in faces})
    owner = actor.require_person()
    people.refuse_strangers(strangers + _strangers_today(owner, now), people.MOST_SHOWN)
    fixed = Wish([people.bound(line, faces) for line in wish.lines], wish.title, wish.invite)
    head = _head(
        owner, fixed, key=f"draft:{new_uuid()}", via=actor.via, bound=True,
        state=PayoutState.RECEIVED, now=now,
    )  # fmt: skip
    head.strangers = strangers
    with transaction.atomic(durable=True):
        store.keep(head, fixed)
    return Started(head.id, fresh=True, strangers=strangers)


def _strangers_today(owner: UUID, now: datetime) -> int:
    """How many addresses of nobody this person was told of by lists they looked at."""
    rows = Payout.objects.filter(owner=owner, bound=True, created_at__gt=now - DRAFT_FOR)
    return rows.aggregate(total=Sum("strangers"))["total"] or 0


def quote_payout(*, actor: Actor, payout_id: UUID, now: datetime) -> PayoutQuote:
    """Bind a kept list, its number of lines and its sums into a text that can be confirmed.

    Nothing is promised about funds; `short` is what is missing at this moment, `left_today` what
    a limit still lets out of an asset of which the list wants more.

    Raises:
        PayoutNotFoundError: no such list of this person.
    """
    owner = actor.require_person()
    head = queries.payout(owner, payout_id)
    row = Payout.objects.filter(id=payout_id, owner=owner).first()
    if head is None or row is None:
        raise PayoutNotFoundError
    intent = intent_of(row=row, head=head)
    return PayoutQuote(
        intent_token=seal(intent),
        check_code=intent.check_code(),
        head=head,
        short=queries.short(owner, head.sums),
        left_today=queries.limits_passed(owner, head.sums, now),
        remarks=queries.remarks(owner, payout_id),
        alike=queries.paid_alike(owner, payout_id, now),
        asked=_asked(row, now),
    )


def _asked(row: Payout, now: datetime) -> Asked | None:
    """What confirming it asks for; None before the real-name check, where it cannot be."""
    try:
        return asked_of_list(owner=row.owner, lines=store.lines_of(row.id)[0], now=now)
    except LevelTooLowError:
        return None


def confirm_payout(
    *,
    actor: Actor,
    intent_token: str,
    payment_password: str,
    proof: Proof | None = None,
    now: datetime,
) -> UUID:
    """Let exactly the list that an intent binds be paid, once however often it is confirmed.

    A worker pays it; one that was confirmed already is not asked for the password again. `proof` is
    what was given beside (or, a passkey, in place of) the payment password.

    Raises:
        QuoteExpiredError: altered, too old, somebody else's, or the list is not what was bound.
        LevelTooLowError: before the real-name check.
        DomainError: the confirmation, see `second_proof.accept`.
    """
    from okpay.payments.tasks import run_payout as job  # noqa: PLC0415 — tasks import this file

    intent, row = bound_list(actor=actor, intent_token=intent_token)
    if row.state != PayoutState.RECEIVED:
        return row.id
    lines = kept_lines(row=row)
    asked = asked_of_list(owner=row.owner, lines=lines, now=now)
    proven = second_proof.accept(
        payer=Person.objects.get(pk=row.owner), asked=asked, bound=intent.digest(),
        payment_password=payment_password, proof=proof, now=now,
    )  # fmt: skip
    with in_turn(payer=row.owner):
        if not proven:
            _refuse_unproven(row, lines, now)
        if move(row.id, PayoutState.RUNNING, now):
            Payout.objects.filter(id=row.id).update(proven=proven)
            job.defer(payout_id=str(row.id))
    return row.id


def _refuse_unproven(row: Payout, lines: Sequence[Line], now: datetime) -> None:
    """Ask again in its turn: other lists and payments may have gone at the same moment.

    Raises:
        StepUpRequiredError: with them it asks for a second proof.
    """
    if not Payout.objects.filter(id=row.id, state=PayoutState.RECEIVED).exists():
        return  # the same confirmation twice at once is one
    asked = asked_of_list(owner=row.owner, lines=lines, now=now)
    if asked.reason:
        raise asked.required()


def hand_to_worker(*, payout_id: UUID) -> None:
    """Have a worker go on with a payout at once."""
    from okpay.payments.tasks import run_payout as job  # noqa: PLC0415 — tasks import this file

    job.defer(payout_id=str(payout_id))


def run_payout(
    *, payout_id: UUID, now: datetime, patience: int = PATIENCE, wish: Wish | None = None
) -> bool:
    """Pay what waits in a payout; True when every line has its outcome.

    Safe to repeat, to interrupt anywhere, and to run twice at once. `patience` is in nanoseconds;
    after it no further line is handed to the engine. `wish` saves reading what was just kept.
    """
    head = Payout.objects.filter(id=payout_id).first()
    if head is None or head.state != PayoutState.RUNNING:
        return head is not None and head.state == PayoutState.DONE
    until = time.monotonic_ns() + patience
    with store.leased(payout_id) as mine:
        if not mine:
            return False
        if wish is not None and _run(head, until, wish.lines, wish.records):
            return _finish(payout_id, now)
        for _ in range(ROUNDS):
            if time.monotonic_ns() >= until:
                break
            if _run(head, until, _waiting(head)):
                return _finish(payout_id, now)
    return False


def _run(head: Payout, until: int, lines: Sequence[Line], records: Sequence[str] = ()) -> bool:
    known = queries.payout(head.owner, head.id)
    narrow = known is None or bool(queries.short(head.owner, known.sums))
    return Run(head, until=until, narrow=narrow).pay(lines, records)


def _waiting(head: Payout) -> list[Line]:
    """Read the lines that have no outcome, after proving that the list is the one taken in."""
    lines, waiting = store.lines_of(head.id)
    found = fingerprint_of(head.title, lines, invite=head.invite)
    if found != str(head.fingerprint):
        message = f"payout {head.id}: its lines are not those that were taken in"
        raise RuntimeError(message)
    return [line for line in lines if line.number in waiting]


def _finish(payout_id: UUID, now: datetime) -> bool:
    """Write the sums, end the payout and tell its owner, all in one transaction."""
    with transaction.atomic(durable=True):
        if not move(payout_id, PayoutState.DONE, now):
            return True
        store.add_up(payout_id)
        _tell(payout_id, now)
    return True


def _tell(payout_id: UUID, now: datetime) -> None:
    row = Payout.objects.get(id=payout_id)
    head = queries.payout(row.owner, payout_id)
    assert head is not None  # noqa: S101 — it was just read
    code = "payout_done" if not head.refused else "payout_partly" if head.done else "payout_refused"
    first = head.sums[0].done
    notify(
        person_id=head.owner,
        code=code,
        params={
            "done": str(head.done),
            "count": str(head.count),
            "amount": {"amount": first.decimal_string(), "currency": first.asset.code},
        },
        link=f"/payouts/{encode('pyt', payout_id)}",
        dedupe=f"payout:{payout_id}",
        mail=True,
        now=now,
    )


def sweep_payouts(*, now: datetime) -> None:
    """Go on with payouts that nobody works on, and forget lists that nobody confirmed."""
    left = Payout.objects.filter(state=PayoutState.RUNNING, touched_at__lt=now - ABANDONED)
    for payout_id in left.order_by("touched_at").values_list("id", flat=True)[:MOST_SWEPT]:
        hand_to_worker(payout_id=payout_id)
    store.drop_drafts(now - DRAFT_FOR)
