"""Every refusal has a stable code, plain words in both languages, and a way on that exists."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

import okpay
from okpay.kernel.errors import CATALOGUE, WORDS, DomainError, Worded

pytestmark = pytest.mark.no_database
PLACE = re.compile(r"%\((\w+)\)")


def load_everything() -> None:
    for module in pkgutil.walk_packages(okpay.__path__, "okpay."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)


load_everything()
ERRORS = sorted(WORDS.items())


def test_what_is_not_known_yet_is_the_only_thing_said_that_is_no_refusal() -> None:
    others = {code: words.status for code, words in ERRORS if not issubclass(words, DomainError)}
    assert others == {"outcome_unknown": 202}  # accepted, and its key tells the outcome (B15)
    assert set(WORDS) - set(CATALOGUE) == set(others)


@pytest.mark.parametrize(("code", "error"), ERRORS)
def test_a_refusal_is_complete(code: str, error: type[Worded]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", code)
    assert not issubclass(error, DomainError) or 400 <= error.status <= 599
    with translation.override("en"):
        missing = [n for n in ("title", "message", "remedy") if not str(getattr(error, n))]
    assert missing == []


@pytest.mark.parametrize(("code", "error"), ERRORS)
def test_a_refusal_speaks_chinese_with_the_same_places(code: str, error: type[Worded]) -> None:
    for name in ("title", "message", "cause", "remedy"):
        with translation.override("en"):
            english = str(getattr(error, name))
        with translation.override("zh-hans"):
            chinese = str(getattr(error, name))
        assert sorted(PLACE.findall(chinese)) == sorted(PLACE.findall(english)), code
        assert not english or re.search(r"[\u4e00-\u9fff]", chinese), f"{code}.{name}"


@pytest.mark.parametrize(("code", "error"), [e for e in ERRORS if e[1].remedy_url_name])
def test_the_page_of_a_remedy_exists(code: str, error: type[Worded]) -> None:
    try:
        reverse(error.remedy_url_name)
    except NoReverseMatch:
        pytest.fail(f"{code} leads to {error.remedy_url_name!r}, which is no page")
