"""Keys of many at once, and of one that is asked for often."""

from __future__ import annotations

import contextlib

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from okpay.kernel import clock, crypto
from okpay.kernel.crypto import envelope, keys
from okpay.kernel.ids import new_uuid

PLACE = {"table": "payments_pending", "column": "address", "row": "1"}


class UndoneError(Exception):
    """Ends a transaction."""


def test_a_key_that_was_never_committed_seals_nothing_later() -> None:
    subject = new_uuid()
    with contextlib.suppress(UndoneError), transaction.atomic():
        crypto.seal_often(subject, **PLACE, plain=b"lost")
        raise UndoneError
    sealed = crypto.seal_often(subject, **PLACE, plain=b"kept")
    keys.forget(subject)
    assert crypto.unseal(subject, **PLACE, sealed=sealed) == b"kept"


def test_what_is_sealed_often_asks_for_its_key_once() -> None:
    subject = new_uuid()
    crypto.seal_often(subject, **PLACE, plain=b"first")
    with CaptureQueriesContext(connection) as asked:
        sealed = crypto.seal_often(subject, **PLACE, plain=b"second")
    assert len(asked) == 0
    assert crypto.unseal(subject, **PLACE, sealed=sealed) == b"second"


def test_a_new_key_is_the_next_that_seals_often() -> None:
    subject = new_uuid()
    first = crypto.seal_often(subject, **PLACE, plain=b"x")
    with transaction.atomic():
        keys.new_key(subject, after=1, now=clock.now())
    second = crypto.seal_often(subject, **PLACE, plain=b"x")
    assert [envelope.version_of(one) for one in (first, second)] == [1, 2]


def test_keys_of_many_are_made_at_once_and_none_for_whoever_was_shredded() -> None:
    old, new, gone = new_uuid(), new_uuid(), new_uuid()
    sealed = crypto.seal(old, **PLACE, plain=b"old")
    with transaction.atomic():
        crypto.shred(gone)
    with transaction.atomic():
        found = keys.sealing_keys([old, new, gone], clock.now())
    assert found.keys() == {old, new}
    assert crypto.unseal(old, **PLACE, sealed=sealed) == b"old"
    by_many = envelope.seal_by(found[new], **PLACE, plain=b"new")
    keys.forget(new)
    assert crypto.unseal(new, **PLACE, sealed=by_many) == b"new"
    with pytest.raises(crypto.ShreddedError):
        crypto.seal(gone, **PLACE, plain=b"x")
