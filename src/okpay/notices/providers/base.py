"""What every provider of mail or SMS must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from okpay.notices.schemas import Letter


class Provider(Protocol):
    """Carries letters. No money is concerned.

    `send` returns when the other side has taken the letter over; it may be called again with the
    same `message_id` after a crash, so the other side should know it by that id.
    """

    def send(self, letter: Letter) -> None:
        """Hand one letter over, within a few seconds.

        Raises:
            RetryableProviderError: it may work later.
            PermanentProviderError: it never will.
        """
        ...
