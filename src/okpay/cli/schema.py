"""Is the database's schema as new as this program? First a quick look, then Django's own word."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import psycopg

# The apps whose label is not the last word of their name.
_LABELS = {"procrastinate.contrib.django": "procrastinate"}


def looks_current(url: str) -> bool:
    """Tell whether every migration file is applied, without loading Django.

    May say no where Django would say yes; then Django is asked, which takes a second longer.
    """
    with psycopg.connect(url) as link:
        row = link.execute("SELECT to_regclass('public.django_migrations') IS NULL").fetchone()
        if row is None or row[0]:
            return False
        applied = {
            (app, name) for app, name in link.execute("SELECT app, name FROM django_migrations")
        }
    return _on_disk() <= applied


def _on_disk() -> set[tuple[str, str]]:
    from okpay.config import settings

    return {
        (_LABELS.get(app, app.rpartition(".")[2]), file.stem)
        for app in settings.INSTALLED_APPS
        for file in (_folder(app) / "migrations").glob("[0-9]*.py")
    }


def _folder(app: str) -> Path:
    """Return an app's folder, without importing it."""
    top, _, rest = app.partition(".")
    spec = importlib.util.find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return Path("/nonexistent")
    return Path(spec.submodule_search_locations[0], *rest.split("."))


def unapplied() -> list[str]:
    """Return the names of the migrations that wait. Django must be set up."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
