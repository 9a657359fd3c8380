"""OKP080: models hold fields and constraints, nothing that acts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.names import dotted, imported
from tools.lint.source import Remark, Rule, Source

SIGNALS = tuple(
    f"django.db.models.signals.{name}"
    for name in (
        "class_prepared m2m_changed post_delete post_init post_save pre_delete pre_init pre_save"
    ).split()
)
MONEY = tuple(
    f"src/okpay/{name}"
    for name in "ledger payments wallets fees funding bills assets fx merchants disputes".split()
)


def _applies(source: Source) -> bool:
    return source.python and source.inside("src/okpay")


def _check(source: Source) -> Iterator[Remark]:
    for line, full, _ in imported(source.nodes):
        if full.startswith(SIGNALS):
            yield Remark(line, "no model signals; call the operation, or enqueue a job")
    if {"models", "migrations"} & set(source.path.with_suffix("").parts):
        yield from _overrides(source)
        if source.inside(*MONEY):
            yield from _cascades(source)


def _overrides(source: Source) -> Iterator[Remark]:
    for node in source.nodes:
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}:
                    text = f"{node.name}.{part.name}() is overridden; that belongs in operations.py"
                    yield Remark(part.lineno, text)


def _cascades(source: Source) -> Iterator[Remark]:
    for node in source.nodes:
        if not isinstance(node, ast.keyword) or node.arg != "on_delete":
            continue
        if dotted(node.value).rpartition(".")[2] != "PROTECT":
            yield Remark(node.value.lineno, "on_delete near money is PROTECT")


RULE = Rule(
    code="OKP080",
    name="models only hold",
    why=(
        "No `save()` or `delete()` overrides and no signals: what happens stands in operations.\n"
        "In packages that touch money every foreign key is `on_delete=PROTECT`."
    ),
    applies=_applies,
    check=_check,
)
