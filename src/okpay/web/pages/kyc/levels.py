"""What a level may, before and after: read from the data of `limits`, written as money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okpay.kernel.money import Money, asset_of
from okpay.limits.levels import Feature, limit_of, rules_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

HOME: Final = "CNY"
FEATURES: Final[dict[Feature, _StrOrPromise]] = {
    Feature.TOP_UP: gettext_lazy("Top up"),
    Feature.SEND: gettext_lazy("Send money"),
    Feature.RECEIVE: gettext_lazy("Receive money"),
    Feature.REQUEST: gettext_lazy("Ask for money"),
    Feature.TOKENS: gettext_lazy("Access for programs"),
    Feature.PAYOUTS: gettext_lazy("Pay many at once"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A limit as it is and as it would be."""

    title: str
    before: Money
    after: Money


def rows(old: int, new: int, region: str) -> list[Row]:
    """Compare the limits of two levels in the home currency."""
    asset = asset_of(HOME)
    before = limit_of(asset=asset.number, level=old, careful=False, region=region)
    after = limit_of(asset=asset.number, level=new, careful=False, region=region)
    return [
        Row(_("A payment"), Money(asset, before.payment), Money(asset, after.payment)),
        Row(_("A day"), Money(asset, before.day), Money(asset, after.day)),
        Row(_("A month"), Money(asset, before.month), Money(asset, after.month)),
    ]


def gained(old: int, new: int, region: str) -> list[_StrOrPromise]:
    """Name what only the higher level may do."""
    more = rules_of(new, region).features - rules_of(old, region).features
    return [FEATURES[one] for one in Feature if one in more and one in FEATURES]
