"""Look a payee up before there is an amount: who would be paid, under which mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okpay.identity.models import Person
from okpay.identity.queries import find_person
from okpay.identity.rules import mask_name
from okpay.kernel.ids import BadIdError, decode
from okpay.payments.aliases import masked_alias, normal_alias
from okpay.payments.errors import PayeeIsSelfError, PayeeNotFoundError
from okpay.wallets.models import Record, RecordKind

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee as they may be shown. `payee_id` None: nobody has this address yet.

    `payee_alias` is the full address and stays on the server; `will_pend` says why money for them
    would wait, or "".
    """

    payee_id: UUID | None
    payee_masked: str
    payee_alias: str
    payee_alias_masked: str
    first_time: bool
    verified: bool
    will_pend: str


def find_payee(*, actor: Actor, payee: str) -> Payee:
    """Look up an e-mail, a phone number or a `cus_…` id.

    Raises:
        PayeeNotFoundError: no e-mail or phone number that could exist, or no such person.
        PayeeIsSelfError: one's own.
    """
    person, alias = _by_id(payee) if payee.startswith("cus_") else _by_alias(payee)
    if person is None:
        return Payee(None, "", alias, masked_alias(alias), True, False, "payee_unregistered")  # noqa: FBT003 — fields in order
    if person.id == actor.require_person():
        raise PayeeIsSelfError
    return Payee(
        payee_id=person.id,
        payee_masked=mask_name(person.name),
        payee_alias=alias,
        payee_alias_masked=masked_alias(alias),
        first_time=not Record.objects.filter(
            payer=actor.person_id, payee=person.id, kind=RecordKind.TRANSFER
        ).exists(),
        verified=person.level > 0,
        will_pend="payee_frozen" if person.frozen_at is not None else "",
    )


def _by_alias(text: str) -> tuple[Person | None, str]:
    alias = normal_alias(text)
    return find_person(alias), alias


def _by_id(public_id: str) -> tuple[Person, str]:
    try:
        person = Person.objects.filter(id=decode(public_id, "cus"), is_active=True).first()
    except BadIdError as error:
        raise PayeeNotFoundError from error
    alias = _verified(person) if person else ""
    if person is None or not alias:
        raise PayeeNotFoundError
    return person, alias


def _verified(person: Person) -> str:
    if person.phone_verified_at is not None:
        return person.phone
    return person.email if person.email_verified_at is not None else ""
