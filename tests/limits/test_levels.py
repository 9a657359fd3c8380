"""N6, B16, G3: limits are data by level and region; care and no check lower them, never raise."""

from __future__ import annotations

import itertools

import pytest

from okpay.kernel.money import BY_NUMBER
from okpay.limits import levels
from okpay.limits.levels import LEVELS, UNIT, Feature, Level, Limit, is_large, limit_of, may
from okpay.limits.rules import Passed, passed_limit, remaining_today

CNY = 156


def test_every_asset_has_a_unit() -> None:
    assert set(UNIT) == set(BY_NUMBER)


@pytest.mark.parametrize("asset", sorted(UNIT))
@pytest.mark.parametrize("careful", [False, True])
def test_n6_a_higher_level_is_never_lower(asset: int, *, careful: bool) -> None:
    found = [limit_of(asset=asset, level=level, careful=careful) for level in sorted(LEVELS)]
    for low, high in itertools.pairwise(found):
        assert low.payment <= high.payment
        assert low.day <= high.day
        assert low.month <= high.month
        assert low != high


@pytest.mark.parametrize("level", sorted(LEVELS))
def test_h7_care_lowers_each_payment_and_day_and_raises_nothing(level: int) -> None:
    calm, careful = (limit_of(asset=CNY, level=level, careful=one) for one in (False, True))
    assert careful.payment < calm.payment
    assert careful.day < calm.day
    assert careful.month <= calm.month


def test_b16_before_the_check_one_can_still_do_the_main_thing() -> None:
    limit = limit_of(asset=CNY, level=0, careful=True)
    assert limit.payment >= 2_000  # ¥20.00 to a friend, even right after a new device
    assert [one.value for one in Feature if not may(one, level=0)] == ["payouts"]
    assert all(may(one, level=1) for one in Feature)


def test_g3_a_region_can_have_its_own_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Level(Limit(1, 2, 3), Limit(1, 1, 1), 1, 1, frozenset({Feature.RECEIVE}))
    monkeypatch.setitem(levels.REGIONS, ("JP", 1), own)
    assert limit_of(asset=CNY, level=1, careful=False, region="JP") == Limit(10_000, 20_000, 30_000)
    assert limit_of(asset=CNY, level=1, careful=False, region="CN").payment == 2_000_000
    assert (may(Feature.SEND, level=1, region="JP"), may(Feature.SEND, level=1)) == (False, True)
    assert is_large(asset=CNY, amount=10_001, level=1, region="JP")
    assert not is_large(asset=CNY, amount=10_001, level=1)


def test_an_unknown_asset_or_level_opens_nothing() -> None:
    assert limit_of(asset=999, level=1, careful=False) == Limit(0, 0, 0)
    assert limit_of(asset=CNY, level=-4, careful=False) == limit_of(
        asset=CNY, level=0, careful=False
    )
    assert limit_of(asset=CNY, level=9, careful=False) == limit_of(
        asset=CNY, level=2, careful=False
    )


@pytest.mark.parametrize(
    ("amount", "day", "month", "passed"),
    [
        (10, 0, 0, None),
        (11, 0, 0, Passed("payment", 10)),
        (10, 10, 10, None),
        (10, 11, 11, Passed("day", 20)),
        (10, 0, 25, Passed("month", 30)),
    ],
)
def test_the_smallest_period_is_named_first(
    amount: int, day: int, month: int, passed: Passed | None
) -> None:
    limit = Limit(10, 20, 30)
    assert passed_limit(limit=limit, amount=amount, spent_day=day, spent_month=month) == passed


def test_what_is_left_today_is_never_negative() -> None:
    left = [
        remaining_today(limit=Limit(10, 20, 30), spent_day=day, spent_month=month)
        for day, month in [(0, 0), (15, 15), (0, 28), (25, 25)]
    ]
    assert left == [10, 5, 2, 0]
