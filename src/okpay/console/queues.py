"""What waits for staff: each queue says how much, since when, and how fast it is worked off.

The dashboard and the rail read the queues (`desk_queues`) from here. Only those are measured that
the permissions of who looks open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Min, Q, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from okpay.identity.staff import StaffPermission

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at the queues, with what permissions, and when."""

    person_id: UUID
    permissions: frozenset[StaffPermission]
    now: datetime


@dataclass(frozen=True, slots=True)
class Depth:
    """How a queue stands: what waits, since when the oldest, how long it took lately.

    `median` is over what was finished in the last days, None when nothing was; `mine` is what the
    member of staff who looks has taken.
    """

    waiting: int
    oldest: datetime | None
    mine: int
    overdue: int
    done_today: int
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: who sees it, where it is worked off, in what time, and which rows it is made of.

    `since` names the field with the moment a row began to wait; `done` gives what was finished
    after a moment. A row is overdue after `target` unless `overdue` says otherwise.
    """

    name: str
    title: _StrOrPromise
    url_name: str
    permission: StaffPermission
    target: timedelta
    waiting: Callable[[Look], QuerySet[Any]]
    since: str
    done: Callable[[datetime], QuerySet[Any]]
    mine: Callable[[Look], Q] | None = None
    overdue: Callable[[Look], Q] | None = None
    median: Callable[[datetime], timedelta | None] | None = None

    def measure(self, look: Look) -> Depth:
        """Ask how the queue stands; reads and never writes."""
        late = self.overdue(look) if self.overdue else Q(**self._before(look.now - self.target))
        mine = self.mine(look) if self.mine else Q(pk__in=[])
        facts = (
            self.waiting(look)
            .order_by()
            .aggregate(
                waiting=Count("pk"),
                oldest=Min(self.since),
                mine=Count("pk", filter=mine),
                overdue=Count("pk", filter=late),
            )
        )
        return Depth(
            **facts,
            done_today=self.done(look.now - DAY).count(),
            median=self.median(look.now) if self.median else None,
        )

    def _before(self, moment: datetime) -> dict[str, datetime]:
        return {f"{self.since}__lt": moment}


_queues: Final[dict[str, Queue]] = {}


def register(queue: Queue) -> None:
    """Enter a queue; entering it again replaces it."""
    _queues[queue.name] = queue


def _open_to(look: Look) -> list[Queue]:
    return [queue for queue in _queues.values() if queue.permission in look.permissions]


def depths(look: Look) -> list[tuple[Queue, Depth]]:
    """Measure every queue that these permissions open, in the order they were entered."""
    return [(queue, queue.measure(look)) for queue in _open_to(look)]


def waiting_counts(look: Look) -> dict[str, int]:
    """Return how much waits in each queue, by its name, in one query; 0 may be left out."""
    counts = [
        queue.waiting(look)
        .order_by()
        .annotate(queue=Value(queue.name))
        .values("queue")
        .annotate(count=Count("pk"))
        .values_list("queue", "count")
        for queue in _open_to(look)
    ]
    return dict(counts[0].union(*counts[1:], all=True)) if counts else {}
