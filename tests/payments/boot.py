"""Loads Django in the process from which test processes are forked."""

from __future__ import annotations

import importlib
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
django.setup()
importlib.import_module("okpay.payments.engine.writer")  # so that no fork has to load it
