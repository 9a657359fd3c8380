"""What the pages of freezes show: rows with words, what a freeze would do, appeals, proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

from okpay.console.pages.people import face_of
from okpay.identity.freezing import queries as freezes
from okpay.identity.freezing.models import Freeze
from okpay.identity.freezing.states import FreezeState
from okpay.identity.queries import access_tokens, devices_of
from okpay.kernel.approvals import queries as approvals
from okpay.kernel.ids import encode
from okpay.support.models import Ticket
from okpay.support.states import TicketState, Topic
from okpay.wallets.queries import Balance, balances

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from okpay.console.pages.people import Face
    from okpay.identity.freezing.models import FreezeEvent
    from okpay.identity.models import Person
    from okpay.kernel.approvals.models import Approval

SOON: Final = timedelta(days=2)
MOST: Final = 20
FILTER_WORDS: Final[dict[str, _StrPromise]] = {
    "all": pgettext_lazy("freezes", "All"),
    "due": pgettext_lazy("freezes", "Review due"),
    "owner": pgettext_lazy("freezes", "By the owner"),
    "staff": pgettext_lazy("freezes", "By staff"),
    "rule": pgettext_lazy("freezes", "By a rule"),
}


@dataclass(frozen=True, slots=True)
class FreezeRow:
    """A freeze in the list. `urgency`: "over", "warn" or "" by its review day."""

    freeze: Freeze
    public_id: str
    face: Face
    urgency: str
    days: int
    proposed: bool
    appealed: bool
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class WholeFreeze:
    """One freeze with everything around it."""

    row: FreezeRow
    open: bool
    events: list[FreezeEvent]
    proposals: list[Approval]
    appeals: list[Ticket]


@dataclass(frozen=True, slots=True)
class Preview:
    """What freezing would do to a customer, before it is done."""

    face: Face
    sessions: int
    tokens: int
    balances: list[Balance]


def rows(now: datetime) -> list[FreezeRow]:
    """List what is frozen, the passed review days first, with all marks in two more queries."""
    found = freezes.open_freezes()
    people = [one.person_id for one in found]
    proposed = set(
        approvals.waiting()
        .filter(subject__in=[encode("cus", one) for one in people])
        .values_list("subject", flat=True)
    )
    appealed = set(_appeals().filter(person_id__in=people).values_list("person_id", flat=True))
    return [_row(one, now.date(), proposed, appealed) for one in found]


def _appeals() -> QuerySet[Ticket]:
    return Ticket.objects.filter(topic=Topic.APPEAL).exclude(state=TicketState.CLOSED)


def _row(one: Freeze, today: date, proposed: set[str], appealed: set[UUID]) -> FreezeRow:
    face = face_of(one.person)
    days = (one.review_on - today).days if one.review_on else 0
    due = days <= 0 and one.state != FreezeState.LIFTED
    urgency = "over" if due else ("warn" if days <= SOON.days else "")
    groups = {"all", str(one.cause)} | ({"due"} if due else set())
    return FreezeRow(
        freeze=one,
        public_id=encode("frz", one.id),
        face=face,
        urgency=urgency,
        days=days,
        proposed=face.public_id in proposed,
        appealed=one.person_id in appealed,
        groups=frozenset(groups),
    )


def whole(freeze_id: UUID, now: datetime) -> WholeFreeze | None:
    """Return one freeze with its steps, its proposals and the person's appeals, or None."""
    one = Freeze.objects.select_related("person").filter(pk=freeze_id).first()
    if one is None:
        return None
    appeals = list(_appeals().filter(person_id=one.person_id).order_by("-opened_at")[:MOST])
    proposals = approvals.waiting_about(encode("cus", one.person_id))
    proposed = {proposal.subject for proposal in proposals}
    return WholeFreeze(
        row=_row(one, now.date(), proposed, {ticket.person_id for ticket in appeals}),
        open=one.state != FreezeState.LIFTED,
        events=freezes.events_of(one.id),
        proposals=proposals,
        appeals=appeals,
    )


def preview(person: Person, now: datetime) -> Preview:
    """Say what freezing this person would end, and what stays."""
    return Preview(
        face=face_of(person),
        sessions=len(devices_of(person.id, current_key="")),
        tokens=len(access_tokens(person.id, now)),
        balances=balances(person.id, now),
    )
