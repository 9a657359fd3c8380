"""Open wallets and freeze them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from okpay.identity.models import Person
from okpay.identity.operations import end_all_access
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.errors import Worded
from okpay.kernel.ids import encode, new_uuid
from okpay.ledger.models import Hold
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import Flag, OpenAccount
from okpay.payments.operations.transfers import release_transfer
from okpay.payments.outcomes import Outcome, outcome_from
from okpay.payments.prints import fingerprint_of
from okpay.wallets.models import Record
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Asset

log = logging.getLogger(__name__)


def open_wallet(*, person_id: UUID, asset: Asset) -> Outcome:
    """Make sure that a person has an account in an asset; it opens empty."""
    command = OpenAccount(
        endpoint="accounts",
        client_key=asset.code,
        fingerprint=fingerprint_of(asset.code),
        owner=str(person_id),
        asset=asset.number,
    )
    return outcome_from(engine().run(command)).done_or_raise()


def _flag(person_id: UUID, *, frozen: bool) -> None:
    command = Flag(
        endpoint="accounts.flags",
        client_key=str(new_uuid()),
        fingerprint=fingerprint_of(str(person_id)),
        person=str(person_id),
        frozen_out=frozen,
        frozen_in=frozen,
    )
    outcome_from(engine().run(command)).done_or_raise()


def freeze_person(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> None:
    """Stop all outgoing money at once, in ledger order, and let incoming money wait.

    When this returns, every payment either completed before the freeze or is refused, and all
    sessions and access tokens of the person are dead.
    """
    _flag(person_id, frozen=True)
    with transaction.atomic():
        end_all_access(actor=actor, person_id=person_id, now=now)
        Person.objects.filter(id=person_id).update(frozen_at=now, frozen_reason=reason[:40])
        audit.record(
            actor=actor, action="accounts.freeze", subject=encode("cus", person_id),
            data={"reason": reason[:40]}, now=now,
        )  # fmt: skip
    _flag(person_id, frozen=True)  # accounts opened between the two steps are frozen as well


def unfreeze_person(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> int:
    """Let money move again and let what waited arrive; returns how many transfers arrived."""
    with transaction.atomic():
        Person.objects.filter(id=person_id).update(frozen_at=None, frozen_reason="")
        audit.record(
            actor=actor, action="accounts.unfreeze", subject=encode("cus", person_id),
            data={"reason": reason[:40]}, now=now,
        )  # fmt: skip
    _flag(person_id, frozen=False)
    return _release_waiting(person_id)


def _release_waiting(person_id: UUID) -> int:
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
