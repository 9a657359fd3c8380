"""How much waits on the desk: real-name checks, freezes to look at again, tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Min, Q
from django.utils.translation import pgettext_lazy

from okpay.console.queues import Depth, Queue, register
from okpay.identity.freezing.models import Freeze
from okpay.identity.freezing.states import FreezeState
from okpay.identity.staff import StaffPermission
from okpay.kyc.models import Case, CaseEvent
from okpay.kyc.states import DECIDED, QUEUED, CaseState
from okpay.support.models import Ticket
from okpay.support.states import TicketState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

KYC_TARGET: Final = timedelta(hours=2)
TICKET_TARGET: Final = timedelta(hours=24)
REVIEW_TARGET: Final = timedelta(days=1)  # from the review day until somebody decided
DAY: Final = timedelta(days=1)


def _kyc(person_id: UUID, permissions: frozenset[StaffPermission], now: datetime) -> Depth:
    del permissions
    states = sorted(QUEUED | {CaseState.IN_REVIEW})
    facts = Case.objects.filter(state__in=states).aggregate(
        waiting=Count("id"),
        oldest=Min("queued_at"),
        mine=Count("id", filter=Q(lock_staff=person_id, lock_until__gt=now)),
        overdue=Count("id", filter=Q(queued_at__lt=now - KYC_TARGET)),
    )
    decided = CaseEvent.objects.filter(
        new__in=sorted(DECIDED), actor_kind="staff", at__gt=now - DAY
    )
    return Depth(**facts, done_today=decided.count())


def _freezes(person_id: UUID, permissions: frozenset[StaffPermission], now: datetime) -> Depth:
    del person_id, permissions
    due = Freeze.objects.exclude(state=FreezeState.LIFTED).filter(review_on__lte=now.date())
    facts = due.aggregate(
        waiting=Count("id"),
        oldest=Min("frozen_at"),
        overdue=Count("id", filter=Q(review_on__lt=now.date())),
    )
    lifted = Freeze.objects.filter(state=FreezeState.LIFTED, lifted_at__gt=now - DAY)
    return Depth(**facts, done_today=lifted.count())


def _tickets(person_id: UUID, permissions: frozenset[StaffPermission], now: datetime) -> Depth:
    del permissions
    facts = Ticket.objects.filter(state=TicketState.OPEN).aggregate(
        waiting=Count("id"),
        oldest=Min("updated_at"),
        mine=Count("id", filter=Q(taken_by=person_id)),
        overdue=Count("id", filter=Q(updated_at__lt=now - TICKET_TARGET)),
    )
    done = Ticket.objects.exclude(state=TicketState.OPEN).filter(updated_at__gt=now - DAY)
    return Depth(**facts, done_today=done.count())


def connect() -> None:
    """Enter the queues of the desk."""
    register(
        Queue(
            name="kyc",
            title=pgettext_lazy("console", "Real-name checks"),
            url_name="console_kyc",
            permission=StaffPermission.KYC_READ,
            target=KYC_TARGET,
            measure=_kyc,
        )
    )
    register(
        Queue(
            name="freezes",
            title=pgettext_lazy("console", "Freezes to look at"),
            url_name="console_freezes",
            permission=StaffPermission.FREEZES_READ,
            target=REVIEW_TARGET,
            measure=_freezes,
        )
    )
    register(
        Queue(
            name="tickets",
            title=pgettext_lazy("console", "Tickets"),
            url_name="console_tickets",
            permission=StaffPermission.TICKETS_READ,
            target=TICKET_TARGET,
            measure=_tickets,
        )
    )
