"""One account: how it stands, how it stood, what moved it; and all accounts of one owner."""

from __future__ import annotations

from datetime import MAXYEAR, datetime
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okpay.console.frame import page, staff_page
from okpay.console.pages.ids import id_of
from okpay.console.pages.ledger.rows import account_row, hold_row, line_row
from okpay.identity.staff import StaffPermission
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.ledger.errors import MomentInFutureError
from okpay.payments.explorer import accounts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from okpay.payments.explorer.schemas import Then

_LONGEST_NUMBER: Final = 18
_FIRST_YEAR: Final = 2000


@staff_page(StaffPermission.LEDGER_READ)
@require_GET
def account(request: HttpRequest, number: int) -> HttpResponse:
    """Show an account with its movements, the latest first."""
    found = accounts.account(number)
    if found is None:
        raise Http404
    now = clock.now()
    lines = accounts.lines(number, before=_before(request), limit=accounts.PAGE + 1)
    shown = [line_row(line) for line in lines[: accounts.PAGE]]
    context = {
        "account": account_row(found),
        "owner_id": encode("cus", found.owner),
        "lines": shown,
        "more": shown[-1].seq if len(lines) > accounts.PAGE else None,
        "holds": [hold_row(one) for one in accounts.open_holds(number, now)],
        **_past(request, number, now),
    }
    return page(request, "console/ledger/account.html", context)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    usable = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if usable else None


def _past(request: HttpRequest, number: int, now: datetime) -> dict[str, Any]:
    """The account as of the moment asked for, and what was wrong with the moment."""
    text = request.GET.get("at", "")[:30]
    if not text:
        return {"at": "", "then": None, "at_problem": ""}
    then: Then | None = None
    problem = ""
    try:
        then = accounts.stood(number, _moment(text), now)
    except MomentInFutureError as error:
        problem = error.text()
    except (ValueError, OverflowError):
        problem = _("Write the moment as 2026-11-21 14:30.")
    return {"at": text, "then": then, "at_problem": problem}


def _moment(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if not _FIRST_YEAR <= read.year < MAXYEAR:  # no time zone carries it out of the calendar
        raise ValueError(text)
    return timezone.make_aware(read) if timezone.is_naive(read) else read


@staff_page(StaffPermission.LEDGER_READ)
@require_GET
def owner(request: HttpRequest, public_id: str) -> HttpResponse:
    """List the accounts of one customer."""
    found = accounts.accounts_of(id_of(public_id, "cus"))
    rows = [account_row(one) for one in found]
    context = {"accounts": rows, "public_id": public_id}
    return page(request, "console/ledger/owner.html", context)
