"""What `commit` keeps: all of a batch in the order of its accounts, once, or nothing at all."""

from __future__ import annotations

import pytest

from okpay.payments.aliases import alias_digest
from okpay.payments.engine.commands import AnyCommand, Outcome, answer_key
from okpay.payments.engine.state import HoldFacts
from okpay.payments.engine.store import Store, StoreAwayError, StoreConflictError
from okpay.payments.engine.writer import Writer
from okpay.wallets.states import RecordState
from tests.payments.store.places import CNY, Place, begin, keep
from tests.payments.store.test_load import opening
from tests.payments.wishes import (
    exchange,
    flag,
    group,
    hold,
    move,
    refund,
    resolve,
    send,
    top_up,
)
from tests.payments.world import run_all


def rich(place: Place, count: int, minor: int = 1_000) -> tuple[Store, list[str]]:
    """A store, and people with money."""
    store, people = place.store(), place.people(count)
    keep(store, *(top_up(one, minor) for one in people))
    return store, people


def hold_of(store: Store, record: str) -> HoldFacts:
    state = store.load([resolve(record, "expire")])
    store.abandon()
    return state.holds[record]


def test_each_leg_has_its_number_and_the_balance_after(place: Place) -> None:
    store, (ann, ben, cat) = rich(place, 3)
    keep(store, send(ann, ben, 1), send(ann, ben, 2), send(ben, cat, 1_003))
    keep(place.store(), send(ann, cat, 4))
    assert place.legs(ann) == [(1, 1_000), (2, 999), (3, 997), (4, 993)]
    assert place.legs(ben) == [(1, 1_000), (2, 1_001), (3, 1_003), (4, 0)]
    assert place.legs(cat) == [(1, 1_000), (2, 2_003), (3, 2_007)]
    state = store.load([send(ann, ben, 1)])
    store.abandon()
    wallet = state.accounts[ann, CNY, 1]
    assert (wallet.posted, wallet.seq) == (993, 4)


def test_what_left_today_is_counted_and_kept(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    keep(store, send(ann, ben, 7))
    keep(store, send(ann, "later@world.example", 5, invite=True))
    state = store.load([send(ann, ben, 1)])
    store.abandon()
    wallet = state.accounts[ann, CNY, 1]
    assert (wallet.out_day, wallet.out_month) == (state.day, state.month)
    assert (wallet.out_day_sum, wallet.out_month_sum) == (12, 12)
    assert state.accounts[ben, CNY, 1].out_day_sum == 0


def test_a_hold_is_read_back_with_all_its_facts(place: Place) -> None:
    store, (ann,) = rich(place, 1)
    to_nobody = send(ann, "new@world.example", 5, invite=True, memo='茶 "\\ {NULL}')
    made = keep(store, to_nobody)[0]
    assert made.deadline is not None
    fact = hold_of(store, made.record)
    assert (fact.open, fact.record_state) == (True, RecordState.PENDING)
    assert (fact.payer, fact.payee, fact.alias) == (ann, "", alias_digest("new@world.example"))
    assert (fact.amount, fact.asset, fact.reason) == (5, CNY, "payee_unregistered")
    assert (fact.memo, fact.deadline) == (to_nobody.memo, made.deadline)
    assert fact.made_at == made.at
    assert place.balance(ann) == (1_000, 5)
    assert place.news(made.record) == 1


def test_d_a_hold_that_was_taken_back_ends_once(place: Place) -> None:
    store, (ann,) = rich(place, 1)
    made = keep(store, send(ann, "soon@world.example", 5, invite=True))[0].record
    other = keep(store, send(ann, "late@world.example", 6, invite=True))[0].record
    ends = keep(store, resolve(made, "cancel", ann), resolve(made, "cancel", ann))
    ends += keep(store, resolve(made, "cancel", ann))
    assert [one.code for one in ends] == ["", "transfer_not_pending", "transfer_not_pending"]
    fact = hold_of(store, made)
    assert (fact.open, fact.record_state) == (False, RecordState.CANCELED)
    assert hold_of(store, other).open
    assert (place.balance(ann), place.news(made)) == ((1_000, 6), 2)


def test_d_a_hold_that_arrived_names_who_has_it(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    keep(store, flag(ben, frozen=True))
    made = keep(store, send(ann, f"{ben}@world.example", 7))[0]
    assert (made.state, hold_of(store, made.record).payee) == (RecordState.PENDING, ben)
    keep(store, flag(ben, frozen=False), resolve(made.record, "release"))
    fact = hold_of(store, made.record)
    assert (fact.open, fact.record_state, fact.payee) == (False, RecordState.COMPLETED, ben)
    assert place.news(made.record) == 2
    assert (place.balance(ann), place.balance(ben)) == ((993, 0), (1_007, 0))


def test_flags_are_kept_and_none_leaves_one_as_it_is(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    keep(store, opening(ann, 392), flag(ann, frozen=True))
    half = flag(ann, frozen=False)
    half.frozen_in = None
    keep(store, half)
    state = store.load([send(ann, ben, 1), send(ann, ben, 1, asset=392)])
    store.abandon()
    for asset in (CNY, 392):
        account = state.accounts[ann, asset, 1]
        assert (account.frozen_out, account.frozen_in) == (False, True)
    assert not state.accounts[ben, CNY, 1].frozen_in


def _one_of_each(store: Store, ann: str, ben: str) -> list[AnyCommand]:
    """A wish of every kind, and refusals that are kept."""
    waiting, held = keep(store, send(ann, "who@world.example", 5, invite=True), hold(ann, ben, 20))
    paid = keep(store, move(ann, ben, 9, fee=1))[0]
    return [
        send(ann, ben, 30, memo='a "quoted" \\ 茶'), send(ann, "z@world.example", 4, invite=True),
        top_up(ann, 70, fee=1), resolve(waiting.record, "cancel", ann), flag(ben, frozen=False),
        resolve(held.record, "capture", ben, amount=15, fee=1),
        opening(ben, 392), hold(ann, ben, 3), move(ann, ben, 6), refund(paid.record, 4, ben),
        exchange(ann, 10, 2),
        send(ann, ben, 10**9), send(ann, "nobody@world.example", 1), send(ann, ann, 1),
        refund(paid.record, 50, ben), group(ann, move(ann, ben, 1), move(ann, ben, 10**6)),
    ]  # fmt: skip


def test_b1_every_kind_of_answer_is_given_again_as_it_was(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    wishes = _one_of_each(store, ann, ben)
    first = keep(store, *wishes)
    assert [one.result for one in first] == ["done"] * 11 + ["refused"] * 5, first
    size, legs = place.size(), place.legs(ann)
    again = keep(place.store(), *wishes)
    assert [one.replayed for one in again] == [True] * len(wishes)
    for one in again:
        one.replayed = False
    assert again == first
    assert (place.size(), place.legs(ann)) == (size, legs)


def test_d_of_a_hold_that_was_captured_in_part_the_rest_is_free(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    made = keep(store, hold(ann, ben, 20))[0].record
    assert place.balance(ann) == (1_000, 20)
    keep(store, resolve(made, "capture", ben, amount=15))
    assert (place.balance(ann), place.balance(ben)) == ((985, 0), (1_015, 0))
    state = store.load([refund(made, 1, ben)])
    store.abandon()
    original = state.originals[made]
    assert (original.arrived, original.refunded, original.payee) == (15, 0, ben)


def test_a2_what_went_back_is_counted_whoever_asks_next(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    paid = keep(store, move(ann, ben, 100))[0].record
    backs = keep(store, refund(paid, 60, ben), refund(paid, 50, ben))
    backs += keep(place.store(), refund(paid, 40, ben), refund(paid, 1, ben))
    assert [one.result for one in backs] == ["done", "refused", "done", "refused"]
    assert (place.balance(ann), place.balance(ben)) == ((1_000, 0), (1_000, 0))


def test_of_a_group_all_or_nothing_is_kept(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    good = group(ann, move(ann, ben, 10), move(ben, ann, 3))
    bad = group(ann, move(ann, ben, 10), move(ann, ben, 5_000))
    assert [one.result for one in keep(store, bad, good)] == ["refused", "done"]
    assert (place.balance(ann), place.balance(ben)) == ((993, 0), (1_007, 0))
    assert [seq for seq, _ in place.legs(ann)] == [1, 2, 3]


def test_b1_an_answer_stands_under_both_names_with_its_fingerprint(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    wish = send(ann, ben, 3, key="client", twin_key="quote", twin_fingerprint=ann)
    outcome = keep(store, wish)[0]
    state = store.load([wish])
    store.abandon()
    keys = [answer_key(ann, "transfers", name) for name in ("client", "quote")]
    kept = [(wish.fingerprint, outcome), (ann, outcome)]
    assert [state.answers[key] for key in keys] == kept


def test_b4_a_batch_that_was_kept_unheard_answers_itself(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    wishes = [send(ann, ben, 1) for _ in range(3)]
    first = keep(store, *wishes)
    place.cut(store)
    again = keep(place.store(), *wishes, send(ann, ben, 1))
    assert [one.record for one in again[:3]] == [one.record for one in first]
    assert place.balance(ben) == (1_004, 0)


def test_a_refused_commit_keeps_nothing_of_the_batch(place: Place) -> None:
    """A key that was answered meanwhile, a transfer that is there: the whole batch is refused."""
    store, (ann, ben) = rich(place, 2)
    old = keep(store, send(ann, ben, 1, key="old"))[0]
    before = place.size(), place.balance(ann), place.balance(ben)
    for spoil in ("answer", "transfer"):
        state, _ = begin(store, send(ann, ben, 2), send(ben, "q@world.example", 3, invite=True))
        if spoil == "answer":
            key = answer_key(ann, "transfers", "old")
            state.writes.answers.append((key, ann, Outcome(code="no", result="refused")))
        else:
            state.writes.transfers[0].id = old.record
        with pytest.raises(StoreConflictError):
            store.commit(state)
        store.abandon()
        assert (place.size(), place.balance(ann), place.balance(ben)) == before
    assert keep(store, send(ann, ben, 2))[0].result == "done"


@pytest.mark.parametrize("harm", ["unbalanced", "overdrawn"])
def test_a_batch_that_breaks_the_book_is_refused_whole(place: Place, harm: str) -> None:
    store, (ann, ben) = rich(place, 2)
    before = place.size(), place.balance(ann), place.balance(ben)
    state, _ = begin(store, send(ann, ben, 2))
    state.accounts[ann, CNY, 1].posted -= 1 if harm == "unbalanced" else 2_000
    if harm == "overdrawn":
        state.accounts[ben, CNY, 1].posted += 2_000
    with pytest.raises(Exception, match=r"differ|floor"):
        store.commit(state)
    store.close()
    assert (place.size(), place.balance(ann), place.balance(ben)) == before
    assert keep(store, send(ann, ben, 2))[0].result == "done"


def test_of_an_abandoned_batch_nothing_remains(place: Place) -> None:
    store, (ann, ben) = rich(place, 2)
    before = place.size()
    begin(store, send(ann, ben, 2), send(ann, "v@world.example", 3, invite=True))
    store.abandon()
    store.abandon()
    assert (place.size(), place.balance(ann)) == (before, (1_000, 0))
    assert keep(place.store(), send(ann, ben, 2))[0].balance == 998


@pytest.mark.parametrize("loss", ["cut", "closed"])
def test_a_store_that_is_lost_keeps_nothing_and_begins_anew(place: Place, loss: str) -> None:
    store, (ann, ben) = rich(place, 2)
    before = place.size()
    state, _ = begin(store, send(ann, ben, 2))
    if loss == "cut":
        place.cut(store)
    else:
        store.close()
    with pytest.raises(StoreAwayError):
        store.commit(state)
    store.close()
    assert (place.size(), place.balance(ann)) == (before, (1_000, 0))
    assert keep(store, send(ann, ben, 2))[0].balance == 998


def test_a_writer_with_several_lanes_runs_on_any_store(place: Place) -> None:
    people = place.people(6)
    lanes = Writer("", batch=8, stores=[place.store() for _ in range(3)])
    run_all(lanes, [top_up(one, 100) for one in people])
    wishes = [send(people[n % 6], people[(n * 5 + 1) % 6], 1) for n in range(300)]
    wishes = [one for one in wishes if one.owner != one.payee]
    outcomes = run_all(lanes, [*wishes, *wishes])
    lanes.stop()
    assert {one.result for one in outcomes} == {"done"}
    assert sum(one.replayed for one in outcomes) == len(wishes)
    assert sum(place.balance(one)[0] for one in people) == 600
    for person in people:
        assert [seq for seq, _ in place.legs(person)] == list(range(1, len(place.legs(person)) + 1))
