from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.state_writes import RULE

PATH = "src/okpay/funding/operations.py"
WRITES = [
    'top_up.state = "paid"',
    'TopUp.objects.filter(id=1).update(state="paid")',
    'TopUp.objects.bulk_update(rows, ["state"])',
    "cursor.execute(\"UPDATE funding_topup t SET x = 1, state = 'paid'\")",
]


@pytest.mark.parametrize("code", WRITES)
def test_a_state_written_outside_its_writer_is_found(code: str) -> None:
    assert found(RULE, PATH, code) == [1]


@pytest.mark.parametrize("code", WRITES)
@pytest.mark.parametrize("path", ["funding/states.py", "payments/engine/book.py"])
def test_states_and_the_engine_may_write(path: str, code: str) -> None:
    assert found(RULE, f"src/okpay/{path}", code) == []


def test_a_function_called_move_may_write() -> None:
    code = 'def move(row):\n    row.state = "paid"\nrow.state = "paid"'
    assert found(RULE, PATH, code) == [3]


def test_the_state_of_a_parser_is_its_own_but_that_of_a_model_is_not() -> None:
    code = 'class A:\n    def go(self):\n        self.state = "x"'
    assert found(RULE, "src/okpay/funding/parser.py", code) == []
    assert found(RULE, "src/okpay/funding/models.py", code) == [3]


@pytest.mark.parametrize(
    "code",
    ['if row.state == "paid": pass', "rows.update(memo=1)", 'run("SELECT state FROM x")'],
)
def test_reading_a_state_is_fine(code: str) -> None:
    assert found(RULE, PATH, code) == []
