"""Who the addresses of a list belong to, in two questions however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.payments.aliases import alias_index
from okpay.payments.payouts.errors import PayoutStrangersError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from okpay.payments.payouts.wishes import Line

# Addresses that nobody has, in one list: naming them tells who has no wallet (hostile G14).
MOST_STRANGERS: Final = 50
MOST_INVITED: Final = 500
MOST_SHOWN: Final = 200  # in all lists that one person looks at in a day
_FIELDS: Final = (
    "id", "name", "email_index", "phone_index", "email_verified_at", "phone_verified_at",
    "holder_version", "frozen_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """A payee as they may be shown."""

    id: UUID
    name: str
    version: int
    frozen: bool


def faces_of(lines: Sequence[Line]) -> dict[str, Face]:
    """Find the payees of lines, by what names them: id text, e-mail or phone."""
    emails, phones = _indexed(lines)
    ids = {line.payee for line in lines if line.payee}
    people = Person.objects.filter(is_active=True)
    found: dict[str, Face] = {}
    if emails:
        rows = people.filter(email_index__in=list(emails), email_verified_at__isnull=False)
        found |= {emails[bytes(row[2])]: _face(row) for row in rows.values_list(*_FIELDS)}
    if phones:
        rows = people.filter(phone_index__in=list(phones), phone_verified_at__isnull=False)
        found |= {phones[bytes(row[3])]: _face(row) for row in rows.values_list(*_FIELDS)}
    if ids:
        rows = people.filter(id__in=ids)
        named = rows.values_list(*_FIELDS)
        found |= {str(row[0]): _face(row) for row in named if row[4] or row[5]}
    return found


def _indexed(lines: Iterable[Line]) -> tuple[dict[bytes, str], dict[bytes, str]]:
    """Return the e-mails and the phones of lines, each by its blind index."""
    aliases = {line.alias for line in lines if line.alias}
    emails = {alias_index(one): one for one in aliases if "@" in one}
    phones = {alias_index(one): one for one in aliases if "@" not in one}
    return emails, phones


def _face(row: tuple[object, ...]) -> Face:
    person_id, name, version = row[0], row[1], row[6]
    assert isinstance(person_id, UUID)  # noqa: S101 — the first field
    assert isinstance(version, int)  # noqa: S101 — the seventh field
    return Face(person_id, mask_name(str(name)), version, frozen=row[7] is not None)


def known_addresses(lines: Iterable[Line]) -> tuple[set[str], int]:
    """Addresses that somebody has, and how many nobody has; neither name nor id is read."""
    emails, phones = _indexed(lines)
    people = Person.objects.filter(is_active=True)
    known: set[str] = set()
    if emails:
        rows = people.filter(email_index__in=list(emails), email_verified_at__isnull=False)
        known |= {emails[bytes(one)] for one in rows.values_list("email_index", flat=True) if one}
    if phones:
        rows = people.filter(phone_index__in=list(phones), phone_verified_at__isnull=False)
        known |= {phones[bytes(one)] for one in rows.values_list("phone_index", flat=True) if one}
    return known, len(emails) + len(phones) - len(known)


def refuse_strangers(strangers: int, most: int) -> None:
    """Bound how many addresses of nobody may be named.

    Raises:
        PayoutStrangersError: too many.
    """
    if strangers > most:
        raise PayoutStrangersError(most=most)


def bound(line: Line, faces: dict[str, Face]) -> Line:
    """Return the line with its payee fixed to who was shown; who was named by id stays nameless."""
    face = faces.get(line.payee or line.alias)
    if face is None:
        return line
    return msgspec.structs.replace(line, payee=str(face.id), version=face.version)
