"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class FreezingConfig(AppConfig):
    """Register the package: a part of identity with tables of its own."""

    name = "okpay.identity.freezing"
    label = "freezing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what two people decide here."""
        from okpay.identity.freezing import errors, unfreezing  # noqa: F401 — fills the catalogue

        unfreezing.register()
