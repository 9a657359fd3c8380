"""How a journey with money ends: every promise of the book still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.product import LiveProduct


def the_book_holds(product: LiveProduct) -> None:
    """Run `okpay verify` beside the running product."""
    said = product.okpay("verify", "--quiet")
    assert said.returncode == 0, said.stdout + said.stderr
