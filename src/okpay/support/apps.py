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
        from okpay.identity import hooks
        from okpay.kernel import crypto, retention
        from okpay.support import errors, leaving  # noqa: F401 — errors fill the catalogue
        from okpay.support.regain import deciding, opening

        crypto.register("support_ticket", "facts")
        crypto.register("support_ticketmessage", "text")
        for column in ("contact", "story"):
            crypto.register("support_regain", column)
        crypto.register("support_regainpicture", "sealed")
        leaving.connect()
        deciding.register()
        retention.register(
            "support.regain_pictures", keep=opening.PICTURES_KEPT, sweep=opening.forget_pictures
        )
        hooks.on_sign_in(deciding.stop_by_sign_in)
