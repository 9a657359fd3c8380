"""OKP100: time and chance are passed in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.names import dotted, imported, origins_of, resolved
from tools.lint.source import Remark, Rule, Source, product

PURE = ("rules", "decide", "states")
ACTING = ("operations",)
OTHER_CLOCKS = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "django.utils.timezone.now",
    "django.utils.timezone.localdate",
    "time.time",
    "time.time_ns",
)
HOUSE_CLOCK = "okpay.kernel.clock.now"
CHANCE = ("random", "secrets", "numpy.random")


def _kind(source: Source) -> str:
    """`pure`, `acting` or "", by the name of the file or of a folder it lies in."""
    names = source.path.with_suffix("").parts[2:]
    words = {word for name in names for word in name.split("_")}
    return "pure" if words & set(PURE) else "acting" if words & set(ACTING) else ""


def _check(source: Source) -> Iterator[Remark]:
    kind, origins = _kind(source), origins_of(source.nodes)
    for line, full, _ in imported(source.nodes):
        if kind == "pure" and full.split(".")[0] in CHANCE:
            yield Remark(line, "no chance in rules, decide and states; pass the value in")
        elif full.split(".")[0] == "random":
            yield Remark(line, "operations are repeatable; pass the value in (secrets for tokens)")
    for node in source.nodes:
        if isinstance(node, ast.Call) and dotted(node.func):
            name = resolved(node.func, origins)
            if name in OTHER_CLOCKS:
                yield Remark(node.lineno, f"{dotted(node.func)}(): take `now`, from kernel.clock")
            elif name == HOUSE_CLOCK and kind == "pure":
                yield Remark(node.lineno, "rules, decide and states get `now` passed in")


RULE = Rule(
    code="OKP100",
    name="time is passed in",
    why=(
        "Operations, rules, decide and states do not look at the machine's clock and do not throw\n"
        "dice. Operations that take no `now` ask `kernel.clock.now()` once; rules, decide and\n"
        "states are pure and get it passed in."
    ),
    applies=lambda source: product(source) and bool(_kind(source)),
    check=_check,
)
