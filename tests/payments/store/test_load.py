"""What `load` gives: names, accounts, and that nobody else changes them until the batch ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

from okpay.ledger.chart import HOUSE, AccountKind
from okpay.payments.aliases import alias_digest
from okpay.payments.engine.commands import AnyCommand, OpenAccount
from okpay.payments.engine.store import StoreConflictError
from tests.payments.store.places import CNY, Place, begin, keep
from tests.payments.wishes import flag, send, top_up

T = TypeVar("T")
PATIENCE = 30


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin work on another thread; what is returned waits for its result."""
    found: list[T] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()

    def result() -> T:
        thread.join(PATIENCE)
        assert found, "the other store did not come to an end"
        return found[0]

    return result


def opening(person: str, asset: int = CNY) -> OpenAccount:
    return OpenAccount(
        endpoint="accounts", client_key=f"{person}{asset}", fingerprint=person, owner=person,
        asset=asset,
    )  # fmt: skip


def test_people_are_found_by_id_and_by_proven_address(place: Place) -> None:
    ann, ben, cat = place.people(3)
    store = place.store()
    state = store.load([
        send(ann, ben, 1), send(ann, f"{cat}@world.example", 1), send(ann, "no@world.example", 1),
        send(ann, "+8613900000000", 1), send(ann, HOUSE, 1),
    ])  # fmt: skip
    store.abandon()
    assert state.people.keys() == {ben, cat}
    assert state.aliases == {alias_digest(f"{cat}@world.example"): cat}
    assert (state.people[cat].email, state.people[cat].version) == (
        alias_digest(f"{cat}@world.example"), 1,
    )  # fmt: skip


def test_a_token_stands_for_its_person(place: Place) -> None:
    ann, ben = place.people(2)
    good, bad = place.token(ann), place.token(ben, revoked=True)
    store = place.store()
    wishes: list[AnyCommand] = [send("", ben, 1, token=one) for one in (good, bad, "00" * 32)]
    state = store.load(wishes)
    store.abandon()
    assert state.tokens.keys() == {good, bad}
    assert (state.tokens[good].person, state.tokens[good].revoked) == (ann, False)
    assert (state.tokens[bad].person, state.tokens[bad].revoked) == (ben, True)
    assert state.tokens[good].scopes == ("transfers:write",)
    assert (ann, CNY, AccountKind.WALLET) in state.accounts


def test_every_account_that_may_be_touched_is_there_empty_and_with_its_floor(place: Place) -> None:
    ann, ben = place.people(2)
    store = place.store()
    state = store.load([send(ann, ben, 5), send(ann, "x@world.example", 5), top_up(ann, 9, fee=1)])
    store.abandon()
    wanted = {
        (ann, CNY, 1): 0, (ben, CNY, 1): 0, (HOUSE, CNY, AccountKind.CLAIMS): 0,
        (HOUSE, CNY, AccountKind.ACQUIRER): None, (HOUSE, CNY, AccountKind.FEES): 0,
    }  # fmt: skip
    assert {key: one.floor for key, one in state.accounts.items()} == wanted
    wallet = state.accounts[ann, CNY, 1]
    assert (wallet.posted, wallet.held, wallet.seq, wallet.touched) == (0, 0, 0, False)
    assert {one.id: one for one in state.accounts.values()} == state.by_id


def test_an_account_is_opened_with_the_batch_or_not_at_all(place: Place) -> None:
    (ann,) = place.people(1)
    store = place.store()
    begin(store, opening(ann))
    store.abandon()
    assert place.accounts(ann) == 0
    keep(store, opening(ann))
    keep(place.store(), opening(ann), opening(ann, 392))
    assert place.accounts(ann) == 2


def test_an_account_of_a_frozen_person_opens_frozen(place: Place) -> None:
    ann, ben = place.people(2)
    place.mark_frozen(ann)
    store = place.store()
    keep(store, opening(ann), opening(ben))
    state = store.load([top_up(ann, 1), top_up(ben, 1)])
    store.abandon()
    flags = [(one.frozen_out, one.frozen_in) for one in (state.accounts[ann, CNY, 1],
             state.accounts[ben, CNY, 1])]  # fmt: skip
    assert flags == [(True, True), (False, False)]


def test_two_stores_that_open_one_account_open_it_once(place: Place) -> None:
    people = place.people(20)
    stores = [place.store(), place.store()]
    wishes = [top_up(one, 1) for one in people]
    other = beside(lambda: [keep(stores[1], top_up(one, 1)) for one in reversed(people)])
    for wish in wishes:
        keep(stores[0], wish)
    other()
    assert [place.accounts(one) for one in people] == [1] * 20
    assert [place.balance(one) for one in people] == [(2, 0)] * 20


def test_a_loaded_account_waits_for_nobody_and_nobody_passes_it(place: Place) -> None:
    """Who comes second sees what the first one kept, however the threads run."""
    ann, ben = place.people(2)
    first, second = place.store(), place.store()
    keep(first, top_up(ann, 100), top_up(ben, 100))
    state, _ = begin(first, send(ann, ben, 30))
    waits = beside(lambda: begin(second, send(ann, ben, 80)))
    assert first.commit(state) is True
    late, outcomes = waits()
    second.abandon()
    assert (late.accounts[ann, CNY, 1].posted, outcomes[0].code) == (70, "insufficient_funds")
    assert late.now >= state.now


def test_who_is_locked_out_for_long_is_told_so_and_keeps_nothing(place: Place) -> None:
    ann, ben = place.people(2)
    first, second = place.store(), place.store()
    keep(first, top_up(ann, 100))
    begin(first, send(ann, ben, 30))
    with pytest.raises(StoreConflictError) as stop:
        second.load([top_up(ben, 1)])
    assert stop.value.locked_out
    second.abandon()
    first.abandon()
    keep(second, top_up(ben, 1))
    assert (place.balance(ann), place.balance(ben)) == ((100, 0), (1, 0))


def test_accounts_of_other_people_are_in_nobodys_way(place: Place) -> None:
    ann, ben, cat, dan = place.people(4)
    first, second = place.store(), place.store()
    keep(first, top_up(ann, 10), top_up(cat, 10))
    state, _ = begin(first, send(ann, ben, 1))
    keep(second, send(cat, dan, 2))
    assert first.commit(state) is True
    assert [place.balance(one)[0] for one in (ann, ben, cat, dan)] == [9, 1, 8, 2]


def test_a1_no_update_is_lost_and_crossing_batches_end(place: Place) -> None:
    ann, ben = place.people(2)
    stores = [place.store(), place.store()]
    keep(stores[0], top_up(ann, 1_000), top_up(ben, 1_000))
    back = beside(lambda: [keep(stores[1], send(ben, ann, 3)) for _ in range(100)])
    for _ in range(100):
        keep(stores[0], send(ann, ben, 1))
    back()
    assert (place.balance(ann), place.balance(ben)) == ((1_200, 0), (800, 0))
    for person in (ann, ben):
        assert [seq for seq, _ in place.legs(person)] == list(range(1, 202))


def test_a_freeze_reaches_an_account_that_opens_behind_its_back(place: Place) -> None:
    ann, ben = place.people(2)
    first, second = place.store(), place.store()
    keep(first, top_up(ben, 10))
    place.mark_frozen(ann)
    state, _ = begin(first, flag(ann, frozen=True))
    opens = beside(lambda: begin(second, send(ben, ann, 1))[0])
    assert first.commit(state) is True
    late = opens()
    second.abandon()
    assert late.accounts[ann, CNY, 1].frozen_in
