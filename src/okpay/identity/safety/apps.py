"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Register the package: a part of identity with tables of its own."""

    name = "okpay.identity.safety"
    label = "safety"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the sealed columns for a change of keys, and what belongs in a person's copy."""
        from okpay.identity.safety import leaving, word

        word.register()
        leaving.register()
