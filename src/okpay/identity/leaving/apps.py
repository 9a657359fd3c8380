"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class LeavingConfig(AppConfig):
    """Register the package: a part of identity with tables of its own."""

    name = "okpay.identity.leaving"
    label = "leaving"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the catalogue of refusals, name what is sealed, and hear of sign-ins."""
        from okpay.identity.leaving import errors  # noqa: F401 — fills the catalogue
        from okpay.kernel import crypto

        crypto.register("leaving_export", "sealed")
