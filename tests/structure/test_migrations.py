"""The migrations say all that the models say."""

from __future__ import annotations

from django.core.management import call_command


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
