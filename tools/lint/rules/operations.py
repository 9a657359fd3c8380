"""OKP120: an operation is called by names, and says first who acts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.source import Remark, Rule, Source, product


def _applies(source: Source) -> bool:
    return product(source) and "operations" in source.path.with_suffix("").parts


def _check(source: Source) -> Iterator[Remark]:
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        given = node.args
        if given.args or given.posonlyargs or given.vararg:
            yield Remark(node.lineno, f"{node.name} takes positional arguments; begin with *")
        names = [argument.arg for argument in given.kwonlyargs]
        if "actor" in names[1:]:
            yield Remark(node.lineno, f"{node.name}: `actor` comes first")
        if ast.get_docstring(node) is None:
            yield Remark(node.lineno, f"{node.name} does not say what it guarantees")


RULE = Rule(
    code="OKP120",
    name="operations are called by names",
    why=(
        "A public function of `operations` takes keywords only, `actor` first where somebody\n"
        "acts, and its docstring says what is guaranteed: two amounts or ids cannot be mixed up."
    ),
    applies=_applies,
    check=_check,
)
