"""Read proposals. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q

from okpay.kernel.approvals.models import Approval
from okpay.kernel.approvals.registry import kinds_for
from okpay.kernel.approvals.states import ApprovalState

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from django.db.models import QuerySet

MOST: Final = 100


def waiting() -> QuerySet[Approval]:
    """Return all that wait, the longest first."""
    return Approval.objects.filter(state=ApprovalState.WAITING).order_by("id")


def waiting_for(person_id: UUID, permissions: frozenset[str]) -> QuerySet[Approval]:
    """Return what waits and this person could decide: permitted, not theirs, not about them."""
    own = Q(maker=person_id) | Q(about=person_id)
    return waiting().filter(kind__in=kinds_for(permissions)).exclude(own)


def waiting_about(subject: str) -> list[Approval]:
    """Return what waits for one subject (`cus_…`, `kyc_…`)."""
    return list(waiting().filter(subject=subject)[:MOST])


def made_by(person_id: UUID) -> QuerySet[Approval]:
    """Return what a person has proposed, newest first."""
    return Approval.objects.filter(maker=person_id).order_by("-id")


def closed() -> QuerySet[Approval]:
    """Return what is over, newest first."""
    return Approval.objects.exclude(state=ApprovalState.WAITING).order_by("-closed_at", "-id")


def find(approval_id: UUID) -> Approval | None:
    """Return one proposal, or None."""
    return Approval.objects.filter(pk=approval_id).first()


def median_time(*, since: datetime) -> timedelta | None:
    """Return how long the decided ones since then had waited, in the middle; None for none."""
    decided = Approval.objects.filter(checker__isnull=False, closed_at__gte=since)
    spans = [
        end - start for start, end in decided.values_list("created_at", "closed_at")[:1000] if end
    ]
    return sorted(spans)[len(spans) // 2] if spans else None
