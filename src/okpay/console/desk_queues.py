"""The queues of the desk: four eyes, real-name checks, freezes to look at again, tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from okpay.console.queues import Queue, register
from okpay.identity.freezing.models import Freeze
from okpay.identity.freezing.states import FreezeState
from okpay.identity.staff import StaffPermission
from okpay.kernel.approvals import queries as approvals
from okpay.kyc.models import Case, CaseEvent
from okpay.kyc.states import DECIDED, QUEUED, CaseState
from okpay.support.models import Ticket
from okpay.support.states import TicketState

MONTH: Final = timedelta(days=30)
QUEUES: Final = (
    Queue(
        name="approvals",
        title=pgettext_lazy("console", "Four eyes"),
        url_name="console_approvals",
        permission=StaffPermission.APPROVALS_READ,
        target=timedelta(hours=4),
        waiting=lambda look: approvals.waiting_for(
            look.person_id, frozenset(map(str, look.permissions))
        ),
        since="created_at",
        done=lambda since: approvals.closed().filter(closed_at__gt=since),
        median=lambda now: approvals.median_time(since=now - MONTH),
    ),
    Queue(
        name="kyc",
        title=pgettext_lazy("console", "Real-name checks"),
        url_name="console_kyc",
        permission=StaffPermission.KYC_READ,
        target=timedelta(hours=2),
        waiting=lambda _look: Case.objects.filter(state__in=sorted(QUEUED | {CaseState.IN_REVIEW})),
        since="queued_at",
        done=lambda since: CaseEvent.objects.filter(
            new__in=sorted(DECIDED), actor_kind="staff", at__gt=since
        ),
        mine=lambda look: Q(lock_staff=look.person_id, lock_until__gt=look.now),
    ),
    Queue(
        name="freezes",
        title=pgettext_lazy("console", "Freezes to look at"),
        url_name="console_freezes",
        permission=StaffPermission.FREEZES_READ,
        target=timedelta(days=1),  # from the review day until somebody decided
        waiting=lambda look: Freeze.objects.exclude(state=FreezeState.LIFTED).filter(
            review_on__lte=look.now.date()
        ),
        since="frozen_at",
        done=lambda since: Freeze.objects.filter(state=FreezeState.LIFTED, lifted_at__gt=since),
        overdue=lambda look: Q(review_on__lt=look.now.date()),
    ),
    Queue(
        name="tickets",
        title=pgettext_lazy("console", "Tickets"),
        url_name="console_tickets",
        permission=StaffPermission.TICKETS_READ,
        target=timedelta(hours=24),
        waiting=lambda _look: Ticket.objects.filter(state=TicketState.OPEN),
        since="updated_at",
        done=lambda since: Ticket.objects.exclude(state=TicketState.OPEN).filter(
            updated_at__gt=since
        ),
        mine=lambda look: Q(taken_by=look.person_id),
    ),
)


def connect() -> None:
    """Enter the queues."""
    for queue in QUEUES:
        register(queue)
