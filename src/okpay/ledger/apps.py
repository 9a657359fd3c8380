"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate


def _grant(using: str, **_kwargs: object) -> None:
    """Give the roles their rights once all tables exist."""
    from okpay.ledger.sql.grants import apply

    connection = connections[using]
    tables = connection.introspection.table_names()
    if {"payments_pending", "wallets_recordevent", "procrastinate_jobs"} <= set(tables):
        apply(connection)


class LedgerConfig(AppConfig):
    """Register the package."""

    name = "okpay.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Apply database rights after the last application has migrated."""
        last = [app for app in apps.get_app_configs() if app.models_module][-1]  # others send none
        post_migrate.connect(_grant, sender=last, dispatch_uid="okpay.ledger.grants")
