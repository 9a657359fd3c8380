"""A file under examination, and what a rule says about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

SUPPRESSED = re.compile(r"noqa:\s*([A-Z0-9, ]+)")


class Remark(NamedTuple):
    """One place that breaks a rule."""

    line: int
    message: str


@dataclass(frozen=True)
class Rule:
    """A rule: where it applies and what it finds there. `why` is shown by `--list`."""

    code: str
    name: str
    why: str
    applies: Callable[[Source], bool]
    check: Callable[[Source], Iterator[Remark]]


@dataclass(frozen=True)
class Source:
    """A file by its path inside the repository."""

    path: PurePosixPath
    text: str
    root: Path = Path()  # where the repository lies, for rules that follow an import

    @classmethod
    def read(cls, file: Path, root: Path) -> Source:
        """Read a file; its path is kept relative to the root of the repository."""
        relative = file.resolve().relative_to(root)
        text = file.read_text(encoding="utf-8")
        return cls(PurePosixPath(relative.as_posix()), text, root)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; line 1 is at index 0."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file.

        Raises:
            SyntaxError: if the file is not Python.
        """
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, walked once for all rules."""
        return list(ast.walk(self.tree))

    @property
    def python(self) -> bool:
        """Whether the file is Python."""
        return self.path.suffix == ".py"

    @property
    def migration(self) -> bool:
        """Whether the file is a schema migration."""
        return self.python and "migrations" in self.path.parts

    @property
    def template(self) -> bool:
        """Whether the file is a page, a partial or a mail that people read."""
        return "templates" in self.path.parts and self.path.suffix in {".html", ".txt"}

    def inside(self, *folders: str) -> bool:
        """Whether the path lies in (or is) one of the given paths."""
        return any(self.path.is_relative_to(folder) for folder in folders)

    def suppressed(self, line: int, code: str) -> bool:
        """Whether the line carries `noqa: CODE` (whose reason another rule demands)."""
        found = SUPPRESSED.search(self.lines[line - 1]) if 0 < line <= len(self.lines) else None
        return found is not None and code in found[1].replace(",", " ").split()


def product(source: Source) -> bool:
    """Python of the product, without its migrations."""
    return source.python and source.inside("src/okpay") and not source.migration
