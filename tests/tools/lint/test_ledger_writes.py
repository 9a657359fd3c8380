from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.ledger_writes import RULE

PATH = "src/okpay/wallets/operations.py"
IMPORT = "from okpay.ledger.models import Account\n"
STATEMENTS = [
    "INSERT INTO ledger_account (id) VALUES (1)",
    "update ledger_balance set posted = 0",
    'UPDATE ONLY "public"."ledger_balance" SET posted = 0',
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer",
    "COPY ledger_transfer FROM STDIN",
    "MERGE INTO ledger_balance USING x",
]
WRITES = [
    "Account.objects.create(id=1)",
    "Account.objects.filter(id=1).update(posted=0)",
    "Account.objects.all().delete()",
    "Account(id=1).save()",
    "row = Account.objects.get(id=1)\nrow.posted = 0\nrow.save()",
    "for row in Account.objects.all():\n    row.delete()",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_raw_sql_that_writes_the_ledger_is_found(statement: str) -> None:
    assert found(RULE, PATH, f'cursor.execute("""{statement}""")') == [1]
    assert found(RULE, "src/okpay/wallets/sql/fix.sql", "--\n" + statement) == [2]


def test_sql_in_an_f_string_is_found() -> None:
    assert found(RULE, PATH, 'run(f"UPDATE ledger_balance SET posted = {x}")') == [1]


@pytest.mark.parametrize("code", WRITES)
def test_a_model_that_writes_the_ledger_is_found(code: str) -> None:
    assert found(RULE, PATH, IMPORT + code) == [1 + len(code.splitlines())]


def test_a_model_reached_through_its_module_is_found() -> None:
    code = "from okpay.ledger import models\nmodels.Account.objects.create(id=1)"
    assert found(RULE, PATH, code) == [2]


@pytest.mark.parametrize("statement", [*STATEMENTS, *(IMPORT + code for code in WRITES)])
@pytest.mark.parametrize("folder", ["payments/engine", "ledger/sql", "ledger/migrations"])
def test_the_writers_may_write(folder: str, statement: str) -> None:
    text = statement if "import" in statement else f'run("""{statement}""")'
    assert found(RULE, f"src/okpay/{folder}/writer.py", text) == []


@pytest.mark.parametrize(
    "code",
    [
        IMPORT + "Account.objects.filter(id=1).values()",
        'run("SELECT * FROM ledger_account FOR UPDATE")',
        'run("UPDATE wallets_record SET memo = 1")',
        "from okpay.wallets.models import Record\nRecord.objects.create(id=1)",
        'HELP = "the ledger_account table"',
    ],
)
def test_reading_the_ledger_and_writing_elsewhere_is_fine(code: str) -> None:
    assert found(RULE, PATH, code) == []
