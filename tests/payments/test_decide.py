"""Properties of `decide` that hold whatever it is given."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.payments.engine.commands import AnyCommand, OpenAccount, Resolve, Send, TopUp
from okpay.payments.engine.decide import decide
from tests.payments.shelf import ASSET, Shelf
from tests.payments.wishes import flag, resolve, send, top_up

pytestmark = pytest.mark.no_database

PEOPLE = [f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, 7)]
EMAILS = {PEOPLE[0]: "first@shelf.example"}
texts = st.one_of(st.text(max_size=12), st.sampled_from([*PEOPLE, "first@shelf.example", ""]))
numbers = st.one_of(st.integers(), st.sampled_from([0, 1, 100, 10**37, 10**40]))
keys = st.sampled_from(["a", "b"])
_common: dict[str, Any] = {"endpoint": st.just("e"), "client_key": keys, "fingerprint": keys}
anything: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(
        Send, **_common, owner=st.sampled_from(PEOPLE), record=texts, amount=numbers, fee=numbers,
        asset=st.sampled_from([ASSET, 1, -3]), payee=texts, alias=texts, memo=texts,
        expect_version=numbers, invite=st.booleans(), keep_refusal=st.booleans(),
    ),
    st.builds(Send, **_common, token=texts, record=texts, asset=st.just(ASSET), amount=numbers),
    st.builds(
        TopUp, **_common, owner=st.sampled_from(PEOPLE), amount=numbers, fee=numbers,
        record=st.just(PEOPLE[5]), asset=st.sampled_from([ASSET, 1]),
    ),
    st.builds(
        Resolve, **_common, owner=texts, record=texts,
        way=st.sampled_from(["claim", "cancel", "decline", "expire", "release"]),
    ),
    st.builds(OpenAccount, **_common, owner=st.sampled_from(PEOPLE), asset=st.just(ASSET)),
)  # fmt: skip


def _shelf() -> Shelf:
    shelf = Shelf(PEOPLE, EMAILS)
    shelf.run([top_up(one, 1_000_000) for one in PEOPLE[:4]])
    waiting = shelf.run([send(PEOPLE[0], "x@shelf.example", 50, invite=True)])[0].record
    shelf.run([flag(PEOPLE[3], frozen=True), send(PEOPLE[0], PEOPLE[3], 7)])
    shelf.run([resolve(waiting, "cancel", PEOPLE[0])])
    return shelf


@given(st.lists(anything, min_size=1, max_size=8))
def test_decide_never_raises_and_never_takes_below_the_floor(commands: list[AnyCommand]) -> None:
    state = _shelf().state()
    outcomes = decide(state, commands)
    assert len(outcomes) == len(commands)
    assert sum(account.posted for account in state.accounts.values()) == 0
    for account in state.accounts.values():
        assert account.floor is None or account.posted - account.held >= account.floor
    assert all(row.amount > 0 for row in state.writes.transfers)


@given(st.lists(anything, min_size=1, max_size=8))
def test_deciding_twice_gives_the_same(commands: list[AnyCommand]) -> None:
    shelf = _shelf()
    first, second = shelf.state(), shelf.state()
    assert decide(first, copy.deepcopy(commands)) == decide(second, copy.deepcopy(commands))
    assert first == second


@given(st.lists(anything, min_size=1, max_size=6))
def test_a_replay_gives_the_identical_outcome_and_writes_nothing(
    commands: list[AnyCommand],
) -> None:
    shelf = _shelf()
    state = shelf.state()
    first = copy.deepcopy(decide(state, commands))
    written = len(state.writes.answers)
    again = decide(state, commands)
    assert written == len({key for key, _, _ in state.writes.answers[:written]})
    for one, two in zip(first, again, strict=True):
        if two.replayed:
            one.replayed = True
            assert one == two
        else:
            assert (two.result, one.result) == ("refused", "refused")


@given(
    st.lists(st.integers(1, 400_000), max_size=8),
    st.lists(st.integers(1, 400_000), max_size=8),
    st.data(),
)
def test_the_order_in_a_batch_matters_only_within_an_account(
    left: list[int], right: list[int], data: st.DataObject
) -> None:
    mine = [send(PEOPLE[0], PEOPLE[1], amount) for amount in left]
    yours = [send(PEOPLE[2], PEOPLE[4], amount) for amount in right]
    mixed = data.draw(st.permutations([*("m" * len(mine)), *("y" * len(yours))]))
    queues = {"m": iter(mine), "y": iter(yours)}
    order = [next(queues[letter]) for letter in mixed]
    straight, shuffled = _shelf().state(), _shelf().state()
    # The shelves make their own ids, so only what moved is compared.
    one = {
        c.client_key: o for c, o in zip(mine + yours, decide(straight, mine + yours), strict=True)
    }
    two = {c.client_key: o for c, o in zip(order, decide(shuffled, order), strict=True)}
    assert one == two
    assert straight.accounts == shuffled.accounts


def test_d_a_release_of_money_for_a_stranger_is_refused() -> None:
    shelf = _shelf()
    waiting = shelf.run([send(PEOPLE[1], "y@shelf.example", 50, invite=True)])[0].record
    assert shelf.run([resolve(waiting, "release")])[0].code == "transfer_not_found"


def test_n5_a_clock_that_is_set_back_gives_no_fresh_limit() -> None:
    shelf = Shelf(PEOPLE, EMAILS)
    shelf.run([top_up(PEOPLE[0], 9_000_000), send(PEOPLE[0], PEOPLE[1], 2_000_000)])
    shelf.now -= timedelta(days=1)
    assert shelf.run([send(PEOPLE[0], PEOPLE[1], 1)])[0].code == "limit_exceeded"
    shelf.now += timedelta(days=1)
    assert shelf.run([send(PEOPLE[0], PEOPLE[1], 1)])[0].code == "limit_exceeded"
    shelf.now += timedelta(days=1)
    assert shelf.run([send(PEOPLE[0], PEOPLE[1], 1)])[0].result == "done"
