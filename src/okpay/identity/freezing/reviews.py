"""A freeze has a day on which it is looked at again; nobody's money is stopped and forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.identity.freezing import queries
from okpay.identity.freezing.models import Freeze
from okpay.identity.freezing.states import subject_of
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM

if TYPE_CHECKING:
    from datetime import datetime

PATIENCE: Final = timedelta(days=3)  # from the review day until it is escalated
log = logging.getLogger(__name__)


def remind(*, now: datetime) -> int:
    """Note each freeze that is due, once, and once more when it stays undecided; return how many.

    A due freeze stands in the trail and on top of the desk's list. It is never lifted by time.
    """
    due = queries.reviews_due(now.date())
    return sum(_note(freeze, now) for freeze in due)


def _note(freeze: Freeze, now: datetime) -> bool:
    if freeze.reminded_at is None:
        return _write(freeze, "reminded_at", "freezing.review_due", now)
    late = freeze.review_on is not None and now.date() >= freeze.review_on + PATIENCE
    if late and freeze.escalated_at is None:
        log.error("the review of freeze %s is late", subject_of(freeze))
        return _write(freeze, "escalated_at", "freezing.review_late", now)
    return False


def _write(freeze: Freeze, field: str, action: str, now: datetime) -> bool:
    """Only the first of two runs at once writes it down."""
    rows = Freeze.objects.filter(pk=freeze.pk, **{f"{field}__isnull": True})
    if not rows.update(**{field: now}):
        return False
    audit.record(actor=SYSTEM, action=action, subject=subject_of(freeze), data={}, now=now)
    return True
