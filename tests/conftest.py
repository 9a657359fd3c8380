"""What every test stands on: one PostgreSQL, Django, people, and the running product."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.cluster import LIVE, start_cluster
from tools.messages import compile_all

pytest_plugins = [
    "tests.support.database",
    "tests.support.people",
    "tests.support.product",
    "tests.support.browser",
    "tests.support.box",
]

# Folders whose tests are pure: alone they start no server.
PURE = ("tools", "embedded")
TESTS = Path(__file__).parent

_slow_ok = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "ci",
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=_slow_ok,
)
settings.register_profile("deep", max_examples=2000, deadline=None, suppress_health_check=_slow_ok)
settings.load_profile(os.environ.get("OKPAY_HYPOTHESIS", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL before Django reads where it is."""
    home = tempfile.mkdtemp(prefix="okpay-home-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ.update(
        OKPAY_HOME=home, OKPAY_ENV="test", DJANGO_SETTINGS_MODULE="okpay.config.settings"
    )
    if not _only_pure(config):
        cluster = start_cluster()
        config.add_cleanup(cluster.stop)
        config.okpay_cluster = cluster  # type: ignore[attr-defined]  # reason: read in support
        os.environ["OKPAY_DATABASE_URL"] = cluster.url(LIVE)
    compile_all(TESTS.parent)
    import django

    django.setup()


def _only_pure(config: pytest.Config) -> bool:
    """Whether this run needs no database at all."""
    if config.option.collectonly or config.option.help or config.option.version:
        return True
    base = config.invocation_params.dir
    paths = [(base / arg.split("::")[0]).resolve() for arg in config.args]
    return all(any(path.is_relative_to(TESTS / pure) for pure in PURE) for path in paths)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder and by what a test asks for, put what is slow last, refuse rollback."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        fixtures: list[str] = getattr(item, "fixturenames", [])
        if folder in PURE:
            item.add_marker(pytest.mark.no_database)
        if folder == "lab":
            item.add_marker(pytest.mark.lab)
        if {"browser", "live_product"} & set(fixtures):
            item.add_marker(pytest.mark.journey)
        if item.get_closest_marker("django_db"):
            message = f"{item.nodeid}: remove django_db; tests here run on committed data."
            raise pytest.UsageError(message)
    items.sort(key=_order)


def _order(item: pytest.Item) -> int:
    """A browser keeps an event loop in this thread, so journeys come after all others."""
    return 1 if item.get_closest_marker("lab") else 2 if item.get_closest_marker("journey") else 0
