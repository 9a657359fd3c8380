from __future__ import annotations

import pytest
from django.utils import translation

from okpay.kernel.errors import CATALOGUE, DomainError
from okpay.kernel.money import AssetMismatchError, InvalidAmount

pytestmark = pytest.mark.no_database


def test_a_refusal_fills_its_words_in_the_language_of_the_moment() -> None:
    refusal = AssetMismatchError(left="CNY", right="JPY")
    with translation.override("en"):
        assert refusal.text() == "CNY and JPY cannot be added."
    with translation.override("zh-hans"):
        chinese = refusal.text()
    assert "CNY" in chinese
    assert chinese != "CNY and JPY cannot be added."


def test_a_refusal_carries_its_code_and_parameters() -> None:
    refusal = InvalidAmount(decimals=2)
    assert (str(refusal), refusal.code, refusal.params) == (
        "invalid_amount",
        "invalid_amount",
        {"decimals": 2},
    )
    assert CATALOGUE["invalid_amount"] is InvalidAmount


def test_a_code_cannot_be_defined_twice() -> None:
    before = dict(CATALOGUE)
    with pytest.raises(RuntimeError, match="defined twice"):

        class OtherError(DomainError):
            code = "invalid_amount"

    assert before == CATALOGUE


def test_a_base_without_a_code_is_not_in_the_catalogue() -> None:
    class BaseError(DomainError):
        pass

    assert BaseError not in CATALOGUE.values()
