"""Addresses of reference data."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.reference import pages
from okpay.console.pages.reference.book import TABLES

urlpatterns = [
    path("reference", pages.overview, name="console_reference"),
    path("reference/limits", pages.limits, name="console_reference_limits"),
    path("reference/limits/propose", pages.propose, name="console_reference_limits_propose"),
    path("reference/tables/", TABLES.urls),
]
