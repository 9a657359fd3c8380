"""Search one's records by what one can see of them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from django.db.models import Max, Q

from okpay.identity.errors import RegionNotSupportedError
from okpay.identity.models import Person
from okpay.identity.phones import BadPhoneError, read_phone
from okpay.identity.rules import mask_email, mask_name, mask_phone
from okpay.kernel.ids import BadIdError, decode
from okpay.kernel.money import ASSETS, MAX_MINOR
from okpay.wallets.models import PREFIXES, Record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Asset

LONGEST: Final = 60  # characters of a search; what follows is not looked at
MAX_SEARCHED: Final = 500  # counterparties whose names a search looks at

_UNIT: Final = r"(?P<{name}>[^\d\s.,+-]{{0,3}})"
_AMOUNT: Final = re.compile(
    r"[+-]?" + _UNIT.format(name="before") + r"\s*"
    r"(?P<whole>[0-9]{1,25}|[0-9]{1,3}(?:,[0-9]{3}){1,8})(?:\.(?P<fraction>[0-9]{0,18}))?"
    r"\s*" + _UNIT.format(name="after"),
    re.ASCII,
)
# A point and a minus as Chinese keyboards and our own pages write them; NFKC leaves them alone.
_WRITTEN: Final = str.maketrans({"\N{IDEOGRAPHIC FULL STOP}": ".", "\N{MINUS SIGN}": "-"})
_SPOKEN: Final = {"\u5143": frozenset({"CNY"}), "RMB": frozenset({"CNY"})}  # \u5143: yuan


def matches(search: str, person_id: UUID) -> Q:
    """Records with this text in memo, label or masked name, of this amount, or with this number."""
    text = search.strip()[:LONGEST]
    if "\x00" in text:  # stands in no text of the database
        return Q(pk__in=[])
    people = _seen_as(text, person_id)
    found = Q(memo__icontains=text) | Q(label__icontains=text) | Q(label__in=_masked(text))
    found |= Q(payer__in=people) | Q(payee__in=people)
    return found | amounting_to(text) | _numbered(text)


def _masked(text: str) -> list[str]:
    """A typed address as labels show it; the address itself stands in no record."""
    if "@" in text[1:]:
        return [mask_email(text.lower())]
    try:
        return [mask_phone(read_phone(text).e164)]
    except (BadPhoneError, RegionNotSupportedError):
        return []


def amounting_to(text: str) -> Q:
    """Records of the amount that a person typed: `36.5`, `¥1,280.00`, `３６．５０`, `-12 EUR`.

    More lenient than what moves money: nothing depends on it. A symbol or code narrows it to its
    currencies; an amount that a currency cannot have finds nothing in that currency.
    """
    written = unicodedata.normalize("NFKC", text).translate(_WRITTEN).strip()
    typed = _AMOUNT.fullmatch(written)
    if typed is None:
        return Q(pk__in=[])
    units = [unit.upper() for unit in (typed["before"], typed["after"]) if unit]
    whole, fraction = typed["whole"].replace(",", ""), (typed["fraction"] or "").rstrip("0")
    found = Q(pk__in=[])
    for asset in ASSETS.values():
        digits = whole + fraction.ljust(asset.decimals, "0")
        fits = len(fraction) <= asset.decimals and int(digits) < MAX_MINOR
        if fits and all(_means(unit, asset) for unit in units):
            found |= Q(asset=asset.number, amount=int(digits), captured__isnull=True)
            found |= Q(asset=asset.number, captured=int(digits))
    return found


def _means(unit: str, asset: Asset) -> bool:
    """Whether a symbol or code, in capitals, can stand for this currency."""
    return asset.code in _SPOKEN.get(unit, ()) or unit in {asset.code, asset.symbol.upper()}


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
