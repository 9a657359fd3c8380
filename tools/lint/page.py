"""A template as a reader sees it: its text and attributes, with every template tag blanked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

TAG = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})", re.DOTALL)  # Jinja's may span lines
HOLE = "\ue000"  # stands where a tag was; no letter, no white space
TRANSLATED = {
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
    "trans": "endtrans",  # Jinja; Django's `trans` has its text inside the tag
    "comment": "endcomment",
}
# Blocks that a page fills with class names, codes and addresses, not with words.
MACHINE = re.compile(
    r"\{%\s*block\s+(?:\w+_)?(?:\w*class|attrs?|back|code|id|kind|shell|tone|url)\b"
)
BROKEN_TAG = re.compile(rf"<(/?){HOLE}\s*")  # <{% if %}a href=…{% else %}div{% endif %}>
VOID = set("area base br col embed hr img input link meta source track wbr".split())
EXEMPT = {"code", "kbd", "samp", "pre", "script", "style"}


@dataclass(frozen=True)
class Piece:
    """Something a page shows or carries: text (`attribute` is "") or an attribute's value."""

    line: int
    tag: str
    attribute: str
    value: str
    exempt: bool  # inside code, or in an element with its own `lang` or with translate="no"


def masked(text: str) -> str:
    """Blank out tags and translated blocks, keeping every line where it is."""
    parts: list[str] = []
    until = ""
    for part in TAG.split(text):
        word = _word(part)
        if until:
            until = "" if word == until else until
        elif MACHINE.match(part):
            until = "endblock"
        elif word in TRANSLATED and f"{{% {TRANSLATED[word]}" in text:
            until = TRANSLATED[word]
        elif not TAG.fullmatch(part):
            parts.append(part)
            continue
        parts.append(HOLE + "\n" * part.count("\n"))
    return BROKEN_TAG.sub(r"<\1", "".join(parts))


def _word(part: str) -> str:
    words = part[2:-2].split(None, 1) if part.startswith("{%") else []
    return words[0] if words else ""


def tags(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each template tag."""
    for found in TAG.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[0]


def pieces(text: str) -> list[Piece]:
    """Return what the page shows and carries, in order."""
    reader = _Reader()
    reader.feed(masked(text))
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Piece] = []
        self.open: list[tuple[str, bool]] = []

    def _add(self, tag: str, attribute: str, value: str, *, exempt: bool, skip: int = 0) -> None:
        line = self.getpos()[0] + skip
        self.found.append(Piece(line, tag, attribute, value, exempt))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.strip(HOLE): value or "" for name, value in attrs}
        own = HOLE not in given.get("lang", HOLE) or given.get("translate") == "no"
        exempt = own or tag in EXEMPT or bool(self.open and self.open[-1][1])
        if tag not in VOID:
            self.open.append((tag, exempt))
        self._add(tag, "<", "", exempt=exempt)
        for name, value in given.items():
            self._add(tag, name, value, exempt=exempt)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        tag, exempt = self.open[-1] if self.open else ("", False)
        for number, line in enumerate(data.split("\n")):
            if line.strip():
                self._add(tag, "", line.strip(), exempt=exempt, skip=number)
