"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class KycConfig(AppConfig):
    """Register the package."""

    name = "okpay.kyc"
    label = "kyc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what is encrypted here, what two people decide, and what identity asks for."""
        from okpay.identity import known
        from okpay.kyc import queries, recovering, second_look, vault

        vault.register()
        second_look.register()
        known.on_facts(queries.known_facts)
        known.on_name(queries.name_fits)
        recovering.register()
