"""What identity throws away: ended sessions, old codes, quiet budgets, unproven claims."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.db import transaction

from okpay.identity.models import OneTimeCode, PastPassword, Person, Session, TryBudget
from okpay.identity.sessions import alive

CODES_KEPT: Final = timedelta(days=2)  # the daily cap a phone counts one day back
BUDGETS_KEPT: Final = timedelta(days=7)
CLAIMS_KEPT: Final = timedelta(days=7)
CLAIMS_A_RUN: Final = 500


def tidy(*, now: datetime) -> dict[str, int]:
    """Delete what nobody needs any more and return how many rows of each kind went."""
    return {
        "sessions": Session.objects.exclude(alive()).delete()[0],
        "codes": OneTimeCode.objects.filter(created_at__lt=now - CODES_KEPT).delete()[0],
        "budgets": TryBudget.objects.filter(last_try_at__lt=now - BUDGETS_KEPT).delete()[0],
        "claims": _forget_claims(now),
    }


def _forget_claims(now: datetime) -> int:
    """Forget people who never proved their e-mail: they never signed in and own nothing."""
    with transaction.atomic():
        old = Person.objects.filter(
            email_verified_at__isnull=True, created_at__lt=now - CLAIMS_KEPT
        ).order_by("created_at")
        ids = list(old.values_list("pk", flat=True)[:CLAIMS_A_RUN])
        EmailAddress.objects.filter(user__in=ids).delete()
        PastPassword.objects.filter(person__in=ids).delete()
        OneTimeCode.objects.filter(person__in=ids).delete()
        return Person.objects.filter(pk__in=ids).delete()[0]
