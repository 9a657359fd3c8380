"""What fails after a commit undoes nothing, whatever kind of callable it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from okpay.kernel.afterwards import attempt_after_commit

SOURCE = Path(__file__).parents[2] / "src" / "okpay"


def _fails(reason: str) -> None:
    raise RuntimeError(reason)


def _undone(called: list[str]) -> None:
    with transaction.atomic():
        attempt_after_commit(called.append, "never")
        _fails("undone")


@pytest.mark.parametrize("call", [_fails, partial(_fails), partial(partial(_fails))])
def test_a_failure_is_logged_and_what_follows_is_still_called(
    call: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []
    with transaction.atomic():
        attempt_after_commit(call, "it is away")
        attempt_after_commit(called.append, "next")
        assert called == []
    assert called == ["next"]
    logged = [one for one in caplog.records if one.name == "okpay.kernel.afterwards"]
    assert [(one.levelname, one.exc_info is not None) for one in logged] == [("ERROR", True)]


def test_nothing_is_called_after_a_rollback_and_at_once_outside_of_a_transaction() -> None:
    called: list[str] = []
    with pytest.raises(RuntimeError):
        _undone(called)
    attempt_after_commit(called.append, "at once")
    assert called == ["at once"]


def test_nothing_uses_the_way_that_crashes_when_a_partial_fails() -> None:
    found = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if re.search(r"on_commit\([^)]*robust", path.read_text())
    ]
    assert found == []
