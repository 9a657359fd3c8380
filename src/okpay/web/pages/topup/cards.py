"""The card tab: the cards a person has used, and the ways to bring money in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from okpay.funding import queries
from okpay.identity.rules import Permission
from okpay.wallets.queries import balances
from okpay.web.actor import actor_of
from okpay.web.permissions import permission


@permission(Permission.CARDS_READ)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """Show used cards, unfinished top-ups, and the balance by currency."""
    person_id = actor_of(request).require_person()
    context = {
        "cards": queries.used_cards(person_id),
        "unfinished": queries.top_ups(person_id, finished=False, limit=5),
        "balances": balances(person_id),
    }
    return render(request, "web/topup/cards.html", context)
