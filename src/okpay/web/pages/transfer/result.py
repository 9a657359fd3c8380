"""What became of a transfer: done, waiting, refused, or not known yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission
from okpay.kernel.ids import encode
from okpay.kernel.money import asset_of, parse_amount
from okpay.payments import operations, queries
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.lookups import find_payee
from okpay.wallets.queries import RecordDetail
from okpay.wallets.states import RecordState
from okpay.web.actor import actor_of, person_of
from okpay.web.pages import refusals
from okpay.web.pages.records import detail as record_pages
from okpay.web.pages.records import story
from okpay.web.pages.transfer import drafts, people
from okpay.web.permissions import permission


@dataclass(frozen=True, slots=True)
class Headline:
    """The first lines of the result: what happened to the money."""

    kind: str
    title: str
    text: str
    void: bool = False


def headline(detail: RecordDetail) -> Headline:
    """Say what happened to the money."""
    name = {"name": detail.line.counterparty}
    if detail.line.state == RecordState.COMPLETED:
        return Headline("ok", _("Transferred"), _("%(name)s has it. Both of you are told") % name)
    if detail.line.state == RecordState.PENDING:
        said = _("%(name)s does not have it yet. It is on hold in your wallet") % name
        if detail.steps[-1].code == DELAYED:
            said = _("It arrives at the time you chose. Until then you can take it back") % name
        return Headline("wait", _("Waiting"), said)
    return Headline("bad", _("Not transferred"), _("All of it is in your balance again"), void=True)


@permission(Permission.RECORDS_READ)
@require_GET
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a transfer of one's own right after it was sent, from the book."""
    found = record_pages.find(request, public_id)
    if found.line.direction != "out" or found.line.kind != "transfer":
        raise Http404
    context = record_pages.context_of(request, found) | {
        "outcome": headline(found),
        "money": found.line.money,
        "facts": story.short_facts_of(found),
        "save": _to_save(request, found),
    }
    return render(request, "web/transfer/result.html", context)


def _to_save(request: HttpRequest, found: RecordDetail) -> str:
    """Return the id to save the payee by, unless they are saved, or have no wallet yet."""
    other = found.line.counterparty_id
    saved = {line.person_id for line in queries.saved_payees(person_of(request).id)}
    return "" if other is None or other in saved else encode("cus", other)


@permission(Permission.TRANSFERS_WRITE)
@require_GET
def refused(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Show why nothing was sent."""
    draft = drafts.find(request, draft_id)
    if not draft.refusal:
        return redirect("transfer_amount", draft.id)
    context = {
        "draft": draft,
        "refusal": refusals.refusal_of(refusals.unpack(draft.refusal)),
        "amount": parse_amount(draft.amount, asset_of(draft.currency)),
        "payee": people.shown(find_payee(actor=actor_of(request), payee=draft.payee)),
    }
    return render(request, "web/transfer/refused.html", context)


@permission(Permission.TRANSFERS_WRITE)
@require_GET
def checking(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Ask the book what this intent was answered; never say that it failed."""
    draft, actor = drafts.find(request, draft_id), actor_of(request)
    if draft.record:
        return _go(request, "transfer_result", draft.record)
    key = operations.intent_key(actor=actor, intent_token=draft.intent)
    outcome = operations.outcome_of(actor=actor, client_key=key)
    if outcome is not None and outcome.result == "done" and outcome.record_id is not None:
        draft.record = encode("trf", outcome.record_id)
        drafts.keep(request, draft)
        return _go(request, "transfer_result", draft.record)
    if outcome is not None and outcome.result == "refused":
        draft.refusal = refusals.pack(outcome.error())
        drafts.keep(request, draft)
        return _go(request, "transfer_refused", draft.id)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    context = {
        "draft": draft,
        "amount": parse_amount(draft.amount, asset_of(draft.currency)),
    }
    return render(request, "web/transfer/checking.html", context)


def _go(request: HttpRequest, name: str, part: str) -> HttpResponse:
    """Redirect a page, or tell the script that polls to go there."""
    response = redirect(name, part)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": response.url})
    return response
