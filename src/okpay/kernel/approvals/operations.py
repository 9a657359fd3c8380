"""Propose, approve, decline, withdraw; and let what nobody decided end."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM
from okpay.kernel.approvals.digest import digest_of
from okpay.kernel.approvals.errors import (
    ApprovalChangedError,
    ApprovalClosedError,
    ApprovalNotFoundError,
    ApprovalNotYoursError,
    ApprovalOwnError,
    ApprovalReasonError,
    ApprovalWaitingError,
)
from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.registry import NoLongerTrueError, demand, kind_of
from okpay.kernel.approvals.states import ApprovalState, move
from okpay.kernel.ids import BadIdError, decode, encode

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor

REASON_LENGTH: Final = 500
MOST_EXPIRED: Final = 500  # in one run of the job


def _reason(text: str) -> str:
    words = " ".join(text.split())[:REASON_LENGTH]
    if not words:
        raise ApprovalReasonError
    return words


def _person_in(subject: str) -> UUID | None:
    try:
        return decode(subject, "cus")
    except BadIdError:
        return None


def _record(actor: Actor, approval: Approval, verb: str, now: datetime, **data: object) -> None:
    facts = {"approval": encode("apr", approval.id), "kind": approval.kind, **data}
    audit.record(
        actor=actor, action=f"approvals.{verb}", subject=approval.subject, data=facts, now=now
    )


def propose(
    *,
    actor: Actor,
    kind: str,
    subject: str,
    payload: dict[str, object],
    reason: str,
    now: datetime,
    about: UUID | None = None,
) -> Approval:
    """Put something to a second person; nothing of it happens before they approve.

    The operation that calls this has checked that the actor may propose it. May stand inside the
    caller's transaction.

    Args:
        actor: a member of staff, or the system for a rule.
        kind: the name of a registered kind.
        subject: the public id of what it is about (`cus_…`, `kyc_…`); at most 80 characters.
        payload: plain JSON; no secret, and personal data only by id.
        reason: a sentence; cut at 500 characters.
        now: the moment; it waits for as long as its kind says.
        about: the person it concerns, when `subject` does not name them.

    Raises:
        ApprovalReasonError: no reason was given.
        ApprovalWaitingError: the same kind waits for the same subject already.
    """
    if actor.kind == "person":
        message = "a customer proposes nothing to staff"
        raise PermissionError(message)
    approval = Approval(
        kind=kind,
        subject=subject,
        about=about or _person_in(subject),
        payload=payload,
        reason=_reason(reason),
        maker=actor.person_id,
    )
    _complete(approval, now)
    try:
        with transaction.atomic():
            approval.save(force_insert=True)
            _record(actor, approval, "proposed", now, digest=approval.digest)
    except IntegrityError as twice:
        if "approvals_one_waiting" not in str(twice):
            raise
        raise ApprovalWaitingError from twice
    return approval


def _complete(approval: Approval, now: datetime) -> None:
    """Add what follows from the rest: how the matter stands, how long it waits, the digest."""
    kind = kind_of(approval.kind)
    current = kind.current
    approval.version = current(approval.subject, approval.payload) if current else ""
    approval.created_at, approval.expires_at = now, now + kind.life
    approval.digest = digest_of(approval)


def _open(approval_id: UUID) -> Approval:
    """Lock a waiting proposal for the rest of the transaction."""
    found = Approval.objects.select_for_update().filter(pk=approval_id).first()
    if found is None:
        raise ApprovalNotFoundError
    if found.state != ApprovalState.WAITING:
        raise ApprovalClosedError
    return found


def _as_checker(actor: Actor, approval: Approval, digest: str) -> None:
    demand(actor, kind_of(approval.kind).permission)
    checker = actor.require_person()
    if checker in {approval.maker, approval.about}:
        raise ApprovalOwnError
    if not hmac.compare_digest(digest.encode(), approval.digest.encode()):
        raise ApprovalChangedError


def _stale(approval: Approval) -> str:
    """Say why an approval would no longer be one of what was shown; "" when it still is."""
    if digest_of(approval) != approval.digest:
        return "payload"
    current = kind_of(approval.kind).current
    if current and current(approval.subject, approval.payload) != approval.version:
        return "version"
    return ""


def approve(*, actor: Actor, approval_id: UUID, digest: str, now: datetime) -> Approval:
    """Approve what was shown, and carry it out in the same transaction.

    Of two people at once one approves and the other is told it is closed. Look at the state of
    what is returned: DONE; VOID when what it names has changed since (nothing was carried out);
    EXPIRED when its time was over.

    Args:
        actor: staff, neither who proposed it nor whom it concerns.
        approval_id: which.
        digest: of what the checker saw.
        now: the moment.

    Raises:
        ApprovalNotFoundError, ApprovalClosedError: nothing to decide.
        ApprovalForbiddenError: the actor lacks the permission of the kind.
        ApprovalOwnError: maker and checker are one, or it concerns the checker.
        ApprovalChangedError: the checker saw something else.
        DomainError: what carrying it out refuses; the proposal goes on waiting.
    """
    with transaction.atomic():
        approval = _open(approval_id)
        _as_checker(actor, approval, digest)
        if now >= approval.expires_at:
            _close(SYSTEM, approval, ApprovalState.EXPIRED, now)
            return approval
        stale = _stale(approval)
        if stale:
            _close(SYSTEM, approval, ApprovalState.VOID, now, reason=stale)
            return approval
        _perform(actor, approval, now)
    return approval


def _perform(actor: Actor, approval: Approval, now: datetime) -> None:
    try:
        with transaction.atomic():
            _close(actor, approval, ApprovalState.DONE, now)
            kind_of(approval.kind).perform(approval, actor, now)
    except NoLongerTrueError as why:
        approval.refresh_from_db()
        _close(SYSTEM, approval, ApprovalState.VOID, now, reason=str(why))


def _close(
    actor: Actor, approval: Approval, new: ApprovalState, now: datetime, reason: str = ""
) -> None:
    if not move(approval, new, by=actor.person_id, now=now, reason=reason):
        raise ApprovalClosedError
    _record(actor, approval, new.name.lower(), now, digest=approval.digest)


def decline(
    *, actor: Actor, approval_id: UUID, digest: str, reason: str, now: datetime
) -> Approval:
    """Refuse a proposal, with a reason that its maker reads; nothing of it happens.

    Raises:
        ApprovalReasonError: no reason; and what `approve` raises.
    """
    words = _reason(reason)
    with transaction.atomic():
        approval = _open(approval_id)
        _as_checker(actor, approval, digest)
        _close(actor, approval, ApprovalState.DECLINED, now, reason=words)
    return approval


def withdraw(*, actor: Actor, approval_id: UUID, now: datetime) -> Approval:
    """Take back one's own proposal.

    Raises:
        ApprovalNotFoundError, ApprovalClosedError: nothing to withdraw.
        ApprovalNotYoursError: somebody else proposed it.
    """
    with transaction.atomic():
        approval = _open(approval_id)
        if actor.kind != "staff" or approval.maker != actor.require_person():
            raise ApprovalNotYoursError
        _close(actor, approval, ApprovalState.WITHDRAWN, now)
    return approval


def withdraw_all_of(*, actor: Actor, maker: UUID, now: datetime) -> int:
    """Withdraw whatever a person still has waiting, when they stop working here."""
    with transaction.atomic():
        waiting = Approval.objects.filter(maker=maker, state=ApprovalState.WAITING)
        approvals = list(waiting.select_for_update().order_by("pk"))
        for approval in approvals:
            _close(actor, approval, ApprovalState.WITHDRAWN, now)
    return len(approvals)


def expire_due(*, now: datetime) -> int:
    """Close what nobody decided in time; safe to repeat. Returns how many."""
    with transaction.atomic():
        due = Approval.objects.filter(state=ApprovalState.WAITING, expires_at__lte=now)
        approvals = list(due.select_for_update(skip_locked=True).order_by("pk")[:MOST_EXPIRED])
        for approval in approvals:
            _close(SYSTEM, approval, ApprovalState.EXPIRED, now)
    return len(approvals)
