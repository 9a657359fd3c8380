"""Load Django, only in the commands that need it."""

from __future__ import annotations

import os


def set_up() -> None:
    """Load the settings and all apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
    import django

    django.setup()
