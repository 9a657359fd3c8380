"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Register the package."""

    name = "okpay.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"
