from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.operations import RULE

PATH = "src/okpay/support/operations.py"
SAYS = '\n    """Opened once."""'


@pytest.mark.parametrize(
    "head", ["def open_case(actor, *, text):", "def open_case(*texts):", "def open_case(a, /):"]
)
def test_positional_arguments_are_found(head: str) -> None:
    assert found(RULE, PATH, head + SAYS) == [1]


def test_an_actor_comes_first_and_the_guarantee_is_written() -> None:
    assert found(RULE, PATH, "def open_case(*, text, actor):" + SAYS) == [1]
    assert found(RULE, PATH, "def open_case(*, actor): ...") == [1]


@pytest.mark.parametrize("name", ["open_case(*, actor, text)", "expire(*, now)", "_inner(row)"])
def test_keywords_and_inner_functions_are_fine(name: str) -> None:
    assert found(RULE, PATH, f"def {name}:{SAYS}") == []
    assert found(RULE, "src/okpay/support/operations/cases.py", f"def {name}:{SAYS}") == []


def test_other_modules_are_free() -> None:
    assert found(RULE, "src/okpay/support/queries.py", "def cases(person): ...") == []
