"""OKP070: what people read stands in the catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.lint.page import HOLE, masked, pieces, tags
from tools.lint.source import Remark, Rule, Source

READ = {
    "title",
    "alt",
    "aria-label",
    "aria-description",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "placeholder",
    "label",
    "hx-confirm",
}
# Names that are the same in every language, example addresses, files, codes (words with digits).
NEUTRAL = re.compile(
    r"OKPay|\bVisa\b|\bMastercard\b|\b(?:CNY|USD|EUR|JPY|HKD|KWD|ETH|CSV|PDF|API|QR|SMS|JSON)\b|[\w.+-]+@[\w.-]+"
    r"|\b[\w-]+\.(?:csv|json|pdf|txt)\b|https?://\S+|\b(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]+"
)
# Words handed to a partial or tag of ours: {% include "…" with title="Not translated" %}
ARGUMENT = re.compile(
    r"""\b(?:title|label|text|heading|hint|message|alt|placeholder|summary|body|note|caption|lead)"""
    r"""=(?:"([^"]*)"|'([^']*)')"""
)
SENTENCE = re.compile(r"[A-Z\u3400-\u9fff]|\w\s+\w")


def words_in(text: str) -> str:
    """Return the text if it holds words that need translating, else nothing."""
    rest = NEUTRAL.sub(" ", text.replace(HOLE, " "))
    return text.replace(HOLE, "…").strip() if any(ch.isalpha() for ch in rest) else ""


def _check(source: Source) -> Iterator[Remark]:
    yield from _lines(source) if source.path.suffix == ".txt" else _page(source)
    for number, tag in tags(source.text):
        for found in ARGUMENT.findall(tag):
            text = found[0] or found[1]
            if SENTENCE.search(text) and words_in(text):
                yield Remark(number, f"argument not translated: {text[:60]!r}; write _(…)")


def _lines(source: Source) -> Iterator[Remark]:
    for number, line in enumerate(masked(source.text).split("\n"), 1):
        if found := words_in(line):
            yield Remark(number, f"not translated: {found[:60]!r}")


def _page(source: Source) -> Iterator[Remark]:
    for piece in pieces(source.text):
        shown = piece.attribute in READ or piece.attribute == ""
        if shown and not piece.exempt and (found := words_in(piece.value)):
            where = f"{piece.attribute}= is " if piece.attribute else ""
            yield Remark(piece.line, f"{where}not translated: {found[:60]!r}")


RULE = Rule(
    code="OKP070",
    name="no untranslated text in a template",
    why=(
        "Visible text, and the attributes that are read out or shown (title, alt, aria-label,\n"
        "placeholder …), stand in `{% translate %}` or `{% blocktranslate %}`; words given to a\n"
        'partial are `_("…")`. Excepted are brand, asset codes, example addresses, `<code>`,\n'
        'elements with a literal `lang` of their own, and `translate="no"`.'
    ),
    applies=lambda source: source.template,
    check=_check,
)
