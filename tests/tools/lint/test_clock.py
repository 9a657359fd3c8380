from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.clock import RULE

MACHINE = [
    "from datetime import datetime\ndatetime.now(UTC)",
    "import datetime\ndatetime.datetime.now(UTC)",
    "from django.utils import timezone\ntimezone.now()",
    "import time\ntime.time()",
    "from datetime import date\ndate.today()",
]
HOUSE = "from okpay.kernel import clock\nclock.now()"
PURE = [
    "src/okpay/limits/rules.py",
    "src/okpay/payments/engine/decide_send.py",
    "src/okpay/payments/states.py",
]
ACTING = ["src/okpay/payments/operations.py", "src/okpay/payments/operations/send.py"]


@pytest.mark.parametrize("code", MACHINE)
@pytest.mark.parametrize("path", [*PURE, *ACTING])
def test_the_clock_of_the_machine_is_found(path: str, code: str) -> None:
    assert found(RULE, path, code) == [2]


@pytest.mark.parametrize("path", PURE)
def test_pure_modules_may_not_ask_the_house_clock_either(path: str) -> None:
    assert found(RULE, path, HOUSE) == [2]


@pytest.mark.parametrize("path", [*ACTING, "src/okpay/web/pages/home.py"])
def test_operations_ask_the_house_clock(path: str) -> None:
    assert found(RULE, path, HOUSE) == []


def test_chance_is_passed_in() -> None:
    assert found(RULE, PURE[0], "import secrets") == [1]
    assert found(RULE, ACTING[0], "import random") == [1]
    assert found(RULE, ACTING[0], "import secrets") == []


@pytest.mark.parametrize("path", ["src/okpay/cli/main.py", "src/okpay/kernel/clock.py"])
def test_other_modules_may_look_at_the_clock(path: str) -> None:
    assert found(RULE, path, MACHINE[0]) == []
