"""Write moments for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime


def moment(at: datetime) -> str:
    """Write the end of a lock: hour and minute, with the day before it when it is another day."""
    local = timezone.localtime(at)
    same_day = local.date() == timezone.localdate()
    return local.strftime("%H:%M" if same_day else "%m-%d %H:%M")
