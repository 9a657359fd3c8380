"""Every money page opens for the person it belongs to."""

from __future__ import annotations

import pytest

from tests.support.people import Somebody
from tests.web.money.conftest import SignedIn

PAGES = [
    "/",
    "/scan",
    "/transfer",
    "/records",
    "/records?kind=in&range=week",
    "/records?range=custom&since=2026-01-01&until=2026-01-31",
    "/records?range=custom&since=2026-02-01&until=2026-01-31",
    "/records?q=zzz",
    "/records/export",
    "/payees",
    "/payees?q=zzz",
    "/requests",
    "/requests?side=mine",
    "/requests/new",
    "/receive",
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens(path: str, language: str, payer: Somebody, signed_in: SignedIn) -> None:
    assert signed_in(payer, language).get(path).status_code == 200
