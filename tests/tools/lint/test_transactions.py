from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.transactions import RULE

PATH = "src/okpay/funding/operations.py"
HEAD = "from okpay.funding.providers import bank\nimport httpx\n"


@pytest.mark.parametrize(
    "code",
    [
        "with transaction.atomic(durable=True):\n    x = bank.client.pay()",
        "@transaction.atomic\ndef pay():\n    httpx.post(u)",
        "with lock, atomic():\n    httpx.get(u)",
    ],
)
def test_the_network_inside_a_transaction_is_found(code: str) -> None:
    assert found(RULE, PATH, HEAD + code) == [2 + len(code.splitlines())]


@pytest.mark.parametrize(
    "code",
    [
        "with transaction.atomic():\n    row.save()\nbank.client.pay()",
        "def pay():\n    httpx.post(u)",
        "with transaction.atomic():\n    pay.defer(id=1)",
    ],
)
def test_the_network_outside_and_jobs_inside_are_fine(code: str) -> None:
    assert found(RULE, PATH, HEAD + code) == []
