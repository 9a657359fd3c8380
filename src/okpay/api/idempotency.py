"""One wish, done once: keys, fingerprints, and the kept answers of what the engine does not keep.

Transfers are answered from the engine's own memory, which is written in the transaction that
moves the money. The answers here belong to requests that move no money by themselves (starting a
top-up, asking for money), so that a retry does not do them twice either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction

from okpay.api.calls import Call, Headers
from okpay.api.errors import IdempotencyInProgressError, IdempotencyKeyRequiredError
from okpay.api.models import KeptAnswer
from okpay.kernel.crypto import HOUSE, seal_often
from okpay.kernel.crypto.fields import SealedBytes
from okpay.payments.errors import IdempotencyKeyReusedError
from okpay.payments.prints import print_key

LONGEST_KEY: Final = 255
LEASE: Final = timedelta(seconds=60)  # after which an unfinished request may be tried again
KEPT_FOR: Final = timedelta(days=30)
# Nothing was done by these, so the corrected request may use the same key; 5xx may be retried, and
# 202 says that the outcome is still to be asked for.
NOT_KEPT: Final = frozenset({202, 400, 401, 403, 413, 415, 429})
_KEY: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer. `replayed` says that it was given before."""

    status: int
    kind: str
    body: bytes
    replayed: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, status: int, headers: Headers, body: bytes) -> Reply:
        """Take over an answer that was rendered for plain ASGI."""
        texts = {name.decode(): value.decode() for name, value in headers}
        kind = texts.pop("content-type")
        texts.pop("content-length")
        replayed = texts.pop("idempotent-replayed", "") == "true"
        return cls(status, kind, body, replayed, tuple(texts.items()))


def checked_key(call: Call) -> str:
    """Return the client's key.

    Raises:
        IdempotencyKeyRequiredError: none, too long, or not plain visible ASCII.
    """
    if len(call.key) > LONGEST_KEY or _KEY.fullmatch(call.key) is None:
        raise IdempotencyKeyRequiredError
    return call.key


def answer_id(owner: UUID, endpoint: str, key: str) -> UUID:
    """Digest of whose key it is, for what, and the key: namespaces never touch each other."""
    text = b"%b|%b|%b" % (owner.bytes, endpoint.encode(), key.encode())
    return UUID(bytes=blake2b(text, digest_size=16).digest())


def fingerprint(body: msgspec.Struct | None, place: str = "") -> UUID:
    """Digest of what is wished: the decoded body in one fixed writing, and the address's id."""
    canonical = msgspec.json.encode(body) + place.encode()
    return UUID(bytes=blake2b(canonical, digest_size=16, key=print_key()).digest())


def kept(key: UUID, print_: UUID, now: datetime, work: Callable[[], Reply]) -> Reply:
    """Do the work once for this key and keep its answer.

    Raises:
        IdempotencyKeyReusedError: the key stands for another body.
        IdempotencyInProgressError: the same request is being worked on.
    """
    mine, known = _claim(key, print_, now)
    if not mine:
        return _known(known, print_)
    try:
        reply = work()
    except BaseException:
        KeptAnswer.objects.filter(key=key).delete()
        raise
    if reply.status in NOT_KEPT or reply.status >= 500:  # noqa: PLR2004 — our own faults
        KeptAnswer.objects.filter(key=key).delete()
    else:
        KeptAnswer.objects.filter(key=key).update(
            status=reply.status, kind=reply.kind, body=_sealed(key, reply.body)
        )
    return reply


def _sealed(key: UUID, body: bytes) -> SealedBytes | None:
    place = {"table": "api_keptanswer", "column": "body_sealed", "row": str(key)}
    return SealedBytes(seal_often(HOUSE, **place, plain=body)) if body else None


def _claim(key: UUID, print_: UUID, now: datetime) -> tuple[bool, KeptAnswer]:
    """Enter the key, or take over one whose worker has been gone for the lease."""
    with transaction.atomic():
        fresh = KeptAnswer(key=key, fingerprint=print_, at=now)
        KeptAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
        row = KeptAnswer.objects.select_for_update().get(key=key)
        if row.claim == fresh.claim:
            return True, row
        abandoned = row.status is None and row.at < now - LEASE and row.fingerprint == print_
        if abandoned:
            row.at, row.claim = now, fresh.claim
            row.save(update_fields=["at", "claim"])
        return abandoned, row


def _known(row: KeptAnswer, print_: UUID) -> Reply:
    if row.fingerprint != print_:
        raise IdempotencyKeyReusedError
    if row.status is None:
        raise IdempotencyInProgressError
    return Reply(row.status, row.kind, row.body.encode(), replayed=True)


def forget_old(now: datetime) -> int:
    """Forget answers older than `KEPT_FOR`; returns how many."""
    return KeptAnswer.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
