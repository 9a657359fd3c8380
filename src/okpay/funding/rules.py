"""Pure rules of top-ups: bounds, quick amounts, when to ask again, what a report means."""

from __future__ import annotations

from typing import Final

from okpay.fees.rules import top_up_fee
from okpay.funding.errors import TopUpTooLargeError, TopUpTooSmallError
from okpay.funding.schemas import Bounds, Report, ReportState
from okpay.funding.states import TopUpState
from okpay.kernel.money import ASSETS, Asset, Money, UnsupportedAssetError

# In the smallest unit: the least, the most, and the amounts offered as buttons.
_BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "CNY": (100, 5_000_000),
    "USD": (100, 700_000),
    "EUR": (100, 700_000),
    "JPY": (100, 1_000_000),
    "HKD": (1_000, 5_000_000),
    "KWD": (500, 2_000_000),
}
_QUICK: Final[dict[str, tuple[int, ...]]] = {
    "CNY": (10_000, 20_000, 50_000, 100_000),
    "USD": (2_000, 5_000, 10_000, 20_000),
    "EUR": (2_000, 5_000, 10_000, 20_000),
    "JPY": (3_000, 5_000, 10_000, 30_000),
    "HKD": (10_000, 20_000, 50_000, 100_000),
    "KWD": (5_000, 10_000, 20_000, 50_000),
}
ASSET_CODES: Final = tuple(_BOUNDS)
OPEN_AT_ONCE: Final = 10  # unfinished top-ups of one person, in whatever state but a final one
MAX_CHECKS: Final = 80  # about three days of asking, then a person looks
FIRST_STEP: Final = 6  # the first question about an abandoned card page comes after 3 minutes
SHORTEST: Final = 3  # seconds
LONGEST: Final = 3_600

BRANDS: Final = {"visa": "Visa", "mastercard": "Mastercard", "unionpay": "UnionPay"}

_MEANS: Final[dict[ReportState, TopUpState]] = {
    ReportState.SUCCEEDED: TopUpState.CONFIRMED,
    ReportState.DECLINED: TopUpState.DECLINED,
    ReportState.CANCELED: TopUpState.CANCELED,
}


def bounds(asset: Asset) -> Bounds:
    """Return the least and the most of one top-up.

    Raises:
        UnsupportedAssetError: a card cannot bring this asset in.
    """
    if asset.code not in _BOUNDS:
        raise UnsupportedAssetError
    least, most = _BOUNDS[asset.code]
    return Bounds(Money(asset, least), Money(asset, most))


def quick_amounts(asset: Asset) -> list[Money]:
    """Return the amounts offered as buttons."""
    return [Money(asset, minor) for minor in _QUICK[asset.code]]


def assets() -> list[Asset]:
    """Return the assets that a card can bring in."""
    return [ASSETS[code] for code in ASSET_CODES]


def fee_of(money: Money) -> Money:
    """Return the fee that is taken out of the amount."""
    return Money(money.asset, top_up_fee(money.minor))


def check_bounds(money: Money) -> None:
    """Refuse an amount outside the bounds.

    Raises:
        TopUpTooSmallError, TopUpTooLargeError: with the bound as decimal text.
        UnsupportedAssetError: a card cannot bring this asset in.
    """
    limits = bounds(money.asset)
    if money < limits.least:
        raise TopUpTooSmallError(least=limits.least.decimal_string(), currency=money.asset.code)
    if limits.most < money:
        raise TopUpTooLargeError(most=limits.most.decimal_string(), currency=money.asset.code)


def card_label(brand: str, last4: str) -> str:
    """Return a card as people see it: `Visa •••• 4242`, or "" before there is one."""
    return f"{BRANDS.get(brand, brand.title())} •••• {last4}" if last4 else ""


def wait_seconds(step: int) -> int:
    """Return how long to wait before the next question; doubles from 3 s to an hour."""
    return min(SHORTEST << min(step, 20), LONGEST)


def mismatch(report: Report, *, provider_id: str, total: Money) -> str:
    """Say how a report differs from the order it names, or ""."""
    if provider_id and report.provider_id != provider_id:
        return "provider_id_mismatch"
    if report.currency != total.asset.code:
        return "currency_mismatch"
    if report.amount != total.decimal_string():
        return "amount_mismatch"
    return ""


def proves(report: Report, provider_id: str, total: Money) -> bool:
    """Whether a report says that exactly this order was charged."""
    charged = report.state is ReportState.SUCCEEDED
    return charged and not mismatch(report, provider_id=provider_id, total=total)


def meaning(report: Report, current: TopUpState) -> TopUpState | None:
    """Return the state that a report asks for, or None when it asks for nothing new.

    Waiting never becomes failed here, and what a person has not finished stays as it is.
    """
    if report.state is ReportState.PROCESSING:
        known = {TopUpState.CREATED, TopUpState.REDIRECTED, TopUpState.PROCESSING}
        return TopUpState.UNKNOWN if current in known else None
    return _MEANS.get(report.state)
