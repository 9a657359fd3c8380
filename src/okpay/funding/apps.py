"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Register the package."""

    name = "okpay.funding"
    label = "funding"
    default_auto_field = "django.db.models.BigAutoField"
