"""A top-up's state in words: what happened to the money first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from okpay.funding.states import TopUpState

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.funding.schemas import TopUpView
    from okpay.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Choice:
    """One chip of a row of choices."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Quick:
    """A usual amount: how its chip is labelled, what it puts into the box, where it leads."""

    label: str
    amount: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """How the head of the slip looks. `kind` is "", "wait" or "bad"; `void` strikes the amount."""

    title: str
    text: str
    kind: str = "wait"
    void: bool = False
    poll: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the timeline."""

    title: str
    state: str
    note: str = ""
    at: datetime | None = None
    style: str = "time"


def quick_of(money: Money, address: str) -> Quick:
    """Offer a usual amount; it is whole, so its chip leaves the decimals out."""
    asset, amount = money.asset, money.decimal_string()
    label = f"{asset.symbol}{int(amount.partition('.')[0]):,}"
    return Quick(label, amount, f"{address}?currency={asset.code}&amount={amount}")


FAST: Final = 2  # seconds between looks while the answer is near
SLOW: Final = 5


def told(view: TopUpView) -> Told:
    """Say how a top-up stands."""
    return {
        TopUpState.CREATED: Told(
            _("The card page is not open yet"), _("Nothing was charged. You can go on or leave it.")
        ),
        TopUpState.REDIRECTED: Told(
            _("Waiting for you at the card page"),
            _("Nothing was charged yet. Finish there, or leave it: it closes after half an hour."),
            poll=SLOW,
        ),
        TopUpState.PROCESSING: Told(
            _("Waiting for the card company"),
            _("This usually takes a few seconds. Your balance has not changed yet."),
            poll=FAST,
        ),
        TopUpState.CONFIRMED: Told(
            _("The card was charged"),
            _("We are adding the money to your balance. You need not do anything."),
            poll=FAST,
        ),
        TopUpState.UNKNOWN: Told(
            _("We are checking"),
            _(
                "The card company does not know yet whether the card was charged. "
                "Please do not pay again."
            ),
            poll=SLOW,
        ),
        TopUpState.SUCCEEDED: Told(_("Added to your balance"), view.source, kind=""),
        TopUpState.DECLINED: Told(
            _("Nothing was charged"), _("The card was declined."), kind="bad", void=True
        ),
        TopUpState.CANCELED: Told(
            _("Nothing was charged"),
            _("The top-up was cancelled or took too long at the card page."),
            kind="bad",
            void=True,
        ),
    }[view.state]


def steps(view: TopUpView) -> list[Step]:
    """Tell the way of a top-up that is on it or has arrived."""
    begun = Step(_("You began the top-up"), "done", at=view.created_at)
    if view.state in {TopUpState.CREATED, TopUpState.REDIRECTED}:
        return [begun, Step(_("Card details at the card company"), "now"), _credit("todo")]
    if view.state is TopUpState.SUCCEEDED:
        charged = Step(_("Card charged"), "done", note=view.source)
        return [begun, charged, Step(_("In your balance"), "done", at=view.finished_at)]
    if view.state is TopUpState.CONFIRMED:
        return [begun, Step(_("Card charged"), "done", note=view.source), _credit("now")]
    note = _("We ask again by ourselves and tell you") if view.state is TopUpState.UNKNOWN else ""
    return [begun, Step(_("Answer of the card company"), "wait", note=note), _credit("todo")]


def _credit(state: str) -> Step:
    return Step(_("In your balance"), state)
