"""Machines read the OpenAPI document and try to break the running API with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

# A payee who does not exist and a cursor that was never given are rightly refused, with 4xx.
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.api.conftest import Holder

EXAMPLES = 8


@pytest.fixture
def caller(holder: Callable[..., Holder], fund: Callable[..., None]) -> Holder:
    person = holder()
    fund(person, "100.00")
    return person


def _document() -> Any:
    from okpay.api.openapi import rendered

    return schemathesis.openapi.from_dict(json.loads(rendered("en")))


schema = _document()


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_5xx_and_nothing_undocumented(case: Any, caller: Holder, live_api: str) -> None:
    headers = {"Authorization": f"Bearer {caller.secret}"}
    case.call_and_validate(
        base_url=live_api, headers=headers, timeout=20, excluded_checks=[positive_data_acceptance]
    )
