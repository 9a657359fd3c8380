"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Register the package."""

    name = "okpay.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the packages below what they must know of payments."""
        from okpay.notices import hooks as notice_hooks
        from okpay.payments import errors, news, operations  # noqa: F401 — fills the catalogue

        notice_hooks.register_facts(news.facts)
