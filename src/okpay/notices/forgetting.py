"""Mails and SMS that are done with: to whom they went is forgotten after a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from okpay.notices.models import Outgoing

KEPT: Final = timedelta(days=30)


def forget(before: datetime) -> int:
    """Delete what was sent, or given up, before a moment; return how many went."""
    return Outgoing.objects.filter(finished_at__lt=before).delete()[0]
