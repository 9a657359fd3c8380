"""OKP130: nobody waits for the network while rows are locked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.names import dotted, origins_of, resolved
from tools.lint.source import Remark, Rule, Source, product

CLIENTS = ("httpx", "requests", "urllib.request", "smtplib", "socket")


def _atomic(node: ast.expr) -> bool:
    return dotted(node).rpartition(".")[2] == "atomic"


def _inside(source: Source) -> Iterator[ast.AST]:
    """Every node that runs inside a transaction opened in this file."""
    for node in source.nodes:
        opened = (
            isinstance(node, ast.With) and any(_atomic(i.context_expr) for i in node.items)
        ) or (isinstance(node, ast.FunctionDef) and any(map(_atomic, node.decorator_list)))
        if opened and isinstance(node, ast.With | ast.FunctionDef):
            for statement in node.body:
                yield from ast.walk(statement)


def _check(source: Source) -> Iterator[Remark]:
    origins = origins_of(source.nodes)
    for node in _inside(source):
        if isinstance(node, ast.Call):
            name = resolved(node.func, origins)
            if ".providers." in name or name.startswith(CLIENTS):
                text = f"{dotted(node.func)}() inside a transaction; enqueue a job instead"
                yield Remark(node.lineno, text)


RULE = Rule(
    code="OKP130",
    name="no network inside a transaction",
    why=(
        "An outside party may take minutes to answer, and rows would stay locked. Inside\n"
        "`transaction.atomic` nothing from `providers/` and no network client is called; what\n"
        "must happen outside is a job, enqueued in the same transaction."
    ),
    applies=product,
    check=_check,
)
