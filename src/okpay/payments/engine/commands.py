"""What can be asked of the engine, and what it answers. Ids are UUID texts throughout."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final, Literal

import msgspec

Way = Literal["claim", "cancel", "decline", "expire", "release", "capture", "void"]

ENDPOINT_TRANSFER: Final = "transfers"


class Command(msgspec.Struct, kw_only=True, gc=False):
    """What every command carries.

    `client_key` names the wish, `endpoint` the kind of wish and `owner` who wishes it; together
    they make the key under which the answer is kept for ever. `fingerprint` is of the body.
    `twin_key` is a second name of the same wish (a quote's own number and the client's key), with
    the fingerprint of what that name stands for; the answer is kept under both.
    """

    endpoint: str
    client_key: str
    fingerprint: str
    owner: str = ""
    twin_key: str = ""
    twin_fingerprint: str = ""


class Send(Command, kw_only=True, gc=False):
    """Pay another person. The payer is `owner`, or whoever holds the token with this digest.

    The payee is `payee` (an id) or `alias` (the digest of an e-mail or phone). Should the money
    wait for whoever has that address, `alias_shown` is its masked form and `alias_sealed` the
    hexadecimal text of its sealed one, by which they are written to. `expect_version` is the
    payee's holder version that the payer confirmed; `bound` says that somebody confirmed exactly
    this, `proven` that they gave a second proof for it, and `must_arrive` that it must not wait.
    `delay` is for how many seconds the payer lets it wait before it arrives, `token_made_at` when
    the token was made that asks (the engine enters it for a `token`). Amounts are in the asset's
    smallest unit.
    """

    record: str
    asset: int
    amount: int
    fee: int = 0
    token: str = ""
    payee: str = ""
    alias: str = ""
    alias_shown: str = ""
    alias_sealed: str = ""
    expect_version: int = 0
    invite: bool = False
    memo: str = ""
    channel: str = "app"
    keep_refusal: bool = True
    bound: bool = False
    must_arrive: bool = False
    proven: bool = False
    delay: int = 0
    token_made_at: datetime | None = None


class TopUp(Command, kw_only=True, gc=False):
    """Book money that came in from outside; `owner` receives it."""

    record: str
    asset: int
    amount: int
    fee: int = 0
    label: str = ""


class Hold(Command, kw_only=True, gc=False):
    """Set money of `owner` aside, until `Resolve` captures or voids it or the deadline passes.

    It is for a payee or, when there is none, for the house's account `house` (an `AccountKind`).
    `kind` is the `RecordKind` that it is shown as; `resolver` says in the book who must act.
    """

    record: str
    kind: int
    asset: int
    amount: int
    reason: str
    deadline: datetime
    resolver: str = "payee"
    payee: str = ""
    house: int = 0
    label: str = ""
    memo: str = ""
    channel: str = "app"


class Move(Command, kw_only=True, gc=False):
    """Move money at once.

    It leaves `owner`, or the house's account `source`, for a payee or the house's account `house`
    (both an `AccountKind`). The fee of a purchase is borne by its payee, any other by the wallet
    that pays.
    """

    record: str
    kind: int
    asset: int
    amount: int
    fee: int = 0
    source: int = 0
    payee: str = ""
    house: int = 0
    label: str = ""
    memo: str = ""
    channel: str = "app"


class Refund(Command, kw_only=True, gc=False):
    """Give money of a done record back the way it came, in part or in full.

    `owner` is the payee of `original`; without an owner it is the system's act (a chargeback, a
    decided claim). All refunds of one record together never pass what arrived.
    """

    record: str
    original: str
    amount: int
    memo: str = ""
    channel: str = "app"


class Resolve(Command, kw_only=True, gc=False):
    """End a pending transfer: by its payee, its payer, its deadline, or the system.

    Of a `capture`, `amount` says how much arrives (None: all; the rest goes back in the same
    step) and `fee` what the payee bears of it.
    """

    record: str
    way: Way
    amount: int | None = None
    fee: int = 0


class Flag(Command, kw_only=True, gc=False):
    """Change what a person's accounts allow. None leaves a flag as it is."""

    person: str
    frozen_out: bool | None = None
    frozen_in: bool | None = None


class OpenAccount(Command, kw_only=True, gc=False):
    """Make sure that `owner` has a wallet account in an asset."""

    asset: int


Member = Send | TopUp | Hold | Move | Refund | Resolve


class Group(Command, kw_only=True, gc=False):
    """Movements that all happen or none does, decided in order, each seeing the ones before it.

    Each member keeps its own key and answer; the group's answer is its first member's. A refusal
    is the refusing member's, with its place (from 0) as `member`. Members act for the `owner` that
    each names: the operation that makes a group answers for that.
    """

    group: str
    members: list[Member]


AnyCommand = Send | TopUp | Hold | Move | Refund | Resolve | Group | Flag | OpenAccount


class Outcome(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """What became of a command: done, refused with a code, or not known yet.

    Amounts are in the asset's smallest unit. `state` is a `RecordState`.
    """

    result: Literal["done", "refused", "unknown"] = "done"
    record: str = ""
    state: int = 0
    code: str = ""
    params: dict[str, str | int] = {}
    owner: str = ""
    payee: str = ""
    payee_name: str = ""
    asset: int = 0
    amount: int = 0
    fee: int = 0
    memo: str = ""
    reason: str = ""
    at: datetime | None = None
    deadline: datetime | None = None
    balance: int | None = None
    replayed: bool = False


UNKNOWN: Final = Outcome(result="unknown", code="outcome_unknown")


def answer_key(owner: str, endpoint: str, client_key: str) -> str:
    """Digest of who wished, what kind of wish, and the client's name for it, as a UUID text."""
    text = f"{owner}\x00{endpoint}\x00{client_key}".encode()
    digest = hashlib.blake2b(text, digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
