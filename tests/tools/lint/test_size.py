from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.size import FILE_LINES, FUNCTION_LINES, RULE


def function(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


def test_a_function_is_measured_by_its_lines() -> None:
    assert found(RULE, "src/okpay/a.py", function(FUNCTION_LINES)) == []
    assert found(RULE, "src/okpay/a.py", "\n" + function(FUNCTION_LINES + 1)) == [2]


@pytest.mark.parametrize("suffix", ["py", "html", "sql", "js", "css"])
def test_a_file_is_measured_by_its_lines(suffix: str) -> None:
    assert found(RULE, f"src/okpay/a.{suffix}", "\n" * FILE_LINES) == []
    assert found(RULE, f"src/okpay/a.{suffix}", "\n" * (FILE_LINES + 1)) == [1]


def test_migrations_are_excepted() -> None:
    assert found(RULE, "src/okpay/ledger/migrations/0001_initial.py", "\n" * 999) == []
