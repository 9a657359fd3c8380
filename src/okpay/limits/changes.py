"""A change of the limits: proposed by one member of staff, decided by another, then in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit
from okpay.kernel.approvals import operations as approvals
from okpay.kernel.approvals import registry
from okpay.limits import figures
from okpay.limits.errors import FiguresUnchangedError
from okpay.limits.levels import LEVELS, Level, Table, put_in_force
from okpay.limits.models import Figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.functional import _StrOrPromise, _StrPromise

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval

KIND: Final = "limits.figures.change"
SUBJECT: Final = "limits"
WORDS: Final[dict[str, _StrPromise]] = {
    "limit.payment": pgettext_lazy("limits", "a payment"),
    "limit.day": pgettext_lazy("limits", "a day"),
    "limit.month": pgettext_lazy("limits", "a month"),
    "careful.payment": pgettext_lazy("limits", "a payment, while care is taken"),
    "careful.day": pgettext_lazy("limits", "a day, while care is taken"),
    "careful.month": pgettext_lazy("limits", "a month, while care is taken"),
    "large": pgettext_lazy("limits", "asked twice above"),
    "new_payee": pgettext_lazy("limits", "asked twice above, to a new payee"),
    "payouts": pgettext_lazy("limits", "may pay many people by a list"),
}


def propose(*, actor: Actor, levels: Mapping[int, Level], reason: str, now: datetime) -> Approval:
    """Put other figures to a second person; nothing changes before they approve.

    Raises:
        StaffNotPermittedError: the right is missing.
        FiguresInvalidError, FiguresUnchangedError: there is nothing to propose.
        ApprovalReasonError, ApprovalWaitingError: no reason, or another change waits.
    """
    require(actor, StaffPermission.REFERENCE_WRITE)
    figures.check(levels)
    if not list(figures.changes(figures.newest().levels, levels)):
        raise FiguresUnchangedError
    payload: dict[str, object] = {"levels": figures.to_json(levels)}
    return approvals.propose(
        actor=actor, kind=KIND, subject=SUBJECT, payload=payload, reason=reason, now=now
    )


def _wanted(approval: Approval) -> dict[int, Level]:
    return figures.from_json(approval.payload["levels"])


def perform(approval: Approval, actor: Actor, now: datetime) -> None:
    """Write the figures as the next version; payments are decided by them from the commit on."""
    before, after = figures.newest(), _wanted(approval)
    figures.check(after)
    table = Table(before.version + 1, after)
    try:
        with transaction.atomic():
            Figures.objects.create(
                version=table.version, levels=figures.to_json(after), approval=str(approval),
                decided_at=now,
            )  # fmt: skip
    except IntegrityError as twice:
        message = "version"
        raise registry.NoLongerTrueError(message) from twice
    audit.record(
        actor=actor, action="limits.changed", subject=SUBJECT,
        data=_facts(before, table, str(approval)), now=now,
    )  # fmt: skip
    transaction.on_commit(lambda: put_in_force(table))


def _facts(before: Table, after: Table, approval: str) -> dict[str, Any]:
    found = list(figures.changes(before.levels, after.levels))
    return {
        "version": after.version,
        "approval": approval,
        "old": {f"{level}.{name}": old for level, name, old, _new in found},
        "new": {f"{level}.{name}": new for level, name, _old, new in found},
    }


def describe(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    """Say of every figure that changes what it was when this was proposed and what it would be."""
    base = Figures.objects.filter(version=int(approval.version or 0)).first()
    before = figures.from_json(base.levels) if base else LEVELS
    return [
        (
            gettext("Level %(level)s: %(what)s") % {"level": level, "what": WORDS[name]},
            f"{_value(old)} → {_value(new)}",
        )
        for level, name, old, new in figures.changes(before, _wanted(approval))
    ]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return gettext("%(units)s units") % {"units": f"{value:,}"}


def current(subject: str, payload: dict[str, object]) -> str:
    """Say which version was looked at."""
    del subject, payload
    return str(figures.newest().version)


def connect() -> None:
    """Enter the kind."""
    registry.register(
        KIND,
        title=gettext_lazy("Change of the limits"),
        permission=StaffPermission.REFERENCE_APPROVE,
        perform=perform,
        describe=describe,
        current=current,
    )
