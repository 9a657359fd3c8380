"""People for the tests of the security centre."""

from __future__ import annotations

from tests.identity.conftest import actor_of, enrol, news, now, texts  # noqa: F401 — fixtures
