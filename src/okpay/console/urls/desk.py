"""Addresses of the working pages: customers, checks, freezes, tickets, ledger, data."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("okpay.console.pages.customers.urls")),
    path("", include("okpay.console.pages.kyc.urls")),
    path("", include("okpay.console.pages.freezes.urls")),
    path("", include("okpay.console.pages.regains.urls")),
    path("", include("okpay.console.pages.tickets.urls")),
    path("", include("okpay.console.pages.ledger.urls")),
    path("", include("okpay.console.pages.reference.urls")),
    path("", include("okpay.console.pages.adjustments.urls")),
]
