"""The worker: takes jobs from the queue in PostgreSQL until it is told to stop."""

from __future__ import annotations

import os

CONCURRENCY = 4


def main() -> None:
    """Run procrastinate's worker; on SIGTERM it finishes the jobs in hand."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["okpay", "procrastinate", "worker", f"--concurrency={CONCURRENCY}"])


if __name__ == "__main__":
    main()
