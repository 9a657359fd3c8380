"""What a service that knows breached passwords must do."""

from __future__ import annotations

from typing import Protocol


class BreachService(Protocol):
    """Knows passwords from breaches by the first five of forty hex digits of their SHA-1.

    It is never told more: k-anonymity, some 800 passwords share five digits. No money is concerned.
    """

    def suffixes(self, prefix: str) -> frozenset[str]:
        """Return the other 35 digits (upper case) of every breached password with this prefix.

        Raises:
            BreachServiceError: it did not answer in time, or not as expected.
        """
        ...


class BreachServiceError(Exception):
    """The service cannot be asked now; whoever asks lets the password pass and logs that."""
