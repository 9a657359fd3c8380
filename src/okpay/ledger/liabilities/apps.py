"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class LiabilitiesConfig(AppConfig):
    """Register the package: a part of the ledger with tables of its own."""

    name = "okpay.ledger.liabilities"
    label = "liabilities"
    default_auto_field = "django.db.models.BigAutoField"
