"""Look at a customer as staff. Nothing of the customer changes; that somebody looked is kept."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from okpay.identity import tries
from okpay.identity.looking.errors import SearchLimitError, UnmaskLimitError, UnmaskReasonError
from okpay.identity.models import Person
from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit
from okpay.kernel.ids import encode
from okpay.kernel.pan import mask_card_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

HOUR: Final = timedelta(hours=1)
MOST_UNMASKED: Final = 30  # by one member of staff, in an hour of the clock
MOST_SEARCHES: Final = 200
LEAST_NOTE: Final = 10
LONGEST_NOTE: Final = 200
SHOWN_FOR: Final = timedelta(seconds=60)
_UNMASKING: Final = tries.TryPolicy("unmask", ((MOST_UNMASKED, HOUR),))
_SEARCHING: Final = tries.TryPolicy("staff_search", ((MOST_SEARCHES, HOUR),))


class Field(StrEnum):
    """What of a customer stands under a mask."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"


class Why(StrEnum):
    """Why a member of staff needs to see it."""

    CALLER = "caller"  # is the person who calls the customer?
    CONTACT = "contact"  # we must reach them
    FRAUD = "fraud"
    LAW = "law"  # an authority asks
    OTHER = "other"  # says what


def note_search(*, actor: Actor, kind: str, found: Sequence[UUID], now: datetime) -> None:
    """Count a search for customers and write down what kind it was and whom it found.

    What was typed is not kept: it is a phone number or an e-mail.

    Raises:
        StaffNotPermittedError: see `StaffPermission.CUSTOMERS_READ`.
        SearchLimitError: `MOST_SEARCHES` in this hour. Call it outside a transaction.
    """
    require(actor, StaffPermission.CUSTOMERS_READ)
    if not _spend(_SEARCHING, actor, now):
        raise SearchLimitError(most=MOST_SEARCHES)
    audit.record(
        actor=actor,
        action="console.customers.searched",
        subject=encode("cus", found[0]) if len(found) == 1 else "customers",
        data={"kind": kind, "found": [encode("cus", one) for one in found]},
        now=now,
    )


def note_view(*, actor: Actor, person_id: UUID, now: datetime) -> None:
    """Write down that a member of staff opened a customer's page.

    Raises:
        StaffNotPermittedError: see `StaffPermission.CUSTOMERS_READ`.
    """
    require(actor, StaffPermission.CUSTOMERS_READ)
    _record(actor, "console.customer.viewed", person_id, now)


def note_case(*, actor: Actor, case_id: UUID, person_id: UUID, full: bool, now: datetime) -> None:
    """Write down that a member of staff opened a real-name check; `full`: with its documents.

    Raises:
        StaffNotPermittedError: see `StaffPermission.KYC_READ`.
    """
    require(actor, StaffPermission.KYC_READ)
    audit.record(
        actor=actor,
        action="console.kyc.viewed",
        subject=encode("kyc", case_id),
        data={"person": encode("cus", person_id), "full": full},
        now=now,
    )


def unmask(
    *, actor: Actor, person_id: UUID, field: Field, why: Why | None, note: str, now: datetime
) -> str:
    """Return one fact of a customer in full; who saw it and why is in the trail before that.

    Args:
        actor: the member of staff.
        person_id: the customer.
        field: which fact.
        why: the reason from the list; None counts as not given.
        note: in their own words, at most `LONGEST_NOTE` characters; needed for `Why.OTHER`.
        now: the moment.

    Raises:
        StaffNotPermittedError: see `StaffPermission.CUSTOMERS_UNMASK`.
        UnmaskReasonError: no reason.
        UnmaskLimitError: `MOST_UNMASKED` in this hour. Call it outside a transaction.
        Person.DoesNotExist: no such customer.
    """
    require(actor, StaffPermission.CUSTOMERS_UNMASK)
    words = mask_card_numbers(" ".join(note.split()))[:LONGEST_NOTE]
    if why is None or (why is Why.OTHER and len(words) < LEAST_NOTE):
        raise UnmaskReasonError(least=LEAST_NOTE)
    person = Person.objects.get(pk=person_id)
    if not _spend(_UNMASKING, actor, now):
        raise UnmaskLimitError(most=MOST_UNMASKED)
    facts = {"field": str(field), "why": str(why), "note": words}
    _record(actor, "console.customer.unmasked", person_id, now, **facts)
    return {Field.NAME: person.name, Field.PHONE: person.phone, Field.EMAIL: person.email}[field]


def _spend(policy: tries.TryPolicy, actor: Actor, now: datetime) -> bool:
    subject = f"{actor.require_person()} {now.timestamp() // HOUR.total_seconds():.0f}"
    return tries.attempt(policy, subject, now, lambda: False).checked


def _record(actor: Actor, action: str, person_id: UUID, now: datetime, **data: object) -> None:
    audit.record(actor=actor, action=action, subject=encode("cus", person_id), data=data, now=now)
