from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.names import RULE


@pytest.mark.parametrize(
    "path", ["src/okpay/web/utils.py", "src/okpay/helpers/a.py", "src/okpay/ledger/manager.py"]
)
def test_a_drawer_for_leftovers_is_found(path: str) -> None:
    assert found(RULE, path, "") == [1]


@pytest.mark.parametrize("path", ["src/okpay/web/typeset.py", "src/okpay/kernel/managed.py"])
def test_a_name_that_says_something_is_fine(path: str) -> None:
    assert found(RULE, path, "") == []
