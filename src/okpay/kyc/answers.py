"""What is typed about a document, read and checked before anything is kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from okpay.kyc import documents
from okpay.kyc.checks import mrz, numbers
from okpay.kyc.checks.names import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from okpay.kyc.documents import Document

NEVER: Final = "never"  # the end date of a document that does not run out
LONGEST: Final = {"legal_name": 80, "number": 40, "birth_date": 10, "expiry": 10, "mrz": 120}
OLDEST: Final = 130
_ZONE_PROBLEMS: Final = {
    "number": "mrz_number",
    "birth_date": "mrz_birth",
    "expiry": "mrz_expiry",
    "legal_name": "mrz_name",
}


@dataclass(slots=True)
class Reading:
    """The fields in one writing (dates as ISO 8601), and what is wrong with which."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


def read(
    document: Document,
    region: str,
    typed: Mapping[str, str],
    today: date,
    *,
    only: Iterable[str],
    known: Mapping[str, str],
) -> Reading:
    """Read what was typed into the fields `only`; `known` are those that stand already.

    Fields are checked one by one and then against each other. Nothing is raised: the problems are
    codes of `reasons.PROBLEMS`.
    """
    fields = [name for name in document.fields if name in set(only)]
    found = Reading({name: _clean(typed.get(name, ""), name) for name in fields})
    for name in fields:
        _check(document, found, name)
    everything = {**known, **found.values}
    _check_dates(document, region, everything, found, today)
    if everything.get("mrz") and not found.problems:
        _check_zone(everything, found, today)
    return found


def _clean(text: str, name: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:500])
    plain = "".join(one for one in plain if unicodedata.category(one)[0] != "C" or one in "\n\r\t")
    plain = " ".join(plain.split())
    return numbers.normal(plain) if name == "number" else plain


def _check(document: Document, found: Reading, name: str) -> None:
    text = found.values[name]
    if not text:
        if name == "expiry" and document.open_ended:
            found.values[name] = NEVER
        elif name not in documents.OPTIONAL:
            found.problems[name] = "missing"
    elif len(text) > LONGEST[name]:
        found.problems[name] = "too_long"
    elif name == "legal_name" and not _is_name(text):
        found.problems[name] = "name_form"
    elif name == "number" and not numbers.is_number(document.number, text):
        close = len(text) == 18 and document.number == "prc"  # noqa: PLR2004 — its length
        found.problems[name] = "number_digit" if close else "number_form"


def _is_name(text: str) -> bool:
    letters = [one for one in text if one not in " .·'’-"]
    return len(letters) > 1 and all(unicodedata.category(one)[0] in "LM" for one in letters)


def day_of(now: datetime) -> date:
    """Return the day of a moment in the house's time zone."""
    return timezone.localtime(now).date()


def date_of(text: str) -> date | None:
    """Read an ISO date; None for anything else, and for a document without an end."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def born(document: Document, values: Mapping[str, str]) -> date | None:
    """Return the birthday: as typed, or as the number carries it."""
    if document.number == "prc":
        return numbers.born_of_prc(values.get("number", ""))
    return date_of(values.get("birth_date", ""))


def age_on(birthday: date, today: date) -> int:
    """Return full years; who was born on 29 February is a year older on 1 March."""
    before = (today.month, today.day) < (birthday.month, birthday.day)
    return today.year - birthday.year - before


def _check_dates(
    document: Document, region: str, values: Mapping[str, str], found: Reading, today: date
) -> None:
    for name in ("birth_date", "expiry"):
        text = found.values.get(name, "")
        if text and text != NEVER and name not in found.problems and date_of(text) is None:
            found.problems[name] = "date_form"
    _check_age(document, region, values, found, today)
    ends = date_of(found.values.get("expiry", ""))
    if ends is not None and ends <= today:
        found.problems["expiry"] = "expired"


def _check_age(
    document: Document, region: str, values: Mapping[str, str], found: Reading, today: date
) -> None:
    where = "number" if document.number == "prc" else "birth_date"
    birthday = born(document, values)
    if birthday is None or where not in found.values or where in found.problems:
        return
    if birthday >= today or age_on(birthday, today) > OLDEST:
        found.problems[where] = "born_future" if where == "birth_date" else "number_digit"
    elif age_on(birthday, today) < documents.least_age(region):
        found.problems[where] = "too_young"


def _check_zone(values: Mapping[str, str], found: Reading, today: date) -> None:
    try:
        zone = mrz.read(values["mrz"], today)
    except mrz.MrzError as error:
        if "mrz" in found.values:
            found.problems["mrz"] = "mrz_digit" if error.args[0] == "digit" else "mrz_form"
        return
    pairs = (
        ("number", zone.number, values.get("number", "")),
        ("birth_date", zone.born.isoformat(), values.get("birth_date", "")),
        ("expiry", zone.expires.isoformat(), values.get("expiry", "")),
    )
    wrong = [name for name, said, typed in pairs if typed and said != typed]
    if not same_name(zone.name, values.get("legal_name", "")):
        wrong.append("legal_name")
    for name in wrong[:1]:  # said at the lines, or where the lines are not asked for again
        where = "mrz" if "mrz" in found.values else name
        found.problems[where] = _ZONE_PROBLEMS[name]
