"""OKP090: no drawers for leftovers."""

from __future__ import annotations

from collections.abc import Iterator

from tools.lint.source import Remark, Rule, Source

FORBIDDEN = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}


def _check(source: Source) -> Iterator[Remark]:
    for part in source.path.with_suffix("").parts:
        if part in FORBIDDEN:
            yield Remark(1, f"'{part}' says nothing; name the file by what it knows or does")


RULE = Rule(
    code="OKP090",
    name="no utils, helpers, manager",
    why="A module is named by what it knows or does, so that it is found and does not collect.",
    applies=lambda source: source.python,
    check=_check,
)
