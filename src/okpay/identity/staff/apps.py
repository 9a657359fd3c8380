"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Register the package, and answer whoever asks what a checker may decide."""

    name = "okpay.identity.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell four eyes who may look; a change of staff is one of its kinds."""
        from okpay.identity.staff import changes

        changes.connect()
