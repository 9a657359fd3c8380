"""Look a payee up before there is an amount: who would be paid, under which mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okpay.identity.rules import mask_name
from okpay.kernel.ids import encode
from okpay.payments.aliases import masked_alias, person_named, verified_alias
from okpay.payments.errors import PayeeIsSelfError
from okpay.wallets.models import Record, RecordKind

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.kernel.actor import Actor


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
