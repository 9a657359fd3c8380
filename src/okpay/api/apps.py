"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Register the package, so that its refusals stand in the catalogue and its words are found."""

    name = "okpay.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter every refusal of every application in the catalogue."""
        from django.utils.module_loading import autodiscover_modules

        from okpay.kernel import crypto

        crypto.register("api_keptanswer", "body_sealed", key="key", subject="")

        autodiscover_modules("errors")
