"""Addresses of the customer's app: one file per area, each added here by name."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("okpay.web.urls.account")),
    path("", include("okpay.web.urls.factors")),
    path("", include("okpay.web.urls.security")),
    path("", include("okpay.web.urls.site")),
    path("", include("okpay.web.urls.topup")),
    path("", include("okpay.web.urls.messages")),
    path("", include("okpay.web.urls.home")),
    path("", include("okpay.web.urls.transfer")),
    path("", include("okpay.web.urls.payouts")),
    path("", include("okpay.web.urls.records")),
    path("", include("okpay.web.urls.refund")),
    path("", include("okpay.web.urls.payees")),
    path("", include("okpay.web.urls.requests")),
    path("", include("okpay.web.urls.proof")),
    path("", include("okpay.web.urls.kyc")),
    path("", include("okpay.web.urls.rescue")),
    path("", include("okpay.web.urls.limits")),
]
