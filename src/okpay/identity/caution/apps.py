"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class CautionConfig(AppConfig):
    """Register the package: a part of identity with tables of its own."""

    name = "okpay.identity.caution"
    label = "caution"
    default_auto_field = "django.db.models.BigAutoField"
