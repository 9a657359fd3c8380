"""The application's entry in Django."""

from __future__ import annotations

from uuid import UUID

from django.apps import AppConfig


def _holder_changed(person_id: UUID) -> None:
    from okpay.payments.operations import holder_changed  # after the registry is ready

    holder_changed(person_id=person_id)


class PaymentsConfig(AppConfig):
    """Register the package."""

    name = "okpay.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the packages below what they must know of payments."""
        from okpay.identity import hooks as identity_hooks
        from okpay.notices import hooks as notice_hooks
        from okpay.payments import errors, news, operations  # noqa: F401 — fills the catalogue

        notice_hooks.register_facts(news.facts)
        identity_hooks.on_holder_changed(_holder_changed)
