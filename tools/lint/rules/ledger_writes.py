"""OKP020: the ledger has one writer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lint.names import origins_of, resolved, texts
from tools.lint.source import Remark, Rule, Source

WRITERS = ("src/okpay/ledger/sql", "src/okpay/ledger/migrations", "src/okpay/payments/engine")
SQL = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|TRUNCATE(?:\s+TABLE)?"
    r"|MERGE\s+INTO|COPY)\s+(?:\"?\w+\"?\.)?\"?(ledger_\w+)",
    re.IGNORECASE,
)
WRITES = {
    "abulk_create",
    "acreate",
    "adelete",
    "asave",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}


def _applies(source: Source) -> bool:
    code = source.python or source.path.suffix == ".sql"
    return code and source.inside("src/okpay", "tools", "bench") and not source.inside(*WRITERS)


def _statements(text: str, line: int) -> Iterator[Remark]:
    for found in SQL.finditer(text):
        at = line + text.count("\n", 0, found.start())
        yield Remark(at, f"writes {found[1]}; only the payment engine does (payments/engine)")


def _known(source: Source) -> dict[str, str]:
    """Names that stand for a ledger model or a row of one, with where they come from."""
    known = origins_of(source.nodes)
    for node in source.nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.NamedExpr):
            value = node.iter if isinstance(node, ast.For) else node.value
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if value and resolved(value, known).startswith("okpay.ledger.models."):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                known.update(dict.fromkeys(names, "okpay.ledger.models.row"))
    return known


def _check(source: Source) -> Iterator[Remark]:
    if not source.python:
        yield from _statements(source.text, 1)
        return
    for line, text in texts(source.nodes):
        yield from _statements(text, line)
    known = _known(source)
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = resolved(node.func, known)
            if node.func.attr in WRITES and name.startswith("okpay.ledger.models."):
                yield Remark(node.lineno, f"{node.func.attr}() on the ledger; only the engine does")


RULE = Rule(
    code="OKP020",
    name="one writer of the ledger",
    why=(
        "Every change of a balance is a command given to the engine. INSERT, UPDATE, DELETE,\n"
        "TRUNCATE, COPY or MERGE on a `ledger_…` table, and saving, creating, updating or\n"
        "deleting ledger models, is allowed in `payments/engine`, `ledger/sql` and ledger\n"
        "migrations only. The database roles say the same; this says it before anything runs."
    ),
    applies=_applies,
    check=_check,
)
