"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Register the package."""

    name = "okpay.kernel.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
