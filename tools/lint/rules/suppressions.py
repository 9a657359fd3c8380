"""OKP050: whoever silences a checker says what and why."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from tools.lint.source import Remark, Rule, Source

MARK = re.compile(
    r"#\s*(?:(?:ruff|flake8):\s*)?(noqa|type:\s*ignore|pragma:\s*no\s*\w+|nosec|pylint:\s*disable"
    r"|mypy:\s*\S+)\b(?P<rest>.*)",
    re.IGNORECASE,
)
CODES = re.compile(
    r"^\s*(?::\s*[A-Z]{1,7}\d{2,4}(?:\s*,\s*[A-Z]{1,7}\d{2,4})*|\[[a-z\-, ]+\]"
    r"|\s+B\d{3}(?:\s*,\s*B\d{3})*|=[\w\-,]+)"
)
REASON = re.compile(r"^\s*(?:—|–|--?|#|:|\()\s*(?=.*\w{3}).{6,}")
NEED_CODES = ("noqa", "type", "nosec", "pylint")


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _check(source: Source) -> Iterator[Remark]:
    if source.template:
        for number, text in enumerate(source.lines, 1):
            for comment in re.findall(r"\{#(.*?)#\}", text):
                yield from _judged(number, "# " + comment.strip())
        return
    for number, comment in _comments(source):
        yield from _judged(number, comment)


def _judged(number: int, comment: str) -> Iterator[Remark]:
    found = MARK.search(comment)
    if found is None:
        return
    rest = found["rest"]
    codes = CODES.match(rest)
    if codes is None and found[1].lower().startswith(NEED_CODES):
        yield Remark(number, f"{found[1]} without a code silences everything; name the code")
        return
    if not REASON.match(rest[codes.end() if codes else 0 :]):
        yield Remark(number, f"{found[1]} without a reason; write why, after `—` or a second `#`")


RULE = Rule(
    code="OKP050",
    name="a suppression carries its reason",
    why=(
        "`noqa`, `type: ignore`, `nosec`, `pragma: no cover` and their like name the code they\n"
        "silence and say why: `# noqa: S104 — compared, not bound`, and for mypy, which reads\n"
        "to the bracket, `# type: ignore[arg-type]  # reason`."
    ),
    applies=lambda source: source.python or source.template,
    check=_check,
)
