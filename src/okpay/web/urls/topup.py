"""Addresses of bringing money in by card, and of the acquirer's webhooks."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.topup import amount, cards, hooks, result

urlpatterns = [
    path("topup", amount.topup, name="topup"),
    path("topup/<str:public_id>", result.result, name="topup_result"),
    path("topup/<str:public_id>/back", result.back, name="topup_back"),
    path("topup/<str:public_id>/card", result.go_on, name="topup_go_on"),
    path("cards", cards.cards, name="cards"),
    path("hooks/acquirer", hooks.acquirer, name="hook_acquirer"),
]
