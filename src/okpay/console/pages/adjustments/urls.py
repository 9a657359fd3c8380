"""Addresses of manual adjustments."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.adjustments import pages

urlpatterns = [
    path("adjustments/of/<str:public_id>", pages.propose, name="console_adjustments_propose"),
]
