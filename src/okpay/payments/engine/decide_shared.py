"""Small pure pieces that the deciders share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.kernel.money import BY_NUMBER, MAX_MINOR, Money
from okpay.ledger.chart import TransferCode
from okpay.payments.engine.commands import Outcome
from okpay.wallets.models import RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

DELAYED: Final = "delayed"  # why it waits: its payer chose a later arrival; the deadline is then

# Why money moves, in the book, for each kind of record.
CODES: Final[Mapping[int, TransferCode]] = {
    RecordKind.TRANSFER: TransferCode.P2P,
    RecordKind.TOP_UP: TransferCode.TOP_UP,
    RecordKind.PURCHASE: TransferCode.PURCHASE,
    RecordKind.REFUND: TransferCode.REFUND,
    RecordKind.EXCHANGE: TransferCode.EXCHANGE,
    RecordKind.ADJUSTMENT: TransferCode.ADJUSTMENT,
}


def refused(code: str, **params: str | int) -> Outcome:
    """Refuse with a code of the catalogue; nothing is written but, later, the answer."""
    return Outcome(result="refused", code=code, params=params)


def unusable(asset_number: int, amount: int, fee: int = 0) -> Outcome | None:
    """Refuse amounts that no face may let through; a negative one would pull money."""
    asset = BY_NUMBER.get(asset_number)
    if asset is None:
        return refused("currency_not_supported")
    if not 0 < amount < MAX_MINOR or not 0 <= fee <= amount:
        return refused("invalid_amount", decimals=asset.decimals)
    return None


def words(asset: int, minor: int) -> tuple[str, str]:
    """Write an amount for a message: decimal text and currency code."""
    money = Money(BY_NUMBER[asset], minor)
    return money.decimal_string(), money.asset.code


def child_id(record: str, number: int) -> str:
    """Id of a further leg of one command: the record's id with its last digits turned.

    Deterministic, so that deciding again gives the same rows; time-ordered like its parent.
    """
    tail = (int(record[-8:], 16) ^ (0x5A5A0000 + number)) & 0xFFFFFFFF
    return f"{record[:-8]}{tail:08x}"
