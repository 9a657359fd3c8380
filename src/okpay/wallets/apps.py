"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class WalletsConfig(AppConfig):
    """Register the package."""

    name = "okpay.wallets"
    label = "wallets"
    default_auto_field = "django.db.models.BigAutoField"
