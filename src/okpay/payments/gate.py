"""What stops a person's money in ledger order, and lets what waited arrive: freezing's gate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from okpay.kernel.actor import SYSTEM
from okpay.kernel.errors import Worded
from okpay.kernel.ids import new_uuid
from okpay.ledger.models import Hold
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import Flag
from okpay.payments.operations.transfers import release_transfer
from okpay.payments.outcomes import outcome_from
from okpay.payments.prints import fingerprint_of
from okpay.wallets.models import Record
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger(__name__)


def flag(person_id: UUID, frozen: bool) -> None:  # noqa: FBT001 — the form that freezing's gate asks for
    """Let nothing leave a person's wallets and nothing enter them, or let both move again.

    When this returns, every payment stands in the book before it or is decided by it.
    """
    command = Flag(
        endpoint="accounts.flags",
        client_key=str(new_uuid()),
        fingerprint=fingerprint_of(str(person_id)),
        person=str(person_id),
        frozen_out=frozen,
        frozen_in=frozen,
    )
    outcome_from(engine().run(command)).done_or_raise()


def release_waiting(person_id: UUID) -> int:
    """Let what waited for an unfrozen person arrive; returns how many transfers did."""
    waiting = Record.objects.filter(payee=person_id, state=RecordState.PENDING).values("id")
    holds = Hold.objects.filter(id__in=waiting, reason="payee_frozen").order_by("id")
    ids = list(holds.values_list("id", flat=True))
    return sum(_released(record_id) for record_id in ids)


def _released(record_id: UUID) -> bool:
    """Let one transfer arrive; its payer may have taken it back a moment ago."""
    try:
        release_transfer(actor=SYSTEM, record_id=record_id)
    except Worded as why:
        log.info("transfer %s was not released: %s", record_id, why.code)
        return False
    return True
