"""Running one lint rule on a text."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from tools.lint.__main__ import examined
from tools.lint.source import Rule, Source


def found(rule: Rule, path: str, text: str, root: Path | None = None) -> list[int]:
    """Return the lines on which this one rule has something to say."""
    source = Source(PurePosixPath(path), text, root or Path())
    marks = (line.split(" ", 2) for line in examined(source))
    return [int(place.split(":")[1]) for place, code, _ in marks if code == rule.code]
