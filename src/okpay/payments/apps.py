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
        from okpay.kernel import crypto

        crypto.register("payments_pending", "address", key="record", subject="")
        crypto.register("payments_payoutline", "address", key="record", subject="")
        crypto.register("payments_savedpayee", "alias_sealed", subject="owner")
        from okpay.identity.freezing import hooks as freezing_hooks
        from okpay.notices import hooks as notice_hooks
        from okpay.payments import errors, gate, news, operations  # noqa: F401 — fills the catalogue
        from okpay.payments.adjustments import kind

        kind.register()
        notice_hooks.register_facts(news.facts)
        freezing_hooks.register_gate(
            freezing_hooks.Gate(flag=gate.flag, release=gate.release_waiting)
        )
