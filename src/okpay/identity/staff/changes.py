"""The change of somebody's roles as a kind of proposal, and who answers for permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okpay.identity import hooks
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.staff import sessions
from okpay.identity.staff.access import require
from okpay.identity.staff.errors import StaffNotPermittedError
from okpay.identity.staff.models import StaffMember
from okpay.identity.staff.operations import CHANGE_ROLES, set_roles
from okpay.identity.staff.queries import roles_of
from okpay.identity.staff.roles import StaffPermission
from okpay.identity.staff.words import roles_text
from okpay.kernel.approvals import registry
from okpay.kernel.ids import decode

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval

ENDING: Final = frozenset(
    {
        SecurityEvent.PASSWORD_CHANGED,
        SecurityEvent.PASSWORD_RESET,
        SecurityEvent.SESSIONS_REVOKED,
        SecurityEvent.FACTOR_REMOVED,
        SecurityEvent.ACCOUNT_FROZEN,
    }
)


def _wanted(approval: Approval) -> list[str]:
    return [str(name) for name in approval.payload["roles"]]


def perform(approval: Approval, actor: Actor, now: datetime) -> None:
    """Give the person the roles that were approved."""
    person_id = decode(approval.subject, "cus")
    set_roles(actor=actor, person_id=person_id, roles=_wanted(approval), now=now)


def describe(approval: Approval) -> list[tuple[_StrOrPromise, str]]:
    """Say which roles somebody has and which they would have."""
    wanted = _wanted(approval)
    return [
        (gettext_lazy("Roles now"), roles_text(roles_of(decode(approval.subject, "cus")))),
        (gettext_lazy("Roles proposed"), roles_text(wanted) if wanted else _("Leaves the staff")),
    ]


def current(subject: str, payload: dict[str, object]) -> str:
    """Say which version of the member was looked at."""
    del payload
    member = StaffMember.objects.filter(person_id=decode(subject, "cus"))
    return str(member.values_list("version", flat=True).first() or 0)


def may(actor: Actor, permission: str) -> bool:
    """Whether an actor at the console decides this kind; asked by `approvals`."""
    try:
        require(actor, StaffPermission.APPROVALS_DECIDE)
        require(actor, StaffPermission(permission))
    except StaffNotPermittedError:
        return False
    return True


def heard(news: SecurityNews) -> None:
    """End the console's sessions with what opened them, as the app's are ended.

    A frozen person is out without it: permissions are asked at every request. It keeps an old
    session from living on after they are released.
    """
    if news.event in ENDING:
        sessions.end_all(news.person_id)


def connect() -> None:
    """Enter the kind, answer for permissions, and listen."""
    hooks.on_security_event(heard)
    registry.authority(may)
    registry.register(
        CHANGE_ROLES,
        title=gettext_lazy("Change of staff roles"),
        permission=StaffPermission.STAFF_APPROVE,
        perform=perform,
        describe=describe,
        current=current,
    )
