"""E-mails and phones as payees are named by: one normal form, one lookup."""

from __future__ import annotations

import re
from typing import Final, TypedDict

from okpay.identity.errors import RegionNotSupportedError
from okpay.identity.models import Person
from okpay.identity.phones import BadPhoneError, read_phone
from okpay.identity.queries import find_person
from okpay.identity.rules import mask_email, mask_phone
from okpay.kernel.crypto import HOUSE, blind, seal_often
from okpay.kernel.ids import BadIdError, decode
from okpay.payments.errors import PayeeNotFoundError

PENDING: Final = "payments_pending"
_EMAIL: Final = re.compile(
    r"[^@\s\"\\,;:<>()\[\]{}\x00-\x1f]{1,64}@[^@\s\"\\,;:<>()\[\]{}\x00-\x1f]{1,189}", re.ASCII
)


def normal_alias(text: str) -> str:
    """Write an e-mail in lower case or a phone in E.164.

    Raises:
        PayeeNotFoundError: neither an e-mail nor a phone number that could exist.
    """
    cleaned = text.strip()
    if "@" in cleaned:
        if _EMAIL.fullmatch(cleaned) is None:
            raise PayeeNotFoundError
        return cleaned.lower()
    try:
        return read_phone(cleaned).e164
    except (BadPhoneError, RegionNotSupportedError) as wrong:
        raise PayeeNotFoundError from wrong


def alias_index(alias: str) -> bytes:
    """Return the blind index of an address in its normal form, as `identity_person` keeps it."""
    return blind("email" if "@" in alias else "phone", alias)


def alias_digest(alias: str) -> str:
    """Return what the engine and its tables know an address by: "@" or "+", and its index in hex.

    Nobody reads the address from it; an e-mail's and a phone's never meet. "" stays "".
    """
    return ("@" if "@" in alias else "+") + alias_index(alias).hex() if alias else ""


def person_of(digest: str) -> Person | None:
    """Find who has proven the address with this digest."""
    index, people = bytes.fromhex(digest[1:]), Person.objects.filter(is_active=True)
    if digest.startswith("@"):
        return people.filter(email_index=index, email_verified_at__isnull=False).first()
    return people.filter(phone_index=index, phone_verified_at__isnull=False).first()


class Addressed(TypedDict):
    """What a payment carries of the address that names its payee."""

    alias: str
    alias_shown: str
    alias_sealed: str


def addressed(alias: str, *, record: str, invite: bool) -> Addressed:
    """Turn an address into what the engine may see of it.

    Only money that may wait for the address needs it sealed: somebody will be written to.
    """
    if not alias or not invite:
        return {"alias": alias_digest(alias), "alias_shown": "", "alias_sealed": ""}
    sealed = seal_often(HOUSE, table=PENDING, column="address", row=record, plain=alias.encode())
    return {
        "alias": alias_digest(alias),
        "alias_shown": masked_alias(alias),
        "alias_sealed": sealed.hex(),
    }


def masked_alias(alias: str) -> str:
    """Show enough of an address to recognise it, not enough to learn it."""
    return mask_email(alias) if "@" in alias else mask_phone(alias)


def verified_alias(person: Person | None) -> str:
    """Return a proven phone, else a proven e-mail, else nothing."""
    if person is None:
        return ""
    if person.phone_verified_at is not None:
        return person.phone
    return person.email if person.email_verified_at is not None else ""


def person_named(payee: str) -> tuple[Person | None, str]:
    """Find who is named by an address or a `cus_…` id, and the address that was typed, if one was.

    Raises:
        PayeeNotFoundError: no address that could exist, or no person with this id and an address.
    """
    if not payee.startswith("cus_"):
        alias = normal_alias(payee)
        return find_person(alias), alias
    try:
        person = Person.objects.filter(id=decode(payee, "cus"), is_active=True).first()
    except BadIdError as error:
        raise PayeeNotFoundError from error
    if person is None or not verified_alias(person):
        raise PayeeNotFoundError
    return person, ""
