"""What waits for staff: each queue says how much, since when, and how fast it is worked off.

An area enters its queue in `connect` (or from its own `apps.py`); the dashboard and the rail read
them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Min
from django.utils.translation import pgettext_lazy

from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.approvals import queries as approvals

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Depth:
    """How a queue stands: what waits, since when the oldest, how long it took lately.

    `median` is over what was finished in the last days, None when nothing was; `mine` is what the
    member of staff who looks has taken.
    """

    waiting: int
    oldest: datetime | None = None
    mine: int = 0
    overdue: int = 0
    done_today: int = 0
    median: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: who sees it, where it is worked off, in what time, and how it is measured.

    `measure(person_id, permissions, now)` reads and never writes.
    """

    name: str
    title: _StrOrPromise
    url_name: str
    permission: StaffPermission
    target: timedelta
    measure: Callable[[UUID, frozenset[StaffPermission], datetime], Depth]


_queues: Final[dict[str, Queue]] = {}


def register(queue: Queue) -> None:
    """Enter a queue; entering it again replaces it."""
    _queues[queue.name] = queue


def depths(
    person_id: UUID, permissions: frozenset[StaffPermission], now: datetime
) -> list[tuple[Queue, Depth]]:
    """Measure every queue that these permissions open, in the order they were entered."""
    return [
        (queue, queue.measure(person_id, permissions, now))
        for queue in _queues.values()
        if queue.permission in permissions
    ]


def waiting_counts(person_id: UUID, permissions: frozenset[StaffPermission]) -> dict[str, int]:
    """Return how much waits in each queue, by its name, for the rail."""
    found = depths(person_id, permissions, clock.now())
    return {queue.name: depth.waiting for queue, depth in found}


def _approvals(person_id: UUID, permissions: frozenset[StaffPermission], now: datetime) -> Depth:
    mine = approvals.waiting_for(person_id, frozenset(map(str, permissions)))
    facts = mine.order_by().aggregate(waiting=Count("id"), oldest=Min("created_at"))
    late = mine.filter(created_at__lt=now - APPROVALS_TARGET)
    return Depth(
        waiting=facts["waiting"],
        oldest=facts["oldest"],
        overdue=late.count(),
        done_today=approvals.closed().filter(closed_at__gt=now - timedelta(days=1)).count(),
        median=approvals.median_time(since=now - timedelta(days=30)),
    )


APPROVALS_TARGET: Final = timedelta(hours=4)


def connect() -> None:
    """Enter the queues of the core."""
    register(
        Queue(
            name="approvals",
            title=pgettext_lazy("console", "Four eyes"),
            url_name="console_approvals",
            permission=StaffPermission.APPROVALS_READ,
            target=APPROVALS_TARGET,
            measure=_approvals,
        )
    )
