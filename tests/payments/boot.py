"""Loads Django in the process from which test processes are forked."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
django.setup()

from okpay.payments.engine import writer  # noqa: E402, F401 — loaded here so that no fork loads it
