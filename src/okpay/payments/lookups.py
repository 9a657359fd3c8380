"""Look a payee up before there is an amount: who would be paid, under which mask.

Each look tells whether somebody has an address, so their number is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.identity import tries
from okpay.identity.rules import mask_name
from okpay.kernel.ids import encode
from okpay.payments.aliases import masked_alias, person_named, verified_alias
from okpay.payments.errors import PayeeIsSelfError
from okpay.payments.payee_errors import LookupLimitError
from okpay.wallets.models import Record, RecordKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

MOST_LOOKUPS: Final = 40  # of one person in the app, in an hour of the clock
HOUR: Final = timedelta(hours=1)
BUDGET: Final = tries.TryPolicy("lookup", ((MOST_LOOKUPS, HOUR),))


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee as they may be shown. `payee_id` None: nobody has this address yet.

    `payee_alias` is the address that was typed, "" when they were named by their id: an address
    is never told to somebody who did not know it. `will_pend` says why money would wait, or "".
    """

    payee_id: UUID | None
    payee_masked: str
    payee_alias: str
    payee_alias_masked: str
    first_time: bool
    verified: bool
    will_pend: str

    @property
    def name(self) -> str:
        """What names this payee to the next step: what was typed, else their `cus_…` id."""
        return self.payee_alias or (encode("cus", self.payee_id) if self.payee_id else "")


def count_lookup(*, actor: Actor, now: datetime) -> None:
    """Write down that a person looks at whether an address is somebody's.

    Call it outside a transaction and before looking. Programs have a pace of their own, which the
    API keeps.

    Raises:
        LookupLimitError: `MOST_LOOKUPS` were made in this hour.
    """
    if actor.via != "web":
        return
    subject = f"{actor.require_person()} {now.timestamp() // HOUR.total_seconds():.0f}"
    if not tries.attempt(BUDGET, subject, now, lambda: False).checked:
        raise LookupLimitError(most=MOST_LOOKUPS)


def look_up(*, actor: Actor, payee: str, now: datetime) -> Payee:
    """Find a payee by what somebody typed or chose; typed addresses are counted, ids are not.

    Raises:
        LookupLimitError, PayeeNotFoundError, PayeeIsSelfError.
    """
    if not payee.startswith("cus_"):
        count_lookup(actor=actor, now=now)
    return find_payee(actor=actor, payee=payee)


def find_payee(*, actor: Actor, payee: str) -> Payee:
    """Look up an e-mail, a phone number or a `cus_…` id.

    Raises:
        PayeeNotFoundError: no e-mail or phone number that could exist, or no such person.
        PayeeIsSelfError: one's own.
    """
    person, alias = person_named(payee)
    if person is None:
        return Payee(None, "", alias, masked_alias(alias), True, False, "payee_unregistered")  # noqa: FBT003 — fields in order
    if person.id == actor.require_person():
        raise PayeeIsSelfError
    return Payee(
        payee_id=person.id,
        payee_masked=mask_name(person.name),
        payee_alias=alias,
        payee_alias_masked=masked_alias(alias or verified_alias(person)),
        first_time=not Record.objects.filter(
            payer=actor.person_id, payee=person.id, kind=RecordKind.TRANSFER
        ).exists(),
        verified=person.level > 0,
        will_pend="payee_frozen" if person.frozen_at is not None else "",
    )
