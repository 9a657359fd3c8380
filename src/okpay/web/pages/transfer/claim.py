"""Money that waits for somebody who was sent a link: see it, and claim it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode
from okpay.kernel.money import Money
from okpay.payments import operations, queries
from okpay.payments.errors import OutcomeUnknownError
from okpay.payments.lookups import count_lookup
from okpay.payments.payee_errors import LookupLimitError
from okpay.wallets.states import RecordState
from okpay.web import typeset
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.records.story import Fact
from okpay.web.pages.refusals import CHECKING, Refusal, refusal_of
from okpay.web.permissions import public


@dataclass(frozen=True, slots=True)
class Claim:
    """What the page shows. `open`: it can be claimed now; `mine`: whoever looks has sent it."""

    public_id: str
    open: bool
    title: str
    text: str
    money: Money | None = None
    void: bool = False
    facts: tuple[Fact, ...] = ()
    icon: str = "info"
    mine: bool = False


@public
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the money to the person it was sent to; tell everybody else only how to claim."""
    record_id = _read(public_id)
    if not request.user.is_authenticated:
        return _page(request, _sealed(public_id))
    try:
        if request.method == "POST":
            return _claim(request, public_id, record_id)
        return _page(request, _opened(request, public_id, record_id))
    except LookupLimitError as error:
        refusal = refusal_of(error)
        return _page(request, _strange(public_id), status=error.status, refusal=refusal)


def _read(public_id: str) -> UUID:
    try:
        return decode(public_id, "trf")
    except BadIdError as error:
        raise Http404 from error


def _page(
    request: HttpRequest, shown: Claim, *, status: int = 200, refusal: Refusal | None = None
) -> HttpResponse:
    context = {"claim": shown, "refusal": refusal}
    return render(request, "web/transfer/claim.html", context, status=status)


def _claim(request: HttpRequest, public_id: str, record_id: UUID) -> HttpResponse:
    try:
        operations.claim_transfer(actor=actor_of(request), record_id=record_id)
    except DomainError as error:
        if error.status == 404:  # noqa: PLR2004 — not theirs: say nothing about it
            count_lookup(actor=actor_of(request), now=clock.now())
            raise Http404 from error
        shown = _opened(request, public_id, record_id)
        return _page(request, shown, status=error.status, refusal=refusal_of(error))
    except OutcomeUnknownError:
        messages.warning(request, CHECKING)
        return redirect("claim", public_id)
    messages.success(request, _("Claimed. The money is in your balance."))
    return redirect("record_detail", public_id)


def _sealed(public_id: str) -> Claim:
    """Return what somebody without a session sees: that there may be money, not how much."""
    return Claim(
        public_id=public_id,
        open=True,
        icon="gift",
        title=_("Somebody sent you money"),
        text=_("Sign in or create a wallet to see who sent how much, and to claim it."),
    )


def _opened(request: HttpRequest, public_id: str, record_id: UUID) -> Claim:
    """Return what the invited person sees. Anybody else learns only that it is not for them."""
    line = queries.pending_transfer(person_of(request).id, record_id)
    if line is None:
        count_lookup(actor=actor_of(request), now=clock.now())
        return _strange(public_id)
    return _told(public_id, line, clock.now())


def _strange(public_id: str) -> Claim:
    """Return what whoever it is not for sees, whether there is such a transfer or not."""
    return Claim(
        public_id=public_id,
        open=False,
        title=_("Nothing waits here for you"),
        text=_(
            "This link works only with the e-mail or phone it was sent to. Verify exactly"
            " that one in your profile, then open the link once more."
        ),
    )


def _told(public_id: str, line: queries.PendingLine, now: datetime) -> Claim:
    name = {"name": line.payer_masked}
    by = Fact(_("From"), text=line.payer_masked)
    until = Fact(_("Claim by"), moment=line.deadline)
    memo = (Fact(_("Note"), text=line.memo),) if line.memo else ()
    if line.state != RecordState.PENDING:
        return _over(public_id, line, (by, *memo))
    if line.mine:
        text = _("You sent this. Only the invited person can claim it.")
        told = Claim(public_id, open=False, title=_("Waiting for them"), text=text)
        return replace(told, money=line.money, facts=(until,), icon="clock", mine=True)
    title = _("%(name)s sent you money") % name
    text = _("Until %(day)s, then it goes back") % {"day": typeset.date(line.deadline, now)}
    told = Claim(public_id, open=line.reason == "payee_unregistered", title=title, text=text)
    return replace(told, money=line.money, facts=(by, until, *memo), icon="gift")


def _over(public_id: str, line: queries.PendingLine, facts: tuple[Fact, ...]) -> Claim:
    """Say how it ended: somebody has the money, or it went back."""
    if line.state == RecordState.COMPLETED:
        text = _("The money is in its owner's balance.")
        told = Claim(public_id, open=False, title=_("Already claimed"), text=text, icon="check")
        return replace(told, money=line.money, facts=facts)
    text = _("It went back to %(name)s in full.") % {"name": line.payer_masked}
    told = Claim(public_id, open=False, title=_("No longer waiting"), text=text, icon="undo-2")
    return replace(told, money=line.money, void=True, facts=facts)
