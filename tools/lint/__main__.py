"""Check files against the house rules: prints `path:line: CODE message`, exits 1 on a finding."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.lint.rules import RULES
from tools.lint.source import Source

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ("src", "tools", "tests", "bench", "requirements")
SUFFIXES = {".py", ".html", ".txt", ".sql", ".js", ".css", ".in"}
SKIPPED = {"__pycache__", "node_modules", "build", "vendor"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.lint", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders (default: all)")
    parser.add_argument("--list", action="store_true", help="explain every rule")
    options = parser.parse_args(arguments)
    if options.list:
        print(explained())
        return 0
    paths = options.paths or [ROOT / name for name in DEFAULT]
    found = [line for file in files(paths) for line in examined(Source.read(file, ROOT))]
    print("\n".join([*found, f"{len(found)} findings"]) if found else "tools.lint: no findings")
    return 1 if found else 0


def files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files to check, in a fixed order."""
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.suffix in SUFFIXES and file.is_file() and not SKIPPED & set(file.parts):
                yield file


def examined(source: Source) -> Iterator[str]:
    """Yield one line of text for each finding in a file, by line number."""
    try:
        if source.python:
            _ = source.tree
    except SyntaxError as error:
        yield f"{source.path}:{error.lineno}: OKP000 not Python: {error.msg}"
        return
    rules = [rule for rule in RULES if rule.applies(source)]
    found = {(r.line, rule.code, r.message) for rule in rules for r in rule.check(source)}
    for line, code, message in sorted(found):
        if not source.suppressed(line, code):
            yield f"{source.path}:{line}: {code} {message}"


def explained() -> str:
    """Return the rules and their reasons, as the text of `docs/lint.md`."""
    head = (
        "# The house rules\n\nHeld by `python -m tools.lint` (this page is its `--list`).\n"
        "A rule is silenced on its line by `# noqa: OKP… — reason`; without a reason it is not.\n"
    )
    return head + "".join(f"\n## {r.code} {r.name}\n\n{r.why}\n" for r in RULES).rstrip()


if __name__ == "__main__":
    sys.exit(main())
