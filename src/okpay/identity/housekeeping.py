"""What identity throws away: ended sessions, old codes, quiet budgets, unproven claims."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError

from okpay.identity.factors.models import SpentChallenge
from okpay.identity.models import OneTimeCode, PastPassword, Person, Session, TryBudget
from okpay.identity.sessions import alive
from okpay.kernel import crypto
from okpay.kernel.ids import encode
from okpay.ledger.models import Account

log = logging.getLogger(__name__)

CODES_KEPT: Final = timedelta(days=2)  # the daily cap a phone counts one day back
BUDGETS_KEPT: Final = timedelta(days=7)
CHALLENGES_KEPT: Final = timedelta(days=2)  # whatever they belonged to is over by then
CLAIMS_KEPT: Final = timedelta(days=7)
CLAIMS_A_RUN: Final = 500


def tidy(*, now: datetime) -> dict[str, int]:
    """Delete what nobody needs any more and return how many rows of each kind went."""
    return {name: sweep(now - keep) for name, keep, sweep in RULES}


def _ended_sessions(_before: datetime) -> int:
    return Session.objects.exclude(alive()).delete()[0]


def _old_codes(before: datetime) -> int:
    return OneTimeCode.objects.filter(created_at__lt=before).delete()[0]


def _quiet_budgets(before: datetime) -> int:
    return TryBudget.objects.filter(last_try_at__lt=before).delete()[0]


def _spent_challenges(before: datetime) -> int:
    return SpentChallenge.objects.filter(spent_at__lt=before).delete()[0]


def _forget_claims(before: datetime) -> int:
    """Forget people who never proved their e-mail: they never signed in and own nothing.

    Whoever has an account in the book is never forgotten, whatever their row says; the book names
    its owners without a foreign key, so no constraint would hold them.
    """
    owners = Account.objects.filter(owner=OuterRef("pk"))
    old = Person.objects.filter(
        ~Exists(owners), email_verified_at__isnull=True, created_at__lt=before
    ).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:CLAIMS_A_RUN])
    return sum(_forget(person_id) for person_id in ids)


def _forget(person_id: UUID) -> int:
    """Forget one person; one of whom any other table still knows something stays as they are."""
    try:
        with transaction.atomic():
            EmailAddress.objects.filter(user=person_id).delete()
            PastPassword.objects.filter(person=person_id).delete()
            OneTimeCode.objects.filter(person=person_id).delete()
            gone = Person.objects.filter(pk=person_id).delete()[0]
            crypto.shred(person_id)  # so that no backup opens what they claimed
            return gone
    except (ProtectedError, IntegrityError):
        log.warning("%s is not forgotten: something still refers to them", encode("cus", person_id))
        return 0


RULES: Final = (
    ("sessions", timedelta(), _ended_sessions),
    ("codes", CODES_KEPT, _old_codes),
    ("budgets", BUDGETS_KEPT, _quiet_budgets),
    ("claims", CLAIMS_KEPT, _forget_claims),
    ("challenges", CHALLENGES_KEPT, _spent_challenges),
)
