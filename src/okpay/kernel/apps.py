"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Register the package."""

    name = "okpay.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
