"""What staff may do about a claim: one proposes, another one agrees. Nobody chooses a secret.

Agreeing opens nothing: for 24 hours the owner is told on every channel we know of, and stops it
with one click or by signing in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from okpay.identity.models import Person
from okpay.identity.rules import mask_email
from okpay.identity.staff import StaffPermission, require
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals.registry import NoLongerTrueError
from okpay.kernel.approvals.registry import register as register_kind
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.notices.operations import notify
from okpay.support.models import Regain
from okpay.support.regain import queries
from okpay.support.regain.errors import (
    RegainClosedError,
    RegainNotFoundError,
    RegainOverError,
    RegainOwnError,
)
from okpay.support.regain.states import GOING_ON, RegainState, move

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise

    from okpay.kernel.approvals.models import Approval

KIND: Final = "support.regain"
DELAY: Final = timedelta(hours=24)
STOP_SALT: Final = "okpay.support.regain.stop"


def locked(regain_id: UUID) -> Regain:
    """Lock a claim for the rest of the transaction.

    Raises:
        RegainNotFoundError: there is none.
    """
    found = Regain.objects.select_for_update().filter(pk=regain_id).first()
    if found is None:
        raise RegainNotFoundError
    return found


def _to_be_decided(actor: Actor, regain_id: UUID) -> Regain:
    require(actor, StaffPermission.REGAINS_PROPOSE)
    regain = locked(regain_id)
    if actor.require_person() == regain.person_id:
        raise RegainOwnError
    if regain.state != RegainState.ASKED:
        raise RegainClosedError
    return regain


def propose(*, actor: Actor, regain_id: UUID, reason: str, now: datetime) -> Approval:
    """Propose to a second person that the claimant is the owner; nothing happens by this.

    Args:
        actor: staff who compared the pictures with those of the enrolment.
        regain_id: which claim.
        reason: what was compared; the second person reads it.
        now: the moment.

    Raises:
        NotPermittedError, RegainNotFoundError, RegainClosedError, RegainOwnError.
        ApprovalReasonError, ApprovalWaitingError: see `kernel.approvals`.
    """
    with transaction.atomic():
        regain = _to_be_decided(actor, regain_id)
        return approvals.propose(
            actor=actor,
            kind=KIND,
            subject=encode("cus", regain.person_id),
            payload={"regain": str(regain)},
            reason=reason,
            now=now,
        )


def refuse(*, actor: Actor, regain_id: UUID, now: datetime) -> None:
    """Refuse a claim; the claimant is told nothing that would help them to try again.

    Raises:
        NotPermittedError, RegainNotFoundError, RegainClosedError, RegainOwnError.
    """
    with transaction.atomic():
        regain = _to_be_decided(actor, regain_id)
        move(actor=actor, regain=regain, new=RegainState.REFUSED, now=now)


def register() -> None:
    """Enter the kind among those that two people decide."""
    register_kind(
        KIND,
        title=_("Give an account back"),
        permission=StaffPermission.REGAINS_APPROVE,
        perform=_perform,
        describe=_describe,
        current=_current,
    )


def _named(payload: dict[str, object]) -> Regain | None:
    try:
        return queries.find(decode(str(payload.get("regain")), "rgn"))
    except BadIdError:
        return None


def _current(subject: str, payload: dict[str, object]) -> str:
    """How the claim stands now: one that was stopped or replaced makes a proposal void."""
    del subject
    regain = _named(payload)
    return f"{regain}:{regain.state}" if regain is not None else ""


def _perform(approval: Approval, actor: Actor, now: datetime) -> None:
    found = _named(approval.payload)
    regain = locked(found.id) if found is not None else None
    if regain is None or regain.state != RegainState.ASKED:
        reason = "regain"
        raise NoLongerTrueError(reason)
    regain.opens_at = now + DELAY
    move(actor=actor, regain=regain, new=RegainState.WAITING, now=now, note=str(approval))
    params = {"opens_at": regain.opens_at.isoformat()}
    tell(regain, "regain_waits", params, now, link=f"/regain/stop/{stop_token(regain)}")


def _describe(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    regain = _named(approval.payload)
    if regain is None:
        return []
    return [
        (_("Customer"), str(Person.objects.get(pk=regain.person_id))),
        (_("Number of the request"), str(regain)),
        (_("Asked for it on"), f"{regain.asked_at:%Y-%m-%d %H:%M} UTC"),
        (_("The link goes to"), mask_email(queries.contact_of(regain))),
    ]


def tell(
    regain: Regain,
    code: str,
    params: dict[str, str],
    now: datetime,
    *,
    link: str = "/security",
    sms: bool = True,
) -> None:
    """Tell the owner on every channel we know of, in the caller's transaction."""
    notify(
        person_id=regain.person_id,
        code=code,
        params=params,
        link=link,
        mail=True,
        sms=sms,
        now=now,
    )


def stop_token(regain: Regain) -> str:
    """Return what stops this claim, for the mail to its owner; it opens nothing."""
    return signing.dumps(str(regain), salt=STOP_SALT)


def stop(*, token: str, now: datetime) -> None:
    """Stop a claim with the link of the notice; doing it twice changes nothing.

    Raises:
        RegainOverError: the link is none of ours, or it was carried out already.
    """
    try:
        number = decode(str(signing.loads(token, salt=STOP_SALT)), "rgn")
    except (signing.BadSignature, BadIdError) as bad:
        raise RegainOverError from bad
    with transaction.atomic(durable=True):
        regain = locked(number)
        if not _stopped(regain, now) and regain.state != RegainState.STOPPED:
            raise RegainOverError


def _stopped(regain: Regain, now: datetime) -> bool:
    if not move(actor=SYSTEM, regain=regain, new=RegainState.STOPPED, now=now):
        return False
    tell(regain, "regain_stopped", {}, now)
    return True


def stop_by_sign_in(person_id: UUID, now: datetime) -> None:
    """Stop what goes on about a person who has just signed in, in the caller's transaction."""
    rows = Regain.objects.select_for_update().filter(person_id=person_id, state__in=GOING_ON)
    for regain in rows:
        _stopped(regain, now)
