from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.models import RULE

MODELS = "src/okpay/wallets/models.py"


@pytest.mark.parametrize("name", ["save", "delete"])
def test_an_override_is_found(name: str) -> None:
    code = f"class A(Model):\n    def {name}(self): ..."
    assert found(RULE, MODELS, code) == [2]
    assert found(RULE, "src/okpay/wallets/forms.py", code) == []


def test_a_model_signal_is_found_and_a_migration_signal_is_fine() -> None:
    path = "src/okpay/wallets/apps.py"
    assert found(RULE, path, "from django.db.models.signals import post_save") == [1]
    assert found(RULE, path, "from django.db.models.signals import post_migrate") == []


@pytest.mark.parametrize("rule", ["CASCADE", "models.SET_NULL", "models.DO_NOTHING"])
def test_whatever_is_not_protected_near_money_is_found(rule: str) -> None:
    code = f"payer = ForeignKey(Person, on_delete={rule})"
    assert found(RULE, MODELS, code) == [1]
    assert found(RULE, "src/okpay/payments/migrations/0001_initial.py", code) == [1]
    assert found(RULE, "src/okpay/notices/models.py", code) == []


def test_protect_is_fine() -> None:
    assert found(RULE, MODELS, "payer = ForeignKey(Person, on_delete=models.PROTECT)") == []
