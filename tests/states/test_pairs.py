"""Every pair of states: what the tables allow is all that is possible."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from itertools import product

import pytest

from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import new_uuid
from okpay.payments.models import MoneyRequest
from okpay.payments.operations.requests import move
from okpay.payments.payee_errors import RequestNotOpenError
from okpay.payments.states import TRANSITIONS as REQUEST_WAYS
from okpay.payments.states import RequestState
from okpay.wallets.states import ENDS_OF_HOLD, ENDS_OF_TRANSFER, RecordState, may_move
from okpay.wallets.states import TRANSITIONS as RECORD_WAYS
from tests.payments.shelf import Shelf
from tests.payments.wishes import hold, resolve, send, top_up

RECORD_ENDS = {
    RecordState.COMPLETED, RecordState.CANCELED, RecordState.EXPIRED, RecordState.DECLINED,
}  # fmt: skip
REQUEST_ENDS = {
    RequestState.PAID, RequestState.DECLINED, RequestState.CANCELED, RequestState.EXPIRED,
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(RecordState, RecordState)))
def test_a_record_moves_from_pending_to_an_end_and_no_other_way(
    old: RecordState, new: RecordState
) -> None:
    assert may_move(old, new) is (old == RecordState.PENDING and new in RECORD_ENDS)


@pytest.mark.parametrize(
    ("states", "ways"), [(RecordState, RECORD_WAYS), (RequestState, REQUEST_WAYS)]
)
def test_every_state_stands_in_its_table(
    states: type[IntEnum], ways: dict[IntEnum, frozenset[IntEnum]]
) -> None:
    assert set(ways) == set(states)


@pytest.mark.parametrize(("old", "new"), list(product(RequestState, RequestState)))
def test_a_request_moves_from_open_to_an_end_and_no_other_way(
    old: RequestState, new: RequestState
) -> None:
    now = clock.now()
    request = MoneyRequest.objects.create(
        requester=new_uuid(), payer=new_uuid(), asset=156, amount=100, state=old,
        created_at=now, expires_at=now,
    )  # fmt: skip
    allowed = old == RequestState.OPEN and new in REQUEST_ENDS
    if allowed:
        move(actor=SYSTEM, request=request, new=new, now=now)
    else:
        with pytest.raises(RequestNotOpenError):
            move(actor=SYSTEM, request=request, new=new, now=now)
    request.refresh_from_db()
    assert request.state == (new if allowed else old)
    assert (request.closed_at is not None) is allowed
    MoneyRequest.objects.filter(id=request.id).delete()


WAYS = {"cancel": "payer", "decline": "payee", "claim": "payee", "release": "", "expire": ""}
ANN, BEN = (f"00000000-0000-7000-8000-00000000000{n}" for n in (1, 2))


@pytest.mark.parametrize(("first", "second"), list(product(WAYS, WAYS)))
def test_after_any_end_of_a_pending_transfer_there_is_no_other(first: str, second: str) -> None:
    shelf = Shelf([ANN, BEN], {})
    shelf.run([top_up(ANN, 500)])
    shelf.accounts[BEN, 156, 1].frozen_in = True
    record = shelf.run([send(ANN, BEN, 200)])[0].record
    shelf.accounts[BEN, 156, 1].frozen_in = False
    if first == "expire":  # the deadline ends it; every other way must come before
        shelf.now += timedelta(days=8)
    by = {"payer": ANN, "payee": BEN, "": ""}
    ended = shelf.run([resolve(record, first, by[WAYS[first]])])[0]  # type: ignore[arg-type]  # a way
    assert ended.result == "done"
    after = shelf.wallet(ANN).posted, shelf.wallet(BEN).posted, shelf.wallet(ANN).held
    again = shelf.run([resolve(record, second, by[WAYS[second]])])[0]  # type: ignore[arg-type]  # a way
    assert (again.result, again.code) == ("refused", "transfer_not_pending")
    assert (shelf.wallet(ANN).posted, shelf.wallet(BEN).posted, shelf.wallet(ANN).held) == after


ALL_WAYS = sorted({*ENDS_OF_TRANSFER, *ENDS_OF_HOLD})


def test_what_waits_ends_only_in_states_that_may_follow_it() -> None:
    ends = {*ENDS_OF_TRANSFER.values(), *ENDS_OF_HOLD.values()}
    assert ends == RECORD_WAYS[RecordState.PENDING]
    assert set(WAYS) == set(ENDS_OF_TRANSFER)


@pytest.mark.parametrize(("first", "second"), list(product(ENDS_OF_HOLD, ALL_WAYS)))
def test_after_any_end_of_a_hold_there_is_no_other(first: str, second: str) -> None:
    shelf = Shelf([ANN, BEN], {})
    shelf.run([top_up(ANN, 500)])
    until = shelf.now + timedelta(days=2)
    record = shelf.run([hold(ANN, BEN, 200, deadline=until)])[0].record
    for way in sorted(set(ENDS_OF_TRANSFER) - set(ENDS_OF_HOLD)):  # not for what was set aside
        early = shelf.run([resolve(record, way, ANN if way == "cancel" else BEN)])[0]  # type: ignore[arg-type]  # a way
        assert (early.result, early.code) == ("refused", "transfer_not_found")
    if first == "expire":
        shelf.now = until
    by = "" if first == "expire" else BEN
    assert shelf.run([resolve(record, first, by)])[0].state == ENDS_OF_HOLD[first]  # type: ignore[arg-type]  # a way
    after = shelf.wallet(ANN).posted, shelf.wallet(BEN).posted, shelf.wallet(ANN).held
    again = shelf.run([resolve(record, second, "" if second == "expire" else BEN)])[0]  # type: ignore[arg-type]  # a way
    known = "transfer_not_pending" if second in ENDS_OF_HOLD else "transfer_not_found"
    assert (again.result, again.code) == ("refused", known)
    assert (shelf.wallet(ANN).posted, shelf.wallet(BEN).posted, shelf.wallet(ANN).held) == after
