"""Find customers by what a caller can say: phone, e-mail, a number of ours, a card's last digits.

Exact only: nobody can walk through all people. At most `MOST` are shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from okpay.funding.queries import people_with_card
from okpay.identity.models import Person
from okpay.identity.queries import find_person, opened, sign_in_candidates
from okpay.kernel.ids import BadIdError, decode
from okpay.kyc.models import Case
from okpay.support.models import Ticket
from okpay.wallets.models import PREFIXES, Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

MOST: Final = 20
LONGEST: Final = 254
_TAIL: Final = re.compile(r"[0-9]{4}", re.ASCII)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()\-]{5,24}", re.ASCII)
_NUMBER: Final = re.compile(r"[a-z]{2,4}_[0-9a-z]{26}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looked for: its kind ("" when it is nothing that can be looked for)."""

    kind: str
    people: list[Person] = field(default_factory=list)


def find(text: str) -> Search:
    """Find whom a typed text means; the kind says how it was read."""
    typed = text.strip()[:LONGEST]
    if "@" in typed:
        return Search("email", _by_email(typed))
    if _TAIL.fullmatch(typed):
        return Search("card", _people(people_with_card(typed, limit=MOST)))
    if _NUMBER.fullmatch(typed.lower()):
        return _by_number(typed.lower())
    if _PHONE.fullmatch(typed):
        found = find_person(typed)
        return Search("phone", [found] if found else [])
    try:
        return Search("customer", _people([UUID(typed)]))
    except ValueError:
        return Search("")


def _by_email(text: str) -> list[Person]:
    found = find_person(text)
    return [found] if found else sign_in_candidates(email=text)


def _by_number(text: str) -> Search:
    prefix = text.partition("_")[0]
    ways: dict[str, Callable[[UUID], list[UUID]]] = {
        "cus": lambda number: [number],
        "kyc": lambda number: _owners(Case.objects.filter(pk=number)),
        "tkt": lambda number: _owners(Ticket.objects.filter(pk=number)),
        **dict.fromkeys(PREFIXES.values(), _parties),
    }
    if prefix not in ways:
        return Search("")
    try:
        number = decode(text, prefix)
    except BadIdError:
        return Search("")
    kind = {"cus": "customer", "kyc": "case", "tkt": "ticket"}.get(prefix, "record")
    return Search(kind, _people(ways[prefix](number)))


def _owners(rows: QuerySet[Case] | QuerySet[Ticket]) -> list[UUID]:
    return list(rows.values_list("person_id", flat=True))


def _parties(number: UUID) -> list[UUID]:
    found = Record.objects.filter(pk=number).values_list("payer", "payee").first() or ()
    return [one for one in found if one is not None]


def _people(ids: list[UUID]) -> list[Person]:
    rows = {one.id: one for one in opened(Person.objects.filter(id__in=ids[:MOST]))}
    return [rows[one] for one in ids[:MOST] if one in rows]
