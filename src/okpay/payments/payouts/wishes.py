"""Lines as they were given, checked without a look at the database: all mistakes, not the first.

Nothing is repaired. Written limits: `MOST_LINES` lines, `MOST_BYTES` bytes, references of 64
characters, notes of 40.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec
from django.utils.translation import gettext as _

from okpay.fees.rules import transfer_fee
from okpay.kernel.errors import DomainError
from okpay.kernel.money import ASSETS, BY_NUMBER, MAX_MINOR, Money, parse_amount
from okpay.payments.aliases import normal_alias
from okpay.payments.errors import PayeeNotFoundError
from okpay.payments.memos import MAX_MEMO, clean_memo
from okpay.payments.payouts.errors import PayoutInvalidError, PayoutTooLongError
from okpay.payments.prints import digest_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

MOST_LINES: Final = 10_000
MOST_BYTES: Final = 2_000_000
LONGEST_REFERENCE: Final = 64
LONGEST_TITLE: Final = 60
_ID: Final = re.compile(r"cus_([0-7][0-9a-hjkmnp-tv-z]{25})")
# Crockford's letters (kernel.ids) as the digits of Python's base 32.
_DIGITS: Final = str.maketrans(
    "0123456789abcdefghjkmnpqrstvwxyz", "0123456789abcdefghijklmnopqrstuv"
)
_encode: Final = msgspec.json.Encoder().encode
_normal: Final = lru_cache(maxsize=20_000)(normal_alias)  # reading a phone number costs 25 µs
_clean: Final = lru_cache(maxsize=1_000)(clean_memo)  # a list has few different notes
_money: Final = lru_cache(maxsize=4_000)(parse_amount)  # and many equal amounts


class RawLine(msgspec.Struct, gc=False):
    """A line as it was given; `place` is its line in the file, 0 when there is none."""

    reference: str
    payee: str
    amount: str
    currency: str
    memo: str = ""
    place: int = 0


class Line(msgspec.Struct, array_like=True, gc=False):
    """A payment to make, in normal form. The payee is `payee` (an id) or `alias`.

    `version` is the holder version of the payee that somebody confirmed, 0 when nobody did.
    """

    number: int
    reference: str
    payee: str
    alias: str
    version: int
    asset: int
    amount: int
    fee: int
    memo: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of one line. `number` counts lines from 1, 0 is the whole."""

    number: int
    field: str
    text: str
    place: int = 0

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer into the JSON form of the list."""
        if not self.number:
            return f"/{self.field}" if self.field else "/lines"
        return f"/lines/{self.number - 1}/{self.field}".rstrip("/")

    def said(self) -> str:
        """The reason, with the line of the file where there is one."""
        if not self.place:
            return self.text
        return _("Line %(line)s: %(text)s") % {"line": self.place, "text": self.text}


@dataclass(frozen=True, slots=True)
class Sum:
    """What is asked for in one asset."""

    lines: int
    money: Money
    fee: Money

    @property
    def total(self) -> Money:
        """Amount and fee together."""
        return self.money + self.fee


@dataclass(frozen=True, slots=True)
class Wish:
    """A whole list. `invite`: money for an address that nobody has waits for its owner."""

    lines: Sequence[Line]
    title: str = ""
    invite: bool = False
    records: list[str] = field(default_factory=list, compare=False)  # filled when it is kept

    def fingerprint(self) -> str:
        """Digest of everything that was wished, as a UUID text."""
        return fingerprint_of(self.title, self.lines, invite=self.invite)

    def content(self) -> str:
        """Digest of who gets how much, whatever the lines and the list are called."""
        told = [(one.alias or one.payee, one.asset, one.amount) for one in self.lines]
        return digest_text(_encode(sorted(told)))

    def sums(self) -> dict[int, Sum]:
        """Add up by asset number, in the order in which the assets first appear."""
        found: dict[int, list[int]] = {}
        for line in self.lines:
            into = found.setdefault(line.asset, [0, 0, 0])
            into[0] += 1
            into[1] += line.amount
            into[2] += line.fee
        return {
            asset: Sum(count, Money(BY_NUMBER[asset], amount), Money(BY_NUMBER[asset], fee))
            for asset, (count, amount, fee) in found.items()
        }


def fingerprint_of(title: str, lines: Sequence[Line], *, invite: bool) -> str:
    """Digest a list; equal for equal lists, however they were sent."""
    return digest_text(_encode([title, invite, lines]))


def records_of(payout: UUID, lines: Iterable[Line]) -> list[str]:
    """The ids under which lines are paid, for ever the same: time of the payout, number, digest.

    UUIDv7 (RFC 9562 §5.7) whose millisecond is the payout's, so that records of one payout stand
    together and in order; 60 bits are a digest of payout and reference.
    """
    moment, base = f"{payout.int >> 80:012x}", blake2b(payout.bytes, digest_size=8)
    head, found = f"{moment[:8]}-{moment[8:]}-7", []
    for line in lines:
        digest = base.copy()
        digest.update(line.reference.encode())
        low = 0b10 << 62 | (line.number & 3) << 60 | int.from_bytes(digest.digest(), "big") >> 4
        text = f"{low:016x}"
        found.append(f"{head}{line.number >> 2 & 0xFFF:03x}-{text[:4]}-{text[4:]}")
    return found


def read_wish(raw: Sequence[RawLine], *, title: str = "", invite: bool = False) -> Wish:
    """Check every line and return the list in normal form.

    Raises:
        PayoutInvalidError: with all that is wrong. PayoutTooLongError: too many lines.
    """
    if len(raw) > MOST_LINES:
        raise PayoutTooLongError(most=MOST_LINES)
    problems: list[Problem] = []
    if not raw:
        problems.append(Problem(0, "lines", _("There is no line in it.")))
    lines = [_line(number, one, problems) for number, one in enumerate(raw, 1)]
    problems += _repeated(raw)
    if not problems:
        wish = Wish(
            [line for line in lines if line is not None], clean_memo_of_title(title), invite
        )
        problems += _too_much(wish)
        if not problems:
            return wish
    raise PayoutInvalidError(sorted(problems, key=lambda one: one.number))


def clean_memo_of_title(title: str) -> str:
    """Take line breaks and control characters out of a title, and cut it."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:LONGEST_TITLE]


def _line(number: int, raw: RawLine, problems: list[Problem]) -> Line | None:
    before = len(problems)

    def wrong(field: str, text: str) -> None:
        problems.append(Problem(number, field, text, raw.place))

    reference = raw.reference
    if not 0 < len(reference) <= LONGEST_REFERENCE or not _is_name(reference):
        wrong("reference", _("A reference has 1 to 64 visible characters."))
    payee, alias = "", ""
    try:
        payee, alias = payee_of(raw.payee)
    except PayeeNotFoundError:
        wrong("payee", _("Not an e-mail, a phone number or a cus_ id that can exist."))
    asset, amount = ASSETS.get(raw.currency), 0
    if asset is None:
        wrong("currency", _("There is no currency with this code here."))
    else:
        try:
            amount = _money(raw.amount, asset).minor
        except DomainError as error:
            wrong("amount", error.text())
    if len(raw.memo) > MAX_MEMO:
        wrong("memo", _("A note has at most 40 characters."))
    if asset is None or len(problems) > before:
        return None
    memo = _clean(raw.memo) if raw.memo else ""
    return Line(
        number, reference, payee, alias, 0, asset.number, amount, transfer_fee(amount), memo
    )


def _is_name(text: str) -> bool:
    return text.isprintable() and text == text.strip()


def payee_of(text: str) -> tuple[str, str]:
    """Read an id, an e-mail or a phone number: the id, or the address in its normal form.

    Raises:
        PayeeNotFoundError: none of these.
    """
    if not text.startswith("cus_"):
        return "", _normal(text)
    found = _ID.fullmatch(text)
    if found is None:
        raise PayeeNotFoundError
    digits = f"{int(found.group(1).translate(_DIGITS), 32):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}", ""


def _repeated(raw: Iterable[RawLine]) -> list[Problem]:
    """A reference names one line: it is what makes a line be paid once."""
    first: dict[str, int] = {}
    found = []
    for number, line in enumerate(raw, 1):
        earlier = first.setdefault(line.reference, number)
        if earlier != number and line.reference:
            text = _("This reference stands in line %(line)s of the list already.")
            said = text % {"line": earlier}
            found.append(Problem(number, "reference", said, line.place))
    return found


def _too_much(wish: Wish) -> list[Problem]:
    return [
        Problem(0, "lines", _("The amounts in %(currency)s add up to more than can exist.")
                % {"currency": one.money.asset.code})
        for one in wish.sums().values()
        if one.total.minor >= MAX_MINOR
    ]  # fmt: skip
