"""What every outside verification of documents must do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class VerifierError(Exception):
    """A verifier did not do what it was asked."""


class RetryableVerifierError(VerifierError):
    """It may have done it or not: time-out, no connection, 5xx. Ask again with the same wish."""


class PermanentVerifierError(VerifierError):
    """It refused, and did nothing."""


class Verdict(StrEnum):
    """CLEAR: nothing speaks against it. CONSIDER: a person must look closely. PENDING: not yet."""

    CLEAR = "clear"
    CONSIDER = "consider"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Wish:
    """A document to look at. `reference` is our case and version: the same wish again is one.

    `fields` are dates and texts as `answers` writes them, `pictures` JPEG by side.
    """

    reference: str
    region: str
    document: str
    fields: Mapping[str, str]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verifier says. `concerns` are its own short codes, kept as they are for staff."""

    verdict: Verdict
    concerns: tuple[str, ...] = ()


class Verifier(Protocol):
    """Looks at documents outside our house. It advises; staff decide, and nothing waits for it.

    Called outside any transaction. It never sees an account, a balance, or a payment.
    """

    name: str

    def verify(self, wish: Wish) -> Report:
        """Look at a document; the same reference answers the same report.

        Raises:
            RetryableVerifierError: no answer now; call again with the same wish.
            PermanentVerifierError: it will never answer for this wish.
        """
        ...
