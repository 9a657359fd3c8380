"""OKP060: files and functions stay small enough to be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.source import Remark, Rule, Source

FILE_LINES = 400
FUNCTION_LINES = 50


def _applies(source: Source) -> bool:
    written = source.path.suffix in {".py", ".html", ".sql", ".js", ".css"}
    return written and not source.migration


def _check(source: Source) -> Iterator[Remark]:
    if len(source.lines) > FILE_LINES:
        yield Remark(1, f"{len(source.lines)} lines; a file has at most {FILE_LINES}")
    if not source.python:
        return
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                text = f"{node.name} has {length} lines; a function has at most {FUNCTION_LINES}"
                yield Remark(node.lineno, text)


RULE = Rule(
    code="OKP060",
    name="files and functions are short",
    why=(
        f"A file has at most {FILE_LINES} lines (aim for 90), a function at most {FUNCTION_LINES}\n"
        "(aim for 8). Migrations are excepted."
    ),
    applies=_applies,
    check=_check,
)
