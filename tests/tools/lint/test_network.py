from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.network import RULE

IMPORTS = [
    "import httpx",
    "from httpx import Client",
    "import urllib.request",
    "from urllib.request import urlopen",
    "from urllib import request",
    "import smtplib",
    "import socket",
    "def f():\n    import requests",
]


@pytest.mark.parametrize("code", IMPORTS)
def test_a_client_outside_providers_is_found(code: str) -> None:
    assert found(RULE, "src/okpay/funding/operations.py", code) == [len(code.splitlines())]


@pytest.mark.parametrize("code", IMPORTS)
@pytest.mark.parametrize(
    "path",
    ["funding/providers/bank/client.py", "sandbox/pay.py", "embedded/server.py", "cli/main.py"],
)
def test_where_connections_are_opened_they_may_be(path: str, code: str) -> None:
    assert found(RULE, f"src/okpay/{path}", code) == []


@pytest.mark.parametrize("code", ["from urllib.parse import urlsplit", "import httpx_types"])
def test_names_that_look_alike_are_fine(code: str) -> None:
    assert found(RULE, "src/okpay/funding/operations.py", code) == []
