"""OKP021: a state has one writer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lint.names import texts
from tools.lint.source import Remark, Rule, Source, product

ALLOWED = ("src/okpay/payments/engine", "src/okpay/ledger/sql", "src/okpay/sandbox")
SQL = re.compile(
    r"\bUPDATE\s+[\w.\"{}]+(?:\s+(?:AS\s+)?\w+)?\s+SET\b[^;]*?\bstate\s*=", re.IGNORECASE
)
MESSAGE = "changes a state; call move() of the package's states.py, which checks and records it"


def _applies(source: Source) -> bool:
    return product(source) and source.path.stem != "states" and not source.inside(*ALLOWED)


def _inside_move(source: Source) -> set[int]:
    """Every node inside a function called `move`."""
    movers = (n for n in source.nodes if isinstance(n, ast.FunctionDef) and n.name == "move")
    return {id(inner) for mover in movers for inner in ast.walk(mover)}


def _assigns_state(node: ast.AST, *, models: bool) -> bool:
    if not isinstance(node, ast.Assign | ast.AugAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(
        isinstance(t, ast.Attribute) and t.attr == "state" and (models or not _is_self(t))
        for t in targets
    )


def _is_self(target: ast.Attribute) -> bool:
    """A parser or client may have a `state` of its own; a model may not set its own."""
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def _updates_state(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if node.func.attr in {"update", "aupdate"}:
        return any(keyword.arg == "state" for keyword in node.keywords)
    if node.func.attr == "bulk_update":
        constants = (n for a in node.args[1:] for n in ast.walk(a) if isinstance(n, ast.Constant))
        return any(constant.value == "state" for constant in constants)
    return False


def _check(source: Source) -> Iterator[Remark]:
    excused = _inside_move(source)
    models = "models" in source.path.with_suffix("").parts
    for node in source.nodes:
        if id(node) in excused:
            continue
        if _assigns_state(node, models=models) or _updates_state(node):
            yield Remark(getattr(node, "lineno", 1), MESSAGE)
    for line, text in texts(source.nodes):
        for found in SQL.finditer(text):
            yield Remark(line + text.count("\n", 0, found.start()), MESSAGE)


RULE = Rule(
    code="OKP021",
    name="one writer of a state",
    why=(
        "States change in one place: `move(...)` in the `states.py` of the package, which holds\n"
        "the table of allowed transitions and writes the history row. Assigning `.state`,\n"
        "`update(state=…)` and `UPDATE … SET state =` elsewhere are findings; the engine, which\n"
        "writes states set-based inside its one transaction, is the exception."
    ),
    applies=_applies,
    check=_check,
)
