"""The API as ASGI: `okpay.api.app:app`."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
django.setup()

from okpay.api.build import build  # noqa: E402 — Django's settings come first

app = build()
