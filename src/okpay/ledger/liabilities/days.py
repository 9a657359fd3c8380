"""Which days are published, and when each begins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from okpay.ledger.liabilities.models import Statement

MOST_DAYS: Final = 7  # missed days made up for in one run; the next run goes on


def start_of(day: date) -> datetime:
    """Return the first instant of a day where the house is: what the day's tree is built as of."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def due_days(now: datetime) -> list[date]:
    """Return the days to publish, oldest first: today alone at first, then every missed one."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    last = Statement.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return [today]
    missing = (today - last).days
    return [last + timedelta(days=number) for number in range(1, missing + 1)][:MOST_DAYS]
