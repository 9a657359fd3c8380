from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.requirements import RULE


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "django @ https://packages.example/django.whl",
        "--find-links wheels",
        "-e file:///srv/okpay",
        "#   compiled in /srv/build/okpay",
    ],
)
def test_a_place_is_found(line: str) -> None:
    assert found(RULE, "requirements/runtime.txt", "\n" + line) == [2]


@pytest.mark.parametrize(
    "line",
    [
        "django==5.2.19 \\",
        "    --hash=sha256:00ff",
        "    # via -r requirements/runtime.in",
        "-r runtime.txt",
        "psycopg[binary,pool]>=3.3",
    ],
)
def test_names_versions_and_hashes_are_fine(line: str) -> None:
    assert found(RULE, "requirements/runtime.txt", line) == []
