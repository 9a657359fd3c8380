"""A list as a file: CSV in UTF-8, with or without a byte order mark, or pasted from a spreadsheet.

Separators are comma, semicolon or tab, whichever the first line is written with. Cells lose the
blanks around them, and the apostrophe with which our own files keep a `+` from being calculated;
nothing else is repaired.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from okpay.payments.payouts.errors import PayoutFileError, PayoutInvalidError, PayoutTooLongError
from okpay.payments.payouts.wishes import MOST_BYTES, MOST_LINES, Problem, RawLine

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS: Final = ("reference", "payee", "amount", "currency", "memo")
NEEDED: Final = frozenset(COLUMNS[:4])
NAMES: Final = {
    **{name: name for name in COLUMNS},
    "编号": "reference", "收款人": "payee", "金额": "amount", "币种": "currency", "备注": "memo",
}  # fmt: skip
SEPARATORS: Final = ",;\t"
BOM: Final = "\ufeff"


def read_file(data: bytes) -> list[RawLine]:
    """Read the bytes of a file.

    Raises:
        PayoutFileError: not UTF-8, not our columns. PayoutTooLongError: too large.
        PayoutInvalidError: a line has more cells than the first one.
    """
    if len(data) > MOST_BYTES:
        raise PayoutTooLongError(most=MOST_LINES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PayoutFileError from error
    return read_text(text)


def read_text(text: str) -> list[RawLine]:
    """Read a table that was pasted; refusals as for a file."""
    text = text.removeprefix(BOM).lstrip("\r\n")
    if "\0" in text:
        raise PayoutFileError
    head = text.partition("\n")[0].partition("\r")[0]
    separator = max(SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return _lines(rows, _columns(next(rows, [])))
    except csv.Error as error:
        raise PayoutFileError from error


def _columns(head: list[str]) -> list[str]:
    names = [NAMES.get(cell.strip().lower(), "") for cell in head]
    while names and not names[-1] and not head[len(names) - 1].strip():
        names.pop()  # a spreadsheet writes empty columns at the end
    if "" in names or len(set(names)) != len(names) or not NEEDED.issubset(names):
        raise PayoutFileError
    return names


def _lines(rows: Iterator[list[str]], names: list[str]) -> list[RawLine]:
    found: list[RawLine] = []
    problems: list[Problem] = []
    width = len(names)
    at = [names.index(name) if name in names else width for name in COLUMNS]
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(found) == MOST_LINES:
            raise PayoutTooLongError(most=MOST_LINES)
        place = rows.line_num  # type: ignore[attr-defined]  # the csv reader counts them
        if any(cells[width:]):
            text = _("It has more cells than the first line.")
            problems.append(Problem(len(found) + 1, "", text, place))
        cells = cells[:width] + [""] * (width + 1 - min(len(cells), width))
        reference, payee, amount, currency, memo = (cells[one] for one in at)
        payee = payee.removeprefix("'") if payee.startswith("'+") else payee
        found.append(RawLine(reference, payee, amount, currency, memo, place))
    if problems:
        raise PayoutInvalidError(problems)
    return found
