"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Register the package, and listen to what happens to people's security."""

    name = "okpay.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hang into identity's hooks."""
        from okpay.identity import hooks
        from okpay.kernel import crypto, retention
        from okpay.notices import forgetting, security

        crypto.register("notices_outgoing", "recipient_sealed", subject="")
        hooks.on_security_event(security.tell_security)
        hooks.on_sms(security.send_code)
        retention.register("notices.outgoing", keep=forgetting.KEPT, sweep=forgetting.forget)
