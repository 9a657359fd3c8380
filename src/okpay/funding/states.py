"""The life of a top-up and the only ways through it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class TopUpState(StrEnum):
    """Where a top-up stands.

    CREATED: written down, the acquirer not yet asked. REDIRECTED: the person is at the card page.
    PROCESSING: they came back, the answer is awaited. UNKNOWN: the acquirer itself does not know;
    asked again until it does. CONFIRMED: the card was charged, the balance not yet credited.
    """

    CREATED = "created"
    REDIRECTED = "redirected"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    CANCELED = "canceled"


_ENDS: Final = frozenset({TopUpState.CONFIRMED, TopUpState.DECLINED, TopUpState.CANCELED})

TRANSITIONS: Final[dict[TopUpState, frozenset[TopUpState]]] = {
    TopUpState.CREATED: _ENDS | {TopUpState.REDIRECTED, TopUpState.PROCESSING, TopUpState.UNKNOWN},
    TopUpState.REDIRECTED: _ENDS | {TopUpState.PROCESSING, TopUpState.UNKNOWN},
    TopUpState.PROCESSING: _ENDS | {TopUpState.UNKNOWN},
    TopUpState.UNKNOWN: _ENDS,
    TopUpState.CONFIRMED: frozenset({TopUpState.SUCCEEDED}),
    TopUpState.SUCCEEDED: frozenset(),
    TopUpState.DECLINED: frozenset(),
    TopUpState.CANCELED: frozenset(),
}
FINAL: Final = frozenset(state for state, ways in TRANSITIONS.items() if not ways)
WAITING: Final = frozenset({TopUpState.PROCESSING, TopUpState.UNKNOWN, TopUpState.CONFIRMED})


def may_move(old: TopUpState, new: TopUpState) -> bool:
    """Tell whether a top-up may go from one state to another."""
    return new in TRANSITIONS[old]
