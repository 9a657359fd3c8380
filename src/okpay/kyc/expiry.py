"""The day on which a document runs out: a warning thirty days before, then the level falls."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity.hooks import SecurityEvent
from okpay.identity.levels import set_level
from okpay.kernel.actor import SYSTEM
from okpay.kyc import answers, letters, moves
from okpay.kyc.models import Case
from okpay.kyc.states import CaseState

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

WARNED_BEFORE: Final = timedelta(days=30)
A_RUN: Final = 500


def run(*, now: datetime) -> dict[str, int]:
    """Warn and lower what is due; safe to repeat and to cut off. Returns how many of each.

    A document is good up to and including its last day, in the house's time zone.
    """
    today = answers.day_of(now)
    approved = Case.objects.filter(state=CaseState.APPROVED)
    over = approved.filter(valid_until__lt=today).order_by("valid_until")
    ended = [_end(pk, today, now) for pk in list(over.values_list("pk", flat=True)[:A_RUN])]
    soon = approved.filter(
        valid_until__gte=today, valid_until__lte=today + WARNED_BEFORE, warned_at__isnull=True
    )
    warned = [_warn(pk, now) for pk in list(soon.values_list("pk", flat=True)[:A_RUN])]
    return {"ended": sum(ended), "warned": sum(warned)}


def _end(case_id: UUID, today: date, now: datetime) -> bool:
    with transaction.atomic():
        case = moves.lock(case_id)
        if case.valid_until is None or case.valid_until >= today:
            return False
        if not moves.move(case, CaseState.EXPIRED, actor=SYSTEM, now=now):
            return False
        level = _level_left(case)
        set_level(actor=SYSTEM, person_id=case.person_id, level=level, until=None, now=now)
        letters.tell(case, SecurityEvent.KYC_EXPIRED, now)
        return True


def _level_left(case: Case) -> int:
    """Return the level that the person's other documents still prove."""
    others = Case.objects.filter(person_id=case.person_id, state=CaseState.APPROVED)
    return max(others.exclude(pk=case.pk).values_list("target", flat=True), default=0)


def _warn(case_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        case = moves.lock(case_id)
        if case.state != CaseState.APPROVED or case.warned_at is not None:
            return False
        case.warned_at = now
        case.save(update_fields=["warned_at"])
        letters.tell(case, SecurityEvent.KYC_EXPIRES_SOON, now)
        return True
