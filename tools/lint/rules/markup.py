"""OKP071: pages work under a strict content security policy."""

from __future__ import annotations

from collections.abc import Iterator

from tools.lint.page import pieces
from tools.lint.source import Remark, Rule, Source

DATA = {"application/json", "application/ld+json", "importmap", "speculationrules"}


def _check(source: Source) -> Iterator[Remark]:
    found = pieces(source.text)
    with_source = {(p.line, p.tag) for p in found if p.attribute == "src"}
    as_data = {(p.line, p.tag) for p in found if p.attribute == "type" and p.value in DATA}
    for piece in found:
        name, at = piece.attribute, (piece.line, piece.tag)
        if name == "<" and piece.tag == "style":
            yield Remark(piece.line, "<style> in a page; styles are files")
        elif name == "<" and piece.tag == "script" and at not in with_source | as_data:
            yield Remark(piece.line, "inline <script>; scripts are files")
        elif name == "style":
            yield Remark(piece.line, "style= in a page; use a class")
        elif name.startswith(("on", "hx-on")):
            yield Remark(piece.line, f"{name}= is a script; listen in a file")
        elif piece.value.strip().lower().startswith("javascript:"):
            yield Remark(piece.line, f"{name}= runs a script; listen in a file")


RULE = Rule(
    code="OKP071",
    name="no inline style or script",
    why=(
        "The content security policy is `script-src 'self'; style-src 'self'`: `<style>`,\n"
        "`style=`, `<script>` without `src`, `on…=` and `javascript:` would not run, and may not."
    ),
    applies=lambda source: source.template and source.path.suffix == ".html",
    check=_check,
)
