"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """Register the package."""

    name = "okpay.limits"
    label = "limits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell four eyes what a change of the limits is."""
        from okpay.limits import changes

        changes.connect()
