"""What there is of reference data, and the limits: read, and changed by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from okpay.console.frame import actor_of, at_work, page, staff_page
from okpay.console.pages.reference.book import TABLES
from okpay.console.pages.reference.forms import LEVELS, FiguresForm
from okpay.console.pages.refusals import Refused, refused
from okpay.fees import rules as fees
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.approvals import queries as approvals
from okpay.kernel.errors import DomainError
from okpay.kernel.money import ASSETS, Money
from okpay.limits import changes, figures
from okpay.limits.levels import UNIT

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from okpay.limits.levels import Level

CNY: Final = ASSETS["CNY"]


@staff_page(StaffPermission.REFERENCE_READ)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """List what there is, and what only a release changes."""
    context = {
        "tables": TABLES.open_to(at_work(request)),
        "fees": fees.TABLE,
        "assets": [(one, Money(one, UNIT[one.number])) for one in ASSETS.values()],
    }
    return page(request, "console/reference/overview.html", context)


@staff_page(StaffPermission.REFERENCE_READ)
@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """Show the limits in force, and the form of those who may propose others."""
    return _limits(request, FiguresForm(levels=figures.newest().levels))


@staff_page(StaffPermission.REFERENCE_WRITE)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose other limits; a second person decides, and nothing changes before."""
    form = FiguresForm(request.POST, levels=figures.newest().levels)
    if not form.is_valid():
        return _limits(request, form)
    try:
        approval = changes.propose(
            actor=actor_of(request),
            levels=form.wanted(),
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except DomainError as refusal:
        return _limits(request, form, refused(refusal))
    return redirect("console_approvals_detail", str(approval))


def _limits(request: HttpRequest, form: FiguresForm, wrong: Refused | None = None) -> HttpResponse:
    table = figures.newest()
    context: dict[str, Any] = {
        "form": form,
        "wrong": wrong,
        "version": table.version,
        "levels": list(LEVELS),
        "rows": [
            (words, [_cell(table.levels[number], name) for number in LEVELS], form.bound(name))
            for name, words in changes.WORDS.items()
        ],
        "proposals": approvals.waiting_about(changes.SUBJECT),
    }
    status = wrong.status if wrong else 400 if form.errors else 200
    return page(request, "console/reference/limits.html", context, status=status)


def _cell(level: Level, name: str) -> str | bool:
    """Return an amount in whole yuan, or whether a level has a feature."""
    if name not in figures.AMOUNTS:
        return name in level.features
    yuan = figures.amount_of(level, name) * UNIT[CNY.number] // 10**CNY.decimals
    return f"{CNY.symbol}{yuan:,}"
