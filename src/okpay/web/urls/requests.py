"""Addresses of asking for money and of one's own receive code."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.requests import answer, ask, listing, receive

urlpatterns = [
    path("requests", listing.requests, name="requests"),
    path("requests/new", ask.ask, name="request_new"),
    path("requests/<str:public_id>", answer.request_detail, name="request_detail"),
    path("requests/<str:public_id>/pay", answer.pay, name="request_pay"),
    path("requests/<str:public_id>/decline", answer.decline, name="request_decline"),
    path("requests/<str:public_id>/cancel", answer.cancel, name="request_cancel"),
    path("receive", receive.receive, name="receive"),
]
