"""Addresses of the console, all under /console/: one file per area."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("okpay.console.urls.core")),
    path("", include("okpay.console.urls.desk")),
]
