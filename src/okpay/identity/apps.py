"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Register the package."""

    name = "okpay.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seal what people are reached by; say how long what is kept about sign-ins stays."""
        from okpay.identity import addresses
        from okpay.identity.housekeeping import RULES
        from okpay.kernel import crypto, retention

        addresses.install()
        for column in ("email_sealed", "wanted_email_sealed", "phone_sealed"):
            crypto.register("identity_person", column, subject="id")
        crypto.register("identity_session", "data_sealed", key="digest", subject="")

        for name, keep, sweep in RULES:
            retention.register(f"identity.{name}", keep=keep, sweep=sweep)
