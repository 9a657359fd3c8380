"""OKP010: no binary fractions near money."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.names import dotted
from tools.lint.source import Remark, Rule, Source

MONEY = (
    "src/okpay/kernel/money.py",
    *(
        f"src/okpay/{name}"
        for name in (
            "ledger payments wallets fees limits funding fx bills assets promotions merchants"
        ).split()
    ),
)
PATHS = ("path", "folder", "home", "dir", "root", "file", "here")


def _applies(source: Source) -> bool:
    return source.python and source.inside(*MONEY)


def _joins_paths(node: ast.BinOp) -> bool:
    """`folder / "name"` is pathlib, not a division."""
    for side in (node.left, node.right):
        if isinstance(side, ast.JoinedStr):
            return True
        if isinstance(side, ast.Constant) and isinstance(side.value, str):
            return True
        if dotted(side).rpartition(".")[2].lower().endswith(PATHS):
            return True
    return isinstance(node.left, ast.BinOp) and _joins_paths(node.left)


def _check(source: Source) -> Iterator[Remark]:
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield Remark(node.lineno, f"{node.value} is a float; use an int or a Decimal text")
        elif isinstance(node, ast.Call) and dotted(node.func) == "float":
            yield Remark(node.lineno, "float() loses cents; use int or Decimal")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if not _joins_paths(node):
                yield Remark(node.lineno, "/ gives a float; use // and say how the rest is rounded")
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            yield Remark(node.lineno, "/= gives a float; use //= and say how the rest is rounded")


RULE = Rule(
    code="OKP010",
    name="no float near money",
    why=(
        "Amounts are integers of the smallest unit. In the packages that touch money there are no\n"
        "float literals, no `float()` and no true division, not even for things that are not money."
    ),
    applies=_applies,
    check=_check,
)
