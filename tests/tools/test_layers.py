"""The contracts of `.importlinter` notice when a wall is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "ledger/planted.py": "from okpay.wallets import models",
    "web/planted.py": "from okpay.api import errors",
    "wallets/planted.py": "from okpay.config.env import ENV\nimport httpx",
    "web/planted_too.py": "from okpay.cli import main",
    "embedded/planted.py": "from okpay.identity import models",
    "payments/engine/decide.py": "import time",
    "leftovers/__init__.py": "",
}
SEEN = [
    "okpay.ledger is not allowed to import okpay.wallets",
    "okpay.web is not allowed to import okpay.api",
    "okpay.wallets.planted -> okpay.config.env",
    "okpay.web.planted_too -> okpay.cli",
    "okpay.embedded is not allowed to import okpay.identity",
    "okpay.payments.engine.decide is not allowed to import time",
    "okpay.wallets is not allowed to import httpx",
    "- okpay.leftovers",
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Plant every fault in a copy of the product and return what import-linter says."""
    copy = tmp_path_factory.mktemp("layers")
    ignored = shutil.ignore_patterns("static*", "templates", "locale*", "__pycache__")
    shutil.copytree(ROOT / "src" / "okpay", copy / "okpay", ignore=ignored)
    for name, text in PLANTED.items():
        file = copy / "okpay" / name
        file.parent.mkdir(exist_ok=True)
        before = file.read_text() if file.exists() else ""
        file.write_text(f"{before}\n{text}\n")
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--no-logo",
        f"--config={ROOT / '.importlinter'}",
    ]
    environment = {"PYTHONPATH": str(copy), "COLUMNS": "200", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        command, cwd=copy, env=environment, check=False, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("sentence", SEEN)
def test_a_planted_fault_is_seen(report: str, sentence: str) -> None:
    assert sentence in " ".join(report.split())


def test_every_contract_was_broken_and_none_was_skipped(report: str) -> None:
    assert "Contracts: 0 kept, 6 broken." in report
