"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Register the package."""

    name = "okpay.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how long what is kept about sign-ins stays."""
        from okpay.identity.housekeeping import RULES
        from okpay.kernel import retention

        for name, keep, sweep in RULES:
            retention.register(f"identity.{name}", keep=keep, sweep=sweep)
