"""Search one's records by what one can see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Max, Q

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.kernel.ids import BadIdError, decode
from okpay.wallets.models import PREFIXES, Record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LONGEST: Final = 60  # characters of a search; what follows is not looked at
MAX_SEARCHED: Final = 500  # counterparties whose names a search looks at


def matches(search: str, person_id: UUID) -> Q:
    """Records with this text in memo, label or the other's masked name, or with this number."""
    text = search.strip()[:LONGEST]
    if "\x00" in text:  # stands in no text of the database
        return Q(pk__in=[])
    people = _seen_as(text, person_id)
    found = Q(memo__icontains=text) | Q(label__icontains=text)
    return found | Q(payer__in=people) | Q(payee__in=people) | _numbered(text)


def _seen_as(text: str, person_id: UUID) -> list[UUID]:
    """Counterparties in whose masked name the text stands: a search unmasks nobody.

    The `MAX_SEARCHED` latest are looked at.
    """
    others: dict[UUID, datetime] = {}
    for mine, other in (("payer", "payee"), ("payee", "payer")):
        rows = Record.objects.filter(**{mine: person_id, f"{other}__isnull": False})
        latest = rows.values(other).annotate(last=Max("created_at")).order_by("-last")
        for row in latest[:MAX_SEARCHED]:
            others[row[other]] = max(row["last"], others.get(row[other], row["last"]))
    newest = sorted(others, key=lambda one: others[one], reverse=True)[:MAX_SEARCHED]
    names = Person.objects.filter(id__in=newest).exclude(id=person_id).values_list("id", "name")
    return [one for one, name in names if text.lower() in mask_name(name).lower()]


def _numbered(text: str) -> Q:
    """The record that has this number, whole."""
    for kind, prefix in PREFIXES.items():
        try:
            return Q(id=decode(text, prefix), kind=kind)
        except BadIdError:
            continue
    return Q(pk__in=[])
