"""The overview: what waits, since when, and how fast it is worked off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from okpay.console import queues
from okpay.console.frame import at_work, page, staff_page
from okpay.console.spans import span_text
from okpay.identity.staff import StaffPermission
from okpay.identity.staff.queries import roles_of
from okpay.identity.staff.words import roles_text

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Row:
    """A queue as it is drawn. `urgency`: "", "warn" past half its time, "over" past all of it."""

    title: _StrOrPromise
    url: str
    depth: queues.Depth
    age: str
    urgency: str
    target: str
    median: str


def _row(queue: queues.Queue, depth: queues.Depth, now: datetime) -> Row:
    age = now - depth.oldest if depth.oldest else None
    over = age is not None and age >= queue.target
    near = age is not None and age * 2 >= queue.target
    return Row(
        title=queue.title,
        url=_address(queue.url_name),
        depth=depth,
        age=span_text(age) if age else "",
        urgency="over" if over else "warn" if near else "",
        target=span_text(queue.target),
        median=span_text(depth.median) if depth.median else "",
    )


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@staff_page(StaffPermission.HOME_READ)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show every queue that this member of staff works in."""
    staff = at_work(request)
    look = staff.look()
    found = queues.depths(look)
    staff.waiting.update({queue.name: depth.waiting for queue, depth in found})
    rows = [_row(queue, depth, look.now) for queue, depth in found]
    context = {
        "rows": rows,
        "waiting": sum(row.depth.waiting for row in rows),
        "overdue": sum(row.depth.overdue for row in rows),
        "done_today": sum(row.depth.done_today for row in rows),
        "mine": sum(row.depth.mine for row in rows),
        "roles": roles_text(roles_of(staff.person.id)),
    }
    return page(request, "console/home.html", context)
