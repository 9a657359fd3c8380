"""The rail of the console: what stands in it, for whom, and how many wait there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from okpay.console import queues
from okpay.identity.staff import StaffPermission

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from okpay.console.frame import AtWork


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the rail: the name of its page, which its other pages' names begin with."""

    name: str
    label: _StrOrPromise
    icon: str
    permission: StaffPermission
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A place as one member of staff sees it."""

    label: _StrOrPromise
    icon: str
    url: str
    current: bool
    count: int


PLACES: Final = (
    Place(
        "console_home",
        pgettext_lazy("console", "Overview"),
        "layout-dashboard",
        StaffPermission.HOME_READ,
    ),
    Place(
        "console_customers",
        pgettext_lazy("console", "Customers"),
        "users",
        StaffPermission.CUSTOMERS_READ,
    ),
    Place(
        "console_kyc",
        pgettext_lazy("console", "Real-name checks"),
        "id-card",
        StaffPermission.KYC_READ,
        "kyc",
    ),
    Place(
        "console_freezes",
        pgettext_lazy("console", "Freezes"),
        "snowflake",
        StaffPermission.FREEZES_READ,
        "freezes",
    ),
    Place(
        "console_regains",
        pgettext_lazy("console", "Lost accounts"),
        "life-buoy",
        StaffPermission.REGAINS_READ,
    ),
    Place(
        "console_tickets",
        pgettext_lazy("console", "Tickets"),
        "message-circle",
        StaffPermission.TICKETS_READ,
        "tickets",
    ),
    Place(
        "console_approvals",
        pgettext_lazy("console", "Four eyes"),
        "check-check",
        StaffPermission.APPROVALS_READ,
        "approvals",
    ),
    Place(
        "console_ledger",
        pgettext_lazy("console", "Ledger"),
        "file-text",
        StaffPermission.LEDGER_READ,
    ),
    Place(
        "console_reference",
        pgettext_lazy("console", "Reference data"),
        "table-2",
        StaffPermission.REFERENCE_READ,
    ),
    Place(
        "console_audit",
        pgettext_lazy("console", "Audit trail"),
        "scroll-text",
        StaffPermission.AUDIT_READ,
    ),
    Place(
        "console_staff",
        pgettext_lazy("console", "Staff"),
        "user-cog",
        StaffPermission.STAFF_READ,
    ),
)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # an area that this installation does not have
        return ""


def tabs_for(request: HttpRequest, staff: AtWork) -> list[Tab]:
    """Return the places open to who is at work, with what waits in each."""
    match = request.resolver_match
    # The tables of the reference data have names of the admin, in its name space.
    here = "_".join([*match.namespaces, match.url_name or ""]) if match else ""
    waiting = staff.waiting or queues.waiting_counts(staff.look())
    return [
        Tab(
            label=place.label,
            icon=place.icon,
            url=_address(place.name),
            current=here == place.name or here.startswith(f"{place.name}_"),
            count=waiting.get(place.queue, 0),
        )
        for place in PLACES
        if place.permission in staff.permissions and _address(place.name)
    ]
