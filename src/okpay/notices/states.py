"""The life of a mail or SMS on its way out."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Sending(StrEnum):
    """Where an outgoing message stands."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


TRANSITIONS: Final[dict[Sending, frozenset[Sending]]] = {
    Sending.QUEUED: frozenset({Sending.SENT, Sending.DEAD}),
    Sending.SENT: frozenset(),
    Sending.DEAD: frozenset({Sending.QUEUED}),
}
