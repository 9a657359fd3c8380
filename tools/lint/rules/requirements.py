"""OKP110: requirements name packages, not places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.lint.source import Remark, Rule, Source

PLACES = (
    (re.compile(r"\b(?:https?|git\+\w+|file)://", re.IGNORECASE), "an address"),
    (
        re.compile(r"--(?:index-url|extra-index-url|find-links|trusted-host)\b|^\s*-[if]\s"),
        "a host",
    ),
    (re.compile(r"(?:^|[\s=\"'])(?:/[A-Za-z][\w.-]*){2,}|[A-Z]:\\"), "a path of one machine"),
)


def _check(source: Source) -> Iterator[Remark]:
    for number, line in enumerate(source.lines, 1):
        found = [what for pattern, what in PLACES if pattern.search(line)]
        if found:
            names = " and ".join(found)
            yield Remark(number, f"names {names}; where packages come from is the installer's")


RULE = Rule(
    code="OKP110",
    name="requirements name no place",
    why="Package names, versions and hashes only; hosts and machine paths differ for everyone.",
    applies=lambda source: source.inside("requirements"),
    check=_check,
)
