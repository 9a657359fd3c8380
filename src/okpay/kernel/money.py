"""Money: an asset and a whole number of its smallest unit. No float comes near it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError

_LONGEST: Final = 48  # characters of an amount that are looked at
MAX_MINOR: Final = 10**37  # NUMERIC(38,0) with one digit in hand for sums
HOME: Final = "CNY"  # the one currency whose symbol needs no code beside it
DIGITAL_FROM: Final = 9001
_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,24})(?:\.([0-9]{1,18}))?", re.ASCII)


class InvalidAmountError(DomainError):
    """Not a plain positive decimal with at most the asset's decimals. Params: `decimals`."""

    code = "invalid_amount"
    status = 400
    title = _("This amount cannot be used")
    message = _(
        "Write the amount as a plain number above zero, with at most %(decimals)s decimals."
    )
    remedy = _("Check the amount and try again. Nothing was charged.")


class AssetMismatchError(DomainError):
    """Two assets met in one sum. Params: `left`, `right` (currency codes)."""

    code = "currency_mismatch"
    status = 422
    title = _("The currencies differ")
    message = _("%(left)s and %(right)s cannot be added.")
    remedy = _("Choose one currency. Nothing was charged.")


class UnsupportedAssetError(DomainError):
    """A code that is no asset of ours."""

    code = "currency_not_supported"
    status = 400
    title = _("This currency is not supported")
    message = _("There is no currency with this code here.")
    remedy = _("Choose one of the currencies listed in your wallet.")


InvalidAmount = InvalidAmountError


@dataclass(frozen=True, slots=True)
class Asset:
    """What money is counted in. `number` is ISO 4217 numeric; digital assets start at 9001."""

    code: str
    number: int
    decimals: int
    symbol: str


# ISO 4217 (list one, 2024): numeric codes and minor units. ETH: 1 ether = 10**18 wei.
ASSETS: Final[dict[str, Asset]] = {
    asset.code: asset
    for asset in (
        Asset("CNY", 156, 2, "¥"),
        Asset("USD", 840, 2, "$"),
        Asset("EUR", 978, 2, "€"),
        Asset("JPY", 392, 0, "¥"),
        Asset("HKD", 344, 2, "HK$"),
        Asset("KWD", 414, 3, "KD"),
        Asset("ETH", 9001, 18, "Ξ"),
    )
}
BY_NUMBER: Final[dict[int, Asset]] = {asset.number: asset for asset in ASSETS.values()}


def asset_of(code: str) -> Asset:
    """Find an asset by its exact code.

    Raises:
        UnsupportedAssetError: no such code (lower case and spaces are not repaired).
    """
    asset = ASSETS.get(code)
    if asset is None:
        raise UnsupportedAssetError
    return asset


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` whole units of 10**-decimals of the asset."""

    asset: Asset
    minor: int

    def _same(self, other: Money) -> None:
        if self.asset.code != other.asset.code:
            raise AssetMismatchError(left=self.asset.code, right=other.asset.code)

    def __add__(self, other: Money) -> Money:
        """Add the same asset; AssetMismatchError otherwise."""
        self._same(other)
        return Money(self.asset, self.minor + other.minor)

    def __sub__(self, other: Money) -> Money:
        """Subtract the same asset; AssetMismatchError otherwise."""
        self._same(other)
        return Money(self.asset, self.minor - other.minor)

    def __lt__(self, other: Money) -> bool:
        """Compare the same asset; AssetMismatchError otherwise."""
        self._same(other)
        return self.minor < other.minor

    def __neg__(self) -> Money:
        """Turn the sign."""
        return Money(self.asset, -self.minor)

    def decimal_string(self) -> str:
        """Write the canonical decimal of the wire: `36.50`, `-0.001`, `120`."""
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor)).rjust(self.asset.decimals + 1, "0")
        if not self.asset.decimals:
            return sign + digits
        return f"{sign}{digits[: -self.asset.decimals]}.{digits[-self.asset.decimals :]}"

    def phrase(self) -> str:
        """Write it for a sentence: `¥12,846.30`, `$318.75 USD`, `0.5 ETH`."""
        sign = "\N{MINUS SIGN}" if self.minor < 0 else ""
        number = f"{abs(self.minor) // 10**self.asset.decimals:,}"
        _, point, fraction = self.decimal_string().partition(".")
        if self.asset.number >= DIGITAL_FROM:
            fraction = fraction.rstrip("0")
            return f"{sign}{number}{point if fraction else ''}{fraction} {self.asset.code}"
        code = "" if self.asset.code == HOME else f" {self.asset.code}"
        return f"{sign}{self.asset.symbol}{number}{point}{fraction}{code}"

    def __str__(self) -> str:
        """Write number and code, for logs and messages to developers."""
        return f"{self.decimal_string()} {self.asset.code}"


def parse_amount(text: object, asset: Asset) -> Money:
    """Read a positive amount from text that came from outside, without repairing anything.

    Raises:
        InvalidAmountError: not a string, zero, signs, exponents, separators, spaces,
            full-width digits, leading zeros, more decimals than the asset has, too large.
    """
    found = _AMOUNT.fullmatch(text) if isinstance(text, str) and len(text) <= _LONGEST else None
    if found is None:
        raise InvalidAmountError(decimals=asset.decimals)
    whole, fraction = found.group(1), found.group(2) or ""
    if len(fraction) > asset.decimals:
        raise InvalidAmountError(decimals=asset.decimals)
    minor = int(whole + fraction.ljust(asset.decimals, "0"))
    if not 0 < minor < MAX_MINOR:
        raise InvalidAmountError(decimals=asset.decimals)
    return Money(asset, minor)


def phrase(amount: object, code: object) -> str:
    """Write a refusal's decimal text and currency code for a sentence, as `Money.phrase` does."""
    try:
        return parse_amount(amount, asset_of(str(code))).phrase()
    except (UnsupportedAssetError, InvalidAmountError):
        return f"{amount} {code}"
