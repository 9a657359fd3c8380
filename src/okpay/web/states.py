"""The words, icons and meanings of a record's states, the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# Malachite = done; amber = waits for someone; red = stopped; grey = information.
BADGES: Final[dict[str, tuple[str, str, _StrOrPromise]]] = {
    "completed": ("ok", "check", pgettext_lazy("state", "Completed")),
    "pending": ("warn", "clock", pgettext_lazy("state", "Waiting")),
    "processing": ("", "clock", pgettext_lazy("state", "In progress")),
    "unknown": ("", "search", pgettext_lazy("state", "Being checked")),
    "canceled": ("line", "undo-2", pgettext_lazy("state", "Canceled")),
    "expired": ("line", "undo-2", pgettext_lazy("state", "Expired, returned")),
    "returned": ("line", "undo-2", pgettext_lazy("state", "Returned")),
    "declined": ("line", "undo-2", pgettext_lazy("state", "Declined, returned")),
    "refused": ("danger", "x", pgettext_lazy("state", "Refused")),
}


def badge_of(state: str) -> dict[str, _StrOrPromise]:
    """Return what the badge partial needs; an unknown state is shown as being checked."""
    kind, icon, text = BADGES.get(state, BADGES["unknown"])
    return {"kind": kind, "icon": icon, "text": text}
