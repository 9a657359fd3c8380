"""The first page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from okpay.identity.models import Person
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.money import ASSETS, Money
from okpay.wallets import queries, sums
from okpay.wallets.queries import Balance
from okpay.web import typeset
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.first_steps import Step, first_steps
from okpay.web.pages.home import chart, todos
from okpay.web.pages.records.rows import row_of
from okpay.web.pages.refusals import page_named
from okpay.web.permissions import permission

LATEST: Final = 5
DAYS: Final = 30
NOON: Final = 12
_ZERO: Final = Money(ASSETS[typeset.HOME_ASSET], 0)
# What somebody sees who has never had money here.
NOTHING: Final = Balance(_ZERO.asset, _ZERO, _ZERO, _ZERO, False, False, _ZERO)  # noqa: FBT003 — fields in order
EVENING: Final = 18

# What a name stands for appears only once its page exists: no dead ends.
ACTS: Final = (
    ("transfer", "arrow-left-right", pgettext_lazy("act", "Transfer")),
    ("topup", "plus", pgettext_lazy("act", "Top up")),
    ("receive", "qr-code", pgettext_lazy("act", "Receive")),
    ("request_new", "hand-coins", pgettext_lazy("act", "Request")),
)

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise
SERVICES: Final = (
    ("records", "receipt-text", gettext_lazy("Records")),
    ("payees", "users-round", gettext_lazy("Payees")),
    ("payouts", "list-checks", pgettext_lazy("act", "Pay many")),
    ("requests", "inbox", pgettext_lazy("act", "Requests")),
    ("security", "shield-check", pgettext_lazy("act", "Security")),
)


@permission(Permission.HOME_READ)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what the person has, what waits for them, and what happened last."""
    now, person = clock.now(), person_of(request)
    balances = queries.balances(person.id, now) or [NOTHING]
    shown = _shown(balances, request.GET.get("currency", ""))
    lines = queries.records(person.id, limit=LATEST)
    steps = _steps(person, len(lines))
    context: dict[str, Any] = {
        "greeting": _greeting(person.name, now),
        "last_sign_in": person.last_login,
        "shown": shown,
        "others": [balance for balance in balances if balance.asset != shown.asset],
        "acts": _links(ACTS),
        "services": _links(SERVICES),
        "todos": todos.todos(actor_of(request), person, now, quiet=bool(steps)),
        "rows": [row_of(line, now=now, dated=True, veiled=True) for line in lines],
        "first_steps": steps,
        "chart": None if steps else _chart(person.id, shown, now),
        "tab": "home",
    }
    return render(request, "web/home/home.html", context)


def _steps(person: Person, records: int) -> list[Step]:
    """Return the first steps while some are left; who has several records is no newcomer."""
    steps = first_steps(person)
    return steps if records < LATEST and not all(step.done for step in steps) else []


def _shown(balances: list[Balance], wanted: str) -> Balance:
    """Return the balance in the wanted currency, else the first one."""
    return next((one for one in balances if one.asset.code == wanted), balances[0])


def _links(acts: tuple[tuple[str, str, _StrOrPromise], ...]) -> list[dict[str, str]]:
    named = [(page_named(name), icon, str(label)) for name, icon, label in acts]
    return [{"url": url, "icon": icon, "label": label} for url, icon, label in named if url]


def _greeting(name: str, now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if hour < NOON:
        return gettext("Good morning, %(name)s") % {"name": name}
    if hour < EVENING:
        return gettext("Good afternoon, %(name)s") % {"name": name}
    return gettext("Good evening, %(name)s") % {"name": name}


def _chart(person_id: Any, shown: Balance, now: datetime) -> chart.Chart | None:  # noqa: ANN401 — a key
    return chart.draw(sums.daily_balances(person_id, asset=shown.asset, days=DAYS, now=now))
