"""The vocabulary of records, for the statements of this package."""

from __future__ import annotations

from typing import Final

from okpay.ledger.chart import TransferCode
from okpay.wallets.models import RecordKind
from okpay.wallets.states import TRANSITIONS, RecordState

_CODES: Final = {
    RecordKind.TRANSFER: TransferCode.P2P,
    RecordKind.TOP_UP: TransferCode.TOP_UP,
    RecordKind.PURCHASE: TransferCode.PURCHASE,
    RecordKind.REFUND: TransferCode.REFUND,
    RecordKind.EXCHANGE: TransferCode.EXCHANGE,
    RecordKind.ADJUSTMENT: TransferCode.ADJUSTMENT,
}
WORDS: Final[tuple[tuple[str, object], ...]] = (
    ("transfer", int(RecordKind.TRANSFER)),
    ("top_up", int(RecordKind.TOP_UP)),
    ("purchase", int(RecordKind.PURCHASE)),
    ("refund", int(RecordKind.REFUND)),
    ("exchange", int(RecordKind.EXCHANGE)),
    ("adjustment", int(RecordKind.ADJUSTMENT)),
    # the transfer's code by the record's kind; SQL counts from 1, as the kinds do
    ("codes_by_kind", [int(_CODES[kind]) for kind in sorted(RecordKind)]),
    *((state.name.lower(), int(state)) for state in RecordState),
    (
        "ways",
        [f"{int(old)}>{int(new)}" for old, into in TRANSITIONS.items() for new in into],
    ),
)
