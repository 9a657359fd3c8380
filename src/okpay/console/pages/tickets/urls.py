"""Addresses of tickets."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.tickets import pages

urlpatterns = [
    path("tickets", pages.listing, name="console_tickets"),
    path("tickets/<str:public_id>", pages.detail, name="console_tickets_detail"),
    path("tickets/<str:public_id>/answer", pages.answer, name="console_tickets_answer"),
    path("tickets/<str:public_id>/take", pages.take, name="console_tickets_take"),
    path("tickets/<str:public_id>/close", pages.close, name="console_tickets_close"),
]
