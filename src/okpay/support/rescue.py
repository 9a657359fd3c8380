"""The end of a rescue: payments that were not the owner's, and a ticket with all of it attached.

What was marked and still waits is taken back, so that opening the account does not send it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from okpay.identity.freezing import queries as freezes
from okpay.identity.freezing import recovery as attempts
from okpay.identity.freezing import renewal
from okpay.identity.freezing.models import Recovery
from okpay.identity.models import Person
from okpay.kernel import audit
from okpay.kernel.afterwards import attempt_after_commit
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow
from okpay.payments import operations as payments
from okpay.payments.errors import TransferNotFoundError, TransferNotPendingError
from okpay.support import operations
from okpay.support.states import Topic
from okpay.wallets.models import Record, RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from okpay.support.models import Ticket

RECENT: Final = timedelta(days=30)
MOST_RECORDS: Final = 50
MOST_SIGN_INS: Final = 20
log = logging.getLogger(__name__)


def recent_payments(person_id: UUID, now: datetime) -> list[Record]:
    """List what left a wallet lately, the newest first; 50 at most."""
    left = Record.objects.filter(
        payer=person_id,
        created_at__gt=now - RECENT,
        kind__in=[RecordKind.TRANSFER, RecordKind.PURCHASE],
    )
    return list(left.order_by("-created_at", "-id")[:MOST_RECORDS])


def mark_unknown(*, recovery_id: UUID, record_ids: Sequence[UUID], now: datetime) -> int:
    """Keep which payments were not the owner's; what is not theirs is left out. Returns how many.

    Raises:
        RecoveryOverError, RecoveryProofError: see `recovery.fully_proven`.
    """
    recovery, person = attempts.fully_proven(recovery_id, now)
    wanted = set(record_ids)
    marked = [str(row.id) for row in recent_payments(person.id, now) if row.id in wanted]
    Recovery.objects.filter(pk=recovery.pk).update(unknown_records=marked, marked_at=now)
    return len(marked)


def finish(*, recovery_id: UUID, text: str, now: datetime) -> Ticket:
    """Open the ticket that two people decide over, with everything attached; once.

    Every way in but the password is cleared, if choosing one has not done so already. After the
    commit, marked payments that wait are taken back; what could not be taken back for certain, or
    was interrupted, a job goes on with.

    Raises:
        RecoveryOverError, RecoveryProofError: see `recovery.fully_proven`.
        TicketTextError, TooManyTicketsError: see `operations.open_ticket`.
    """
    from okpay.support import tasks  # noqa: PLC0415 — the job calls back to this room

    with transaction.atomic(durable=True):
        Recovery.objects.select_for_update().filter(pk=recovery_id).first()
        recovery, person = attempts.fully_proven(recovery_id, now)
        actor = attempts.owner_of(recovery)
        renewal.clear_ways_in(recovery=recovery, person=person, now=now)
        ticket = operations.open_ticket(
            actor=actor,
            topic=Topic.STOLEN,
            text=text,
            facts=_facts(recovery, person.id),
            now=now,
        )
        Recovery.objects.filter(pk=recovery.pk).update(finished_at=now, ticket=ticket.id)
        audit.record(
            actor=actor,
            action="freezing.recovery.finished",
            subject=encode("cus", person.id),
            data={"ticket": str(ticket), "unknown": len(recovery.unknown_records)},
            now=now,
        )
        tasks.cancel_marked.defer(recovery_id=str(recovery.id))
        attempt_after_commit(cancel_marked, recovery_id=recovery.id)
    return ticket


def cancel_marked(*, recovery_id: UUID) -> int:
    """Take back the marked transfers of a finished attempt that still wait; returns how many.

    Each by its own key, so that doing it again does no harm. Call it outside a transaction.

    Raises:
        OutcomeUnknownError: nobody knows yet whether one was taken back; do it again.
    """
    recovery = Recovery.objects.get(pk=recovery_id, finished_at__isnull=False)
    waiting = Record.objects.filter(
        pk__in=recovery.unknown_records,
        payer=recovery.person_id,
        kind=RecordKind.TRANSFER,
        state=RecordState.PENDING,
    )
    ids = list(waiting.order_by("id").values_list("id", flat=True))
    return sum(_cancelled(recovery, record_id) for record_id in ids)


def _cancelled(recovery: Recovery, record_id: UUID) -> bool:
    """Take one back; it may have ended a moment ago."""
    try:
        payments.cancel_transfer(
            actor=attempts.owner_of(recovery),
            record_id=record_id,
            client_key=f"{recovery}-{record_id}",
        )
    except (TransferNotFoundError, TransferNotPendingError) as why:
        log.info("transfer %s was not taken back: %s", record_id, why.code)
        return False
    return True


def _facts(recovery: Recovery, person_id: UUID) -> dict[str, object]:
    """What staff see beside the words: proofs, freeze, marked payments, devices, sign-ins."""
    freeze = freezes.standing(person_id)
    return {
        "recovery": str(recovery),
        "proven": _proofs(recovery),
        "freeze": str(freeze) if freeze is not None else "",
        "renewed": [
            name
            for name, at in (
                ("password", recovery.password_at),
                ("payment_password", recovery.pin_at),
            )
            if at is not None
        ],
        "unknown_payments": recovery.unknown_records,
        "devices": _devices(recovery, person_id),
        "sign_ins": _sign_ins(person_id),
    }


def _proofs(recovery: Recovery) -> dict[str, str]:
    found = {
        "mail": recovery.mail_proven_at,
        "phone": recovery.phone_proven_at,
        "identity": recovery.identity_proven_at,
    }
    return {name: at.isoformat() for name, at in found.items() if at is not None}


def _devices(recovery: Recovery, person_id: UUID) -> list[dict[str, str]]:
    """The browsers that were known when this attempt cleared them."""
    cleared = AuditRow.objects.filter(action=renewal.CLEARED, subject=encode("cus", person_id))
    rows = cleared.filter(data__recovery=str(recovery)).order_by("-id")
    seen = [device for row in rows for device in row.data["devices"]]
    return seen[:MOST_SIGN_INS]


def _sign_ins(person_id: UUID) -> list[dict[str, object]]:
    wanted = Q(action="identity.signed_in") | Q(action__startswith="identity.payment_password")
    rows = AuditRow.objects.filter(wanted, subject=encode("cus", person_id)).order_by("-id")
    return [
        {"at": row.at.isoformat(), "what": row.action, "via": row.via, **row.data}
        for row in rows[:MOST_SIGN_INS]
    ]


def payee_shown(record: Record, mask: Callable[[str], str]) -> str:
    """Name whom a payment went to as the payer may see them: masked, or "—"."""
    if record.payee is None:
        return "—"
    name = Person.objects.filter(pk=record.payee).values_list("name", flat=True).first()
    return mask(name) if name else "—"


def ticket_number(recovery: Recovery) -> str:
    """Return the public number of the ticket that an attempt ended with, or ""."""
    return encode("tkt", recovery.ticket) if recovery.ticket is not None else ""
