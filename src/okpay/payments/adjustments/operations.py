"""Propose an adjustment; and, once a second person approved it, book it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from okpay.identity import tries
from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.states import ApprovalState
from okpay.kernel.ids import decode, encode, new_uuid
from okpay.kernel.models import AuditRow
from okpay.kernel.money import InvalidAmountError, Money
from okpay.ledger.chart import HOUSE, AccountKind
from okpay.payments.adjustments.caps import DAY, cap_of
from okpay.payments.adjustments.causes import Cause, Way
from okpay.payments.adjustments.errors import (
    AdjustmentNoteError,
    AdjustmentOverCapError,
    AdjustmentOwnError,
)
from okpay.payments.adjustments.facts import money_of, number_of, refuse_impossible
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import Move, Outcome
from okpay.payments.errors import OutcomeUnknownError
from okpay.payments.memos import clean_memo
from okpay.payments.prints import fingerprint_of
from okpay.wallets.models import RecordKind

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor

KIND: Final = "payments.adjustment"
ENDPOINT: Final = "adjustments"
SHORTEST_NOTE: Final = 4
COUNTED: Final = (ApprovalState.WAITING, ApprovalState.DONE)
ANSWERED: Final = ("payments.adjustment.booked", "payments.adjustment.refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is proposed: `note` is what the customer reads beside the record, 4 to 40 characters."""

    person_id: UUID
    way: Way
    money: Money
    cause: Cause
    note: str


def propose_adjustment(*, actor: Actor, wish: Wish, reason: str, now: datetime) -> Approval:
    """Propose to a second person that a balance is corrected; nothing moves by this.

    Args:
        actor: a member of staff with the right to propose.
        wish: whose wallet, which way, how much, why.
        reason: what was checked; the second person reads it.
        now: the moment.

    Raises:
        NotPermittedError: the right is missing.
        AdjustmentOwnError: it is the actor's own wallet.
        AdjustmentCustomerError, AdjustmentFrozenError: the wallet may not be touched.
        AdjustmentNoteError: the customer would not be told why.
        AdjustmentOverCapError: more than this actor may still propose today.
        InsufficientFundsError: the wallet has less than should leave it.
        InvalidAmountError: not above zero.
        ApprovalReasonError, ApprovalWaitingError: see `kernel.approvals`.
    """
    require(actor, StaffPermission.ADJUSTMENTS_PROPOSE)
    if actor.require_person() == wish.person_id:
        raise AdjustmentOwnError
    if wish.money.minor <= 0:
        raise InvalidAmountError(decimals=wish.money.asset.decimals)
    payload = _payload(wish)
    refuse_impossible(wish.person_id, wish.way, wish.money)
    with transaction.atomic():
        tries.alone_until_commit(f"adjustments:{actor.require_person()}")
        _refuse_too_much(actor, wish.money, now)
        subject = encode("cus", wish.person_id)
        return approvals.propose(
            actor=actor, kind=KIND, subject=subject, payload=payload, reason=reason, now=now
        )


def _payload(wish: Wish) -> dict[str, object]:
    """Write down all that will be booked, so that the digest binds it."""
    memo = clean_memo(wish.note)
    if len(memo) < SHORTEST_NOTE:
        raise AdjustmentNoteError
    return {
        "way": wish.way.value,
        "asset": wish.money.asset.number,
        "amount": str(wish.money.minor),  # JSON's numbers end at 2^53 in many readers
        "cause": wish.cause.value,
        "note": memo,
        "record": str(new_uuid()),
    }


def _refuse_too_much(actor: Actor, money: Money, now: datetime) -> None:
    """Hold the cap of a day over all that one member of staff proposed, split or not."""
    mine = Approval.objects.filter(
        kind=KIND, maker=actor.require_person(), state__in=COUNTED, created_at__gt=now - DAY,
        payload__asset=money.asset.number,
    )  # fmt: skip
    left = cap_of(money).minor - sum(money_of(one).minor for one in mine)
    if money.minor > left:
        shown = Money(money.asset, max(0, left))
        raise AdjustmentOverCapError(left=shown.decimal_string(), currency=money.asset.code)


def book_adjustment(*, approval_id: UUID, now: datetime) -> Outcome:
    """Book what two people decided, once however often it is asked; outside a transaction.

    A refusal of the book (the money left in the moment between) is final and written down: it has
    to be proposed anew.

    Raises:
        Approval.DoesNotExist: nothing like that was approved.
        OutcomeUnknownError: nobody knows yet; ask again.
    """
    approval = Approval.objects.get(pk=approval_id, kind=KIND, state=ApprovalState.DONE)
    outcome = engine().run(_command(approval))
    if outcome.result == "unknown":
        raise OutcomeUnknownError
    _record(approval, outcome, now)
    return outcome


def _command(approval: Approval) -> Move:
    """Name the movement by its approval, so that asking again books nothing again."""
    money, person = money_of(approval), str(decode(approval.subject, "cus"))
    credit = approval.payload["way"] == Way.CREDIT.value
    return Move(
        endpoint=ENDPOINT,
        client_key=str(approval.id),
        fingerprint=fingerprint_of(approval.digest),
        owner=HOUSE if credit else person,
        record=str(approval.payload["record"]),
        kind=RecordKind.ADJUSTMENT,
        asset=money.asset.number,
        amount=money.minor,
        source=AccountKind.ADJUSTMENTS if credit else 0,
        payee=person if credit else "",
        house=0 if credit else AccountKind.ADJUSTMENTS,
        memo=str(approval.payload["note"]),
        channel="desk",
    )


def _record(approval: Approval, outcome: Outcome, now: datetime) -> None:
    """Write down what the book answered, once; whoever came before may have died before this."""
    money, number = money_of(approval), encode("apr", approval.id)
    done = outcome.result == "done"
    with transaction.atomic():
        tries.alone_until_commit(f"adjustment:{approval.id}")
        if AuditRow.objects.filter(
            subject=approval.subject, action__in=ANSWERED, data__approval=number
        ).exists():
            return
        audit.record(
            actor=SYSTEM,
            action=ANSWERED[0] if done else ANSWERED[1],
            subject=approval.subject,
            data={
                "approval": number,
                "proposal": str(approval.id),
                "way": approval.payload["way"],
                "amount": money.decimal_string(),
                "currency": money.asset.code,
                "record": number_of(approval) if done else "",
                "code": outcome.code,
            },
            now=now,
        )
