"""What the engine asks of the place where the book is kept.

A lane calls `load`, decides, and calls `commit`; or `abandon`, when something went wrong between.
The contract tests in `tests/payments/store` hold for every store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from okpay.payments.engine.commands import AnyCommand
    from okpay.payments.engine.state import BatchState


class StoreConflictError(RuntimeError):
    """Another writer was in the way and nothing of the batch was kept: run it again."""

    def __init__(self, message: str, *, locked_out: bool = False) -> None:
        """`locked_out`: somebody holds a row for long; a smaller batch may get by."""
        super().__init__(message)
        self.locked_out = locked_out


class StoreAwayError(RuntimeError):
    """The store is away. Whether the batch was kept is not known: ask again with the same keys."""


class Store(Protocol):
    """Where accounts, transfers, holds, records and answers are kept.

    Between `load` and `commit` nobody else changes an account that the batch named.
    """

    def load(self, commands: Sequence[AnyCommand]) -> BatchState:
        """Read, and keep for this batch, all that the commands need.

        Raises:
            StoreConflictError: nothing was kept.
            StoreAwayError: nothing was kept by this call.
        """

    def commit(self, state: BatchState) -> bool:
        """Keep `state.writes` and the touched accounts: all, durably, or nothing.

        Return whether that is certain; False when it is kept here but no standby has said so.

        Raises:
            StoreConflictError: nothing was kept.
            StoreAwayError: whether anything was kept is not known.
        """

    def abandon(self) -> None:
        """Let go of what `load` kept; nothing of the batch remains."""

    def close(self) -> None:
        """Let go of everything; the next `load` begins anew."""
