"""The shapes that travel between top-ups and who carries them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.funding.states import TopUpState
    from okpay.kernel.money import Money


class ReportState(StrEnum):
    """What an acquirer can say of a payment."""

    OPEN = "open"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Card:
    """All that we ever know of a card."""

    brand: str
    last4: str
    expiry: str


@dataclass(frozen=True, slots=True)
class Order:
    """What an acquirer is asked to charge. `reference` is ours, used once."""

    reference: str
    money: Money
    merchant: str
    return_url: str
    webhook_url: str
    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The acquirer's page for an order."""

    provider_id: str
    hosted_url: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an acquirer says of one order, by webhook or when asked.

    `amount` and `currency` stay the texts that were sent: they are compared, not computed with.
    """

    provider_id: str
    reference: str
    state: ReportState
    amount: str
    currency: str
    decline_code: str = ""
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook whose signature was right."""

    webhook_id: str
    report: Report


@dataclass(frozen=True, slots=True)
class TopUpView:
    """A top-up as its owner sees it. `source` is like "Visa •••• 4242", or "" before a card."""

    id: UUID
    public_id: str
    state: TopUpState
    money: Money
    fee: Money
    source: str
    decline_code: str
    hosted_url: str
    created_at: datetime
    finished_at: datetime | None
    replayed: bool = False

    @property
    def total(self) -> Money:
        """What the card is charged; the fee is taken out of it."""
        return self.money

    @property
    def credited(self) -> Money:
        """What the balance grows by."""
        return self.money - self.fee


@dataclass(frozen=True, slots=True)
class UsedCard:
    """A card that a person has topped up with. `source` is like "Visa •••• 4242"."""

    source: str
    expiry: str
    last_used_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most of one top-up."""

    least: Money
    most: Money
