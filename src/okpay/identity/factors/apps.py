"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class FactorsConfig(AppConfig):
    """Register the package: a part of identity with tables of its own."""

    name = "okpay.identity.factors"
    label = "factors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the column that is sealed, so that the rotation of keys finds it."""
        from okpay.kernel import crypto

        crypto.register("factors_authenticatorapp", "secret")
