"""The running product that journeys walk on."""

from __future__ import annotations

import httpx
import pytest

from tests.support.product import LiveProduct

pytestmark = pytest.mark.no_database


def test_the_product_starts_and_answers(live_product: LiveProduct) -> None:
    page = httpx.get(live_product.web, follow_redirects=True, timeout=30)
    assert page.status_code == 200
    assert 'lang="zh-CN"' in page.text
    assert (
        httpx.get(live_product.api + "/openapi.json", timeout=30)
        .json()["openapi"]
        .startswith("3.1")
    )


def test_a_command_reaches_the_same_installation(live_product: LiveProduct) -> None:
    said = live_product.okpay("db", "status")
    assert said.returncode == 0, said.stderr
    assert "running" in said.stdout
