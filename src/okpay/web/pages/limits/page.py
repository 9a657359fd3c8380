"""Limits and features: what holds now, what is used of it, and what the next level brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from okpay.identity.caution import Cause, in_force
from okpay.identity.moments import moment
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.money import ASSETS, Asset, Money
from okpay.limits.levels import LEVELS, UNIT, Feature, limit_of, may, rules_of
from okpay.wallets.allowance import Allowance, allowance
from okpay.wallets.queries import balances
from okpay.web.actor import person_of
from okpay.web.pages import refusals
from okpay.web.pages.records.filters import Chip
from okpay.web.permissions import permission

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

NAMES: Final[dict[int, _StrOrPromise]] = {
    0: gettext_lazy("Before the check"),
    1: gettext_lazy("Real name checked"),
    2: gettext_lazy("Checked twice"),
}
HOW: Final[dict[int, _StrOrPromise]] = {
    0: gettext_lazy("E-mail and mobile number confirmed"),
    1: gettext_lazy("One identity document"),
    2: gettext_lazy("A second document, or your face"),
}
FEATURES: Final[dict[Feature, tuple[str, _StrOrPromise]]] = {
    Feature.TOP_UP: ("plus", gettext_lazy("Top up")),
    Feature.SEND: ("arrow-up-right", gettext_lazy("Transfer to people")),
    Feature.RECEIVE: ("arrow-down-left", gettext_lazy("Receive money, without a limit")),
    Feature.REQUEST: ("hand-coins", gettext_lazy("Ask for money")),
    Feature.TOKENS: ("key-round", gettext_lazy("Access for programs")),
    Feature.PAYOUTS: ("users", gettext_lazy("Pay many people by a list")),
}


@dataclass(frozen=True, slots=True)
class Used:
    """One limit: the most, what is used of it, and what is left, by its period."""

    label: str
    limit: Money
    used: Money | None = None
    left: Money | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One level beside the others."""

    level: int
    name: _StrOrPromise
    how: _StrOrPromise
    payment: Money
    day: Money
    month: Money
    large: Money
    features: list[_StrOrPromise]
    current: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """A feature, and whether the present level has it."""

    icon: str
    name: _StrOrPromise
    open: bool


@permission(Permission.PROFILE_READ)
@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """Show the limits of one currency, the levels side by side, and what is open."""
    person, now = person_of(request), clock.now()
    asset = ASSETS.get(request.GET.get("currency", ""), ASSETS["CNY"])
    now_holds = allowance(person.id, asset, now)
    level, region = now_holds.standing.level, now_holds.standing.region
    held = [one.asset for one in balances(person.id, now)]
    context = {
        "level": level,
        "level_name": NAMES[min(level, max(NAMES))],
        "careful": _careful(person.id, now_holds, now),
        "lines": _lines(now_holds),
        "columns": [_column(number, asset, level, region) for number in LEVELS],
        "gates": [
            Gate(icon, name, may(one, level=level, region=region))
            for one, (icon, name) in FEATURES.items()
        ],
        "currencies": _chips(held, asset),
        "check_url": refusals.page_named("real_name") or refusals.page_named("kyc"),
        "top": level >= max(LEVELS),
    }
    return render(request, "web/limits/limits.html", context)


def _careful(person_id: UUID, holds: Allowance, now: datetime) -> dict[str, object] | None:
    """Say why the lower limits hold and until when, or None."""
    until = holds.standing.careful_until
    if until is None:
        return None
    causes = [Cause(one.cause).label for one in in_force(person_id, now)]
    return {"until": moment(until), "causes": causes}


def _lines(holds: Allowance) -> list[Used]:
    def used(label: str, limit: Money, spent: Money) -> Used:
        left = Money(limit.asset, max(0, limit.minor - spent.minor))
        return Used(label, limit, spent, left)

    return [
        Used(_("One payment"), holds.payment),
        used(_("Today"), holds.day, holds.used_day),
        used(_("This month"), holds.month, holds.used_month),
    ]


def _column(number: int, asset: Asset, level: int, region: str) -> Column:
    limit = limit_of(asset=asset.number, level=number, careful=False, region=region)
    rules = rules_of(number, region)
    return Column(
        level=number,
        name=NAMES[number],
        how=HOW[number],
        payment=Money(asset, limit.payment),
        day=Money(asset, limit.day),
        month=Money(asset, limit.month),
        large=Money(asset, rules.large * UNIT.get(asset.number, 0)),
        features=[FEATURES[one][1] for one in FEATURES if one in rules.features],
        current=number == level,
        reached=number <= level,
    )


def _chips(held: list[Asset], chosen: Asset) -> list[Chip]:
    assets = held if chosen in held else [chosen, *held]
    address = reverse("limits")
    return [Chip(one.code, f"{address}?currency={one.code}", one == chosen) for one in assets]
