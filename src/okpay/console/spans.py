"""Lengths of time in words, short enough for a dense table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from datetime import timedelta

DAY: Final = 1440  # minutes


def span_text(span: timedelta) -> str:
    """Return a length of time: 12 min, 3 h 05 min, 2 days. Less than a minute is 0 min."""
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes >= 2 * DAY:
        days = minutes // DAY
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if minutes >= 60:  # noqa: PLR2004 — an hour
        hours, rest = divmod(minutes, 60)
        if not rest:
            return _("%(hours)s h") % {"hours": hours}
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{rest:02d}"}
    return _("%(minutes)s min") % {"minutes": minutes}
