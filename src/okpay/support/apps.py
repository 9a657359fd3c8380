"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Register the package."""

    name = "okpay.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the catalogue of refusals, name what is sealed, and add to what leaving asks.

        The owner of a message is the owner of its ticket, so both carry the person's id.
        """
        from okpay.kernel import crypto
        from okpay.support import errors, leaving  # noqa: F401 — errors fill the catalogue

        crypto.register("support_ticket", "facts")
        crypto.register("support_ticketmessage", "text")
        leaving.connect()
