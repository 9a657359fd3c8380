"""Reading names out of a syntax tree; shared by several rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names, `a.b().c` without the calls, and "" for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    if isinstance(node, ast.Call | ast.Subscript | ast.Await):
        inner = node.func if isinstance(node, ast.Call) else node.value
        return dotted(inner)
    return ""


def imported(tree_nodes: list[ast.AST]) -> Iterator[tuple[int, str, str]]:
    """Yield line, full name and local name of everything that a file imports, at any depth."""
    for node in tree_nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, alias.asname or alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}", alias.asname or alias.name


def resolved(node: ast.AST, origins: dict[str, str]) -> str:
    """Return the dotted name with its first part replaced by where it was imported from."""
    name = dotted(node)
    head, _, rest = name.partition(".")
    if head not in origins:
        return name
    return f"{origins[head]}.{rest}" if rest else origins[head]


def origins_of(tree_nodes: list[ast.AST]) -> dict[str, str]:
    """Map each imported local name to its full name."""
    return {local.partition(".")[0]: full for _, full, local in imported(tree_nodes)}


def texts(tree_nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield every string literal, an f-string as one text with `{}` in its holes."""
    inner: set[int] = set()
    for node in tree_nodes:
        if isinstance(node, ast.JoinedStr):
            inner.update(id(part) for part in node.values)
            parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner
        ):
            yield node.lineno, node.value
