"""The vocabulary of records, for the statements of this package."""

from __future__ import annotations

from typing import Final

from okpay.wallets.models import RecordKind
from okpay.wallets.states import TRANSITIONS, RecordState

WORDS: Final[tuple[tuple[str, object], ...]] = (
    ("transfer", int(RecordKind.TRANSFER)),
    ("top_up", int(RecordKind.TOP_UP)),
    *((state.name.lower(), int(state)) for state in RecordState),
    (
        "ways",
        [f"{int(old)}>{int(new)}" for old, into in TRANSITIONS.items() for new in into],
    ),
)
