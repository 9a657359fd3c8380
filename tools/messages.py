"""Text catalogues without GNU gettext.

`python -m tools.messages check`    every text that people read has its Chinese, and it is sound
`python -m tools.messages extract`  list what has no entry yet; `--add` writes the empty entries
`python -m tools.messages compile`  make the `.mo` files that are missing or older than their `.po`

Message ids are English. Catalogues are `src/okpay/**/zh_Hans/LC_MESSAGES/django.po`; an entry that
rewords a text of a library carries the comment `# library` above it, because no file of ours
uses it. A comment `Translators: … %(month)s …` before a text in the code names a place that the
code gives although the English text does not use it.
The sandbox stands for foreign companies and keeps words of its own, in JSON.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = Path("src/okpay")
APART = "sandbox"
CATALOGUE = "zh_Hans/LC_MESSAGES/django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
CJK = r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]"
HALF_WIDTH = re.compile(rf"{CJK}[,!?;]|{CJK}[.:()](?={CJK}|$)|[,!?;:()](?={CJK})")
# The tone of the house: 你, calm, never a shout.
TONE = (("您", "say 你"), ("！", "no exclamation marks"), ("亲，", "no 亲"))

Key = tuple[str, str]  # context ("" for none) and English text (the singular, where there are two)


@dataclass
class Use:
    """Where a text is used."""

    file: Path
    line: int
    plural: str = ""
    notes: str = ""  # the comments for translators before it


@dataclass
class Found:
    """What stands in the code and in the catalogues, and what is wrong with either."""

    used: dict[Key, Use] = field(default_factory=dict)
    entries: dict[Key, tuple[Path, Message]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command line; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=["check", "extract", "compile"])
    parser.add_argument("--add", action="store_true", help="extract: write the missing entries")
    options = parser.parse_args(arguments)
    if options.command == "compile":
        print(f"catalogues: {compile_all(root)} compiled")
        return 0
    found = survey(root)
    if options.command == "extract":
        return report_missing(root, found, add=options.add)
    problems = [*found.problems, *judged(found)]
    print("\n".join(problems) or f"catalogues: {len(found.used)} texts, all in Chinese")
    return 1 if problems else 0


def survey(root: Path) -> Found:
    """Read every source and every catalogue of the product."""
    found = Found()
    for file in sources(root):
        for line, texts, context, notes in messages(file):
            use = Use(file.relative_to(root), line, texts[1] if len(texts) > 1 else "", notes)
            found.used.setdefault((context, texts[0]), use)
    for file in catalogues(root):
        _read_entries(root, file, found)
    return found


def sources(root: Path) -> Iterator[Path]:
    """Yield the Python files and templates that hold texts, in a fixed order."""
    for file in sorted((root / PRODUCT).rglob("*")):
        inner = file.relative_to(root / PRODUCT).parts
        template = "templates" in inner and file.suffix in {".html", ".txt", ".xml", ".js"}
        if inner[0] != APART and (template or file.suffix == ".py") and file.is_file():
            yield file


def catalogues(root: Path) -> list[Path]:
    """Return every Chinese catalogue of the product."""
    return sorted((root / PRODUCT).glob(f"**/{CATALOGUE}"))


def messages(file: Path) -> Iterator[tuple[int, tuple[str, ...], str, str]]:
    """Yield line, texts (one, or singular and plural), context and notes of each text."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        text = templatize(text, origin=str(file))
    stream = io.BytesIO(text.encode())
    for line, given, notes, context in extract("python", stream, KEYWORDS, ["Translators:"]):
        texts = (given,) if isinstance(given, str) else tuple(given)
        yield line, texts, context or "", " ".join(notes)


def _read_entries(root: Path, file: Path, found: Found) -> None:
    name = file.relative_to(root)
    try:
        catalogue = read_catalogue(file)
    except (PoFileError, ValueError) as error:
        found.problems.append(f"{name}: cannot be read: {error}")
        return
    found.problems += [f"{name}: obsolete entry {key!r}; delete it" for key in catalogue.obsolete]
    for message in catalogue:
        if not message.id:
            continue
        key = (message.context or "", _forms(message.id)[0])
        other = found.entries.setdefault(key, (name, message))
        if other[1] is not message and other[1].string != message.string:
            found.problems.append(f"{name}: {key[1]!r} reads otherwise in {other[0]}")


def read_catalogue(file: Path) -> Catalog:
    """Parse a catalogue.

    Raises:
        PoFileError: it is not well formed.
    """
    with file.open("rb") as stream:
        return read_po(stream, locale="zh_Hans", abort_invalid=True)


def judged(found: Found) -> Iterator[str]:
    """Yield one line for everything that is missing, stale or badly written."""
    for (context, text), use in found.used.items():
        entry = found.entries.get((context, text))
        if entry is None or not all(_forms(entry[1].string)):
            yield f"{use.file}:{use.line}: no Chinese for {text!r}"
    for key, (file, message) in found.entries.items():
        where = f"{file}:{message.lineno}:"
        if key not in found.used and not _of_library(message):
            yield f"{where} stale, nothing uses {key[1]!r}"
        if message.fuzzy:
            yield f"{where} fuzzy {key[1]!r}; check it and remove the mark"
        yield from (f"{where} {fault}" for fault in faults(message, found.used.get(key)))


def faults(message: Message, use: Use | None) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    wanted = set(PLACES.findall(_forms(message.id)[-1]))
    extra = set(PLACES.findall(use.notes)) if use else set()
    for text in filter(None, _forms(message.string)):
        given = set(PLACES.findall(text))
        if given != wanted and not (extra and given <= wanted | extra):
            yield f"places {sorted(given)} instead of {sorted(wanted)} in {text!r}"
        if half := HALF_WIDTH.search(text):
            yield f"half-width {half[0]!r} in {text!r}"
        for word, advice in TONE:
            if word in text:
                yield f"{word} in {text!r}: {advice}"


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple) else ("",)


def _of_library(message: Message) -> bool:
    return any(line.strip().startswith("library") for line in message.user_comments)


def report_missing(root: Path, found: Found, *, add: bool) -> int:
    """Print the texts without an entry, by catalogue; with `add` write them there, empty."""
    missing: dict[Path, list[tuple[Key, Use]]] = {}
    for key, use in found.used.items():
        if key not in found.entries:
            missing.setdefault(home_of(root, use.file), []).append((key, use))
    for file, texts in missing.items():
        print(f"{file.relative_to(root)}: {len(texts)} missing")
        for (_, text), use in texts:
            print(f"  {use.file}:{use.line}: {text!r}")
        if add:
            _append(file, texts)
    return 1 if missing and not add else 0


def home_of(root: Path, file: Path) -> Path:
    """Return the catalogue where the texts of a file belong: that of its package."""
    return root / PRODUCT / file.parts[len(PRODUCT.parts)] / "locale" / CATALOGUE


def _append(file: Path, texts: list[tuple[Key, Use]]) -> None:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        head = r'"Content-Type: text/plain; charset=UTF-8\n"', r'"Language: zh_Hans\n"'
        plural = r'"Plural-Forms: nplurals=1; plural=0;\n"'
        file.write_text("\n".join(['msgid ""', 'msgstr ""', *head, plural, ""]), encoding="utf-8")
    parts = [_entry(key, use) for key, use in texts]
    file.write_text(file.read_text(encoding="utf-8").rstrip() + "\n\n" + "\n".join(parts), "utf-8")


def _entry(key: Key, use: Use) -> str:
    context, text = key
    lines = [f"#: {use.file}"]
    lines += [f"msgctxt {_quoted(context)}"] if context else []
    lines += [f"msgid {_quoted(text)}"]
    lines += (
        [f"msgid_plural {_quoted(use.plural)}", 'msgstr[0] ""'] if use.plural else ['msgstr ""']
    )
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compile_all(root: Path) -> int:
    """Compile what is missing or out of date, each file put in place whole; returns how many."""
    made = 0
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
            write_mo(part, read_catalogue(source))
        Path(part.name).chmod(0o644)
        Path(part.name).replace(target)
        made += 1
    return made


if __name__ == "__main__":
    sys.exit(main())
