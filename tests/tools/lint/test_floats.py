from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.floats import RULE

PATH = "src/okpay/payments/fee.py"


@pytest.mark.parametrize(
    "code", ["rate = 0.006", "float(x)", "net = gross / 2", "x /= 3", "1 + a / b", "2j"]
)
def test_a_float_near_money_is_found(code: str) -> None:
    assert found(RULE, PATH, code) == [1]


@pytest.mark.parametrize(
    "code",
    ["a // b", 'Decimal("0.006")', 'folder / "name"', 'HERE / f"{x}.sql"', "path / name", "x = 3"],
)
def test_integers_decimals_and_paths_are_fine(code: str) -> None:
    assert found(RULE, PATH, code) == []


@pytest.mark.parametrize("path", ["src/okpay/embedded/server.py", "src/okpay/kernel/clock.py"])
def test_packages_away_from_money_may_use_floats(path: str) -> None:
    assert found(RULE, path, "seconds = 0.5") == []


@pytest.mark.parametrize("package", ["ledger", "wallets", "fees", "limits", "funding", "fx"])
def test_every_money_package_is_covered(package: str) -> None:
    assert found(RULE, f"src/okpay/{package}/rules.py", "x = 0.5") == [1]
    assert found(RULE, "src/okpay/kernel/money.py", "x = 0.5") == [1]
