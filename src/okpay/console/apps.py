"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Register the face."""

    name = "okpay.console"
    label = "console"

    def ready(self) -> None:
        """Put the queues on the dashboard."""
        from okpay.console import desk_queues

        desk_queues.connect()
