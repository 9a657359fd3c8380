from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.suppressions import RULE

# Written apart, so that this file does not suppress anything itself.
HASH = "x = 1  " + "#"


@pytest.mark.parametrize(
    "comment",
    [
        " noqa",
        " noqa — because it is so",
        " noqa: S104",
        " noqa: S104 —",
        " type: ignore",
        " type: ignore[arg-type]",
        " type: ignore  # the stubs are wrong",
        " pragma: no cover",
        " nosec",
        " nosec B603",
        " ruff: noqa",
    ],
)
def test_silence_without_a_code_or_a_reason_is_found(comment: str) -> None:
    assert found(RULE, "src/okpay/x.py", HASH + comment) == [1]


@pytest.mark.parametrize(
    "comment",
    [
        " noqa: S104 — compared, not bound",
        " noqa: S104, S105 - a made-up password",
        " type: ignore[arg-type]  # the stubs are wrong here",
        " pragma: no cover — only on Windows",
        " nosec B603 — a fixed command",
        " noqa: BLE001 — a listener must not undo what happened",
        " a comment about noqa",
    ],
)
def test_silence_with_code_and_reason_is_fine(comment: str) -> None:
    assert found(RULE, "src/okpay/x.py", HASH + comment) == []


def test_a_string_is_no_comment() -> None:
    assert found(RULE, "src/okpay/x.py", f'text = "{HASH} noqa"') == []


def test_templates_are_read_too() -> None:
    path = "src/okpay/web/templates/a.html"
    assert found(RULE, path, "<p>\n{# noqa: OKP070 #}") == [2]
    assert found(RULE, path, "<p>\n{# noqa: OKP070 — a name, not a word #}") == []


def test_a_rule_is_silenced_on_its_line_only() -> None:
    code = f"import socket  {HASH[-1]} noqa: OKP030 — only asks for the own name\nimport socket"
    from tools.lint.rules.network import RULE as NETWORK

    assert found(NETWORK, "src/okpay/web/x.py", code) == [2]
