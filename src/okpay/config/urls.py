"""Addresses of the web process."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("console/", include("okpay.console.urls")),
    path("", include("okpay.web.urls")),
]

handler400 = "okpay.web.pages.errors.bad_request"
handler403 = "okpay.web.pages.errors.forbidden"
handler404 = "okpay.web.pages.errors.not_found"
handler500 = "okpay.web.pages.errors.server_error"
