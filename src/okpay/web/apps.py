"""Django's registration of the web face."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """Pages, templates, static files and template tags of the customer's app."""

    name = "okpay.web"
    label = "web"

    def ready(self) -> None:
        """Load every domain's refusals, so that the catalogue page is complete from the start."""
        autodiscover_modules("errors")
