"""The application's entry in Django."""

from __future__ import annotations

from django.apps import AppConfig


class CryptoConfig(AppConfig):
    """Register the package: a part of the kernel with tables of its own."""

    name = "okpay.kernel.crypto"
    label = "crypto"
    default_auto_field = "django.db.models.BigAutoField"
