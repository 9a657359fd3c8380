"""The machine-readable zone of travel documents: ICAO Doc 9303, parts 3 (digits), 4 (TD3), 5 (TD1).

Read and checked here and nowhere sent. Only these two forms: passports, and cards of three lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_WEIGHTS: Final = (7, 3, 1)
_ALPHABET: Final = re.compile(r"[A-Z0-9<]+")
TD3, TD1 = 44, 30  # characters of a line
_CENTURY: Final = 100


class MrzError(ValueError):
    """The text is no zone: `args[0]` says what is wrong: form, digit, date."""


@dataclass(frozen=True, slots=True)
class Zone:
    """What a zone says. `number` has no fillers; names are as printed, in Latin capitals."""

    kind: str
    issuer: str
    number: str
    nationality: str
    born: date
    expires: date
    sex: str
    surname: str
    given: str

    @property
    def name(self) -> str:
        """The whole name, surname first."""
        return f"{self.surname} {self.given}".strip()


def digit(text: str) -> str:
    """Return the check digit of a field: weights 7, 3, 1, modulo 10 (part 3, §4.9).

    Raises:
        MrzError: a character that no zone has.
    """
    if not text or not _ALPHABET.fullmatch(text):
        raise MrzError("form")
    values = (0 if one == "<" else int(one, 36) for one in text)
    return str(sum(value * _WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def read(text: str, today: date) -> Zone:
    """Read a zone and check all its digits; lines may be parted by anything that is white.

    Args:
        text: as typed or read from a picture; small letters are taken for capitals.
        today: the year of two digits is understood from here.

    Raises:
        MrzError: it is none, or a check digit or a date in it is wrong.
    """
    joined = "".join(text.upper().split())
    if not _ALPHABET.fullmatch(joined):
        raise MrzError("form")
    if len(joined) == TD3 * 2 and joined[0] == "P":
        return _td3(joined[:TD3], joined[TD3:], today)
    if len(joined) == TD1 * 3 and joined[0] in "ACI":
        return _td1(joined[:TD1], joined[TD1 : TD1 * 2], joined[TD1 * 2 :], today)
    raise MrzError("form")


def _td3(upper: str, lower: str, today: date) -> Zone:
    _hold(lower[:9], lower[9])
    _hold(lower[28:42], lower[42], blank=True)
    _hold(lower[:10] + lower[13:20] + lower[21:43], lower[43])
    dates = _dates(lower[13:20], lower[21:28], today)
    return _zone(upper[:2], upper[2:5], lower[:9], lower[10:13], dates, lower[20], upper[5:])


def _td1(first: str, second: str, third: str, today: date) -> Zone:
    number, check = first[5:14], first[14]
    if check == "<":  # a longer number goes on in the optional data; its digit ends it (part 5, j)
        more, _, _ = first[15:].partition("<")
        number, check = number + more[:-1], more[-1:]
    _hold(number, check)
    _hold(first[5:] + second[:7] + second[8:15] + second[18:29], second[29])
    dates = _dates(second[:7], second[8:15], today)
    return _zone(first[:2], first[2:5], number, second[15:18], dates, second[7], third)


def _zone(  # noqa: PLR0917 — the parts of a zone, in its order
    kind: str,
    issuer: str,
    number: str,
    nationality: str,
    dates: tuple[date, date],
    sex: str,
    names: str,
) -> Zone:
    surname, _, given = names.partition("<<")
    return Zone(
        kind=kind.strip("<"),
        issuer=issuer.strip("<"),
        number=number.replace("<", ""),
        nationality=nationality.strip("<"),
        born=dates[0],
        expires=dates[1],
        sex=sex.strip("<"),
        surname=" ".join(surname.replace("<", " ").split()),
        given=" ".join(given.replace("<", " ").split()),
    )


def _hold(field: str, check: str, *, blank: bool = False) -> None:
    if blank and check == "<" and not field.strip("<"):
        return
    if digit(field) != check:
        raise MrzError("digit")


def _dates(born: str, expires: str, today: date) -> tuple[date, date]:
    for field in (born, expires):
        _hold(field[:6], field[6])
    return _date(born, today, past=True), _date(expires, today, past=False)


def _date(field: str, today: date, *, past: bool) -> date:
    """Understand a year of two digits: a birth is not in the future, an end within 50 years."""
    try:
        year, month, day = int(field[:2]), int(field[2:4]), int(field[4:6])
        found = date(today.year // _CENTURY * _CENTURY + year, month, day)
        if past:
            return found if found <= today else found.replace(year=found.year - _CENTURY)
        half = _CENTURY // 2
        later = today.year - found.year > half
        return found.replace(year=found.year + _CENTURY) if later else found
    except ValueError as error:
        raise MrzError("date") from error
