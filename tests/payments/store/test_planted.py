"""The contract can fail: a store with one fault is caught by the test that is named beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from okpay.payments.engine.memory import MemoryBook, MemoryStore
from okpay.payments.engine.state import BatchState
from okpay.payments.engine.store import StoreConflictError
from tests.payments.store import test_commit, test_load
from tests.payments.store.places import MemoryPlace, Place

Contract = Callable[[Place], None]


class _NoLocks(MemoryBook):
    def lock(self, wanted: set[tuple[str, int, int]]) -> None:
        """Lock nothing."""


class _Half(MemoryBook):
    def keep(self, state: BatchState) -> None:
        """Keep the transfers also of a batch that is refused."""
        try:
            super().keep(state)
        except StoreConflictError:
            self.transfers += state.writes.transfers
            raise


class _Forgetful(MemoryStore):
    def commit(self, state: BatchState) -> bool:
        """Lose the answers."""
        state.writes.answers.clear()
        return super().commit(state)


class _Silent(MemoryStore):
    def commit(self, state: BatchState) -> bool:
        """Lose the news."""
        state.writes.news.clear()
        return super().commit(state)


class _Generous(MemoryStore):
    def commit(self, state: BatchState) -> bool:
        """Let what is held be spent."""
        for account in state.accounts.values():
            account.held = 0
        return super().commit(state)


class _Sticky(MemoryStore):
    def abandon(self) -> None:
        """Keep what was decided, although the batch was given up."""
        state = self._loaded
        super().abandon()
        if state is not None:
            keys = {key for key, _, _ in state.writes.answers}
            if keys.isdisjoint(self._book.answers):
                self._book.keep(state)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("book", "kind", "contract"),
    [
        (
            _NoLocks,
            MemoryStore,
            test_load.test_who_is_locked_out_for_long_is_told_so_and_keeps_nothing,
        ),
        (_Half, MemoryStore, test_commit.test_a_refused_commit_keeps_nothing_of_the_batch),
        (MemoryBook, _Forgetful, test_commit.test_b4_a_batch_that_was_kept_unheard_answers_itself),
        (MemoryBook, _Silent, test_commit.test_a_hold_is_read_back_with_all_its_facts),
        (MemoryBook, _Generous, test_commit.test_a_hold_is_read_back_with_all_its_facts),
        (MemoryBook, _Sticky, test_commit.test_of_an_abandoned_batch_nothing_remains),
    ],
    ids=["no locks", "half kept", "answers lost", "news lost", "holds not counted", "not let go"],
)
def test_a_planted_fault_is_caught(
    book: type[MemoryBook], kind: type[MemoryStore], contract: Contract
) -> None:
    contract(MemoryPlace())
    with pytest.raises((AssertionError, pytest.fail.Exception, StoreConflictError)):
        contract(MemoryPlace(kind, book()))
