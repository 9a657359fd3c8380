"""What the shell of a console page needs. Pages of the other faces get nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from okpay.console import navigation
from okpay.console.frame import AtWork

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give a page its navigation and `may`, the permissions of who is at work."""
    staff = getattr(request, "at_work", None)
    if not isinstance(staff, AtWork):
        return {}
    return {
        "staff": staff,
        "may": staff.permissions,
        "tabs": navigation.tabs_for(request, staff),
    }
