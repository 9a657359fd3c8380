"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class FeesConfig(AppConfig):
    """Register the package."""

    name = "okpay.fees"
    label = "fees"
    default_auto_field = "django.db.models.BigAutoField"
