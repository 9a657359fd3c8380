"""The pages are asked for through Django's own client."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True, scope="session")
def _static_folder() -> None:
    """The file server warns about a folder of collected files that is not there."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
