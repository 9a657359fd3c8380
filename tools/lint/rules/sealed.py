"""OKP140: what is sealed is opened by its row, and asked for by its index."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lint.names import dotted, texts
from tools.lint.source import Remark, Rule, Source

SEALED = ("email", "phone", "wanted_email", "recipient")
# Their columns of these names hold digests, and take the text itself.
BLIND = ("OneTimeCode", "EmailAddress")
ASKING = ("filter", "exclude", "get", "update", "get_or_create", "update_or_create", "Q")
READING = ("values", "values_list", "order_by", "distinct", "aggregate", "F")
COLUMN = re.compile(r"\b(email|phone|recipient|wanted_email)_sealed\b")
TABLE = re.compile(r"\bidentity_person\b")
PLAIN = re.compile(r"(?<![\w'-])(?:\w+\.)?(email|phone)(?![\w'-])")
MESSAGE = "is sealed: ask by its blind index, read it as the attribute of its row"


def _sealed(name: str) -> bool:
    """Whether a look-up names a sealed value: `email`, `email__in`, `person__email`."""
    parts = name.lstrip("-").split("__")
    return any(part in SEALED for part in parts) and parts[-1] != "isnull"


def _roots(nodes: list[ast.AST]) -> dict[str, str]:
    """Map each name to what it was made of: `mine = EmailAddress.objects.filter(…)`."""
    return {
        target.id: dotted(node.value).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _of_digests(call: ast.Call, roots: dict[str, str]) -> bool:
    root = dotted(call.func).partition(".")[0]
    for _ in range(3):
        root = roots.get(root, root)
    return root in BLIND


def _asked(call: ast.Call) -> Iterator[str]:
    """Every name that a call on the database asks for."""
    method = dotted(call.func).rpartition(".")[2]
    if method in ASKING:
        yield from (keyword.arg for keyword in call.keywords if keyword.arg)
    if method in READING:
        yield from (
            one.value
            for one in call.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def _check(source: Source) -> Iterator[Remark]:
    roots = _roots(source.nodes)
    for node in source.nodes:
        if isinstance(node, ast.Call) and not _of_digests(node, roots):
            for name in _asked(node):
                if _sealed(name):
                    yield Remark(node.lineno, f"{name} {MESSAGE}")
    for line, text in texts(source.nodes):
        found = COLUMN.search(text) if " " in text else None
        if TABLE.search(text) and " " in text:
            found = found or PLAIN.search(text)
        if found:
            yield Remark(line + text.count("\n", 0, found.start()), f"{found[0]} {MESSAGE}")


def _applies(source: Source) -> bool:
    """The product; its migrations are how the values got there, and crypto turns its keys over."""
    home = source.inside("src/okpay/kernel/crypto", "src/okpay/sandbox")
    product = source.inside("src/okpay") and source.path.suffix == ".py"
    return product and not home and "migrations" not in source.path.parts


RULE = Rule(
    code="OKP140",
    name="no way past a seal",
    why=(
        "E-mail, phone and recipients stand sealed. `filter(email=…)` cannot find what is sealed:\n"
        'ask by `email_index`. `values("email")`, `update(email=…)` and SQL read or write past\n'
        "the seal: read the attribute of a row, and save the row."
    ),
    applies=_applies,
    check=_check,
)
