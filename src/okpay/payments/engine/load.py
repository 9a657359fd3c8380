"""Load: lock, in id order, all accounts that a batch touches, and read every fact it needs.

Two round trips: the first resolves names to ids without locks; the second locks the accounts and,
after the locks are held, reads answers and holds, so that nothing it reads can be overtaken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from okpay.identity.rules import mask_name
from okpay.kernel.clock import offset
from okpay.ledger.chart import FLOORS, HOUSE, AccountKind, HoldState
from okpay.limits.rules import day_and_month
from okpay.payments.engine import arrays
from okpay.payments.engine.commands import (
    AnyCommand,
    Flag,
    OpenAccount,
    Outcome,
    Resolve,
    Send,
    TopUp,
    answer_key,
)
from okpay.payments.engine.state import (
    AccountState,
    BatchState,
    HoldFacts,
    PersonFacts,
    TokenFacts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection, Cursor

TOKENS: Final = """
SELECT encode(t.digest, 'hex'), t.id::text, t.person_id::text, t.scopes, t.expires_at,
       t.revoked_at IS NOT NULL OR NOT p.is_active
FROM unnest(%s::bytea[]) AS w(digest)
JOIN identity_accesstoken t ON t.digest = w.digest
JOIN identity_person p ON p.id = t.person_id
"""
BY_EMAIL: Final = """
SELECT p.id::text, p.name, p.level, p.email, p.phone, p.email_verified_at IS NOT NULL,
       p.phone_verified_at IS NOT NULL, p.holder_version
FROM unnest(%s::text[]) AS w(email) JOIN identity_person p
  ON p.email = w.email AND p.email_verified_at IS NOT NULL WHERE p.is_active
"""
BY_PHONE: Final = """
SELECT p.id::text, p.name, p.level, p.email, p.phone, p.email_verified_at IS NOT NULL,
       p.phone_verified_at IS NOT NULL, p.holder_version
FROM unnest(%s::text[]) AS w(phone) JOIN identity_person p
  ON p.phone = w.phone AND p.phone_verified_at IS NOT NULL WHERE p.is_active
"""
BY_ID: Final = """
SELECT p.id::text, p.name, p.level, p.email, p.phone, p.email_verified_at IS NOT NULL,
       p.phone_verified_at IS NOT NULL, p.holder_version
FROM unnest(%s::uuid[]) AS w(id) JOIN identity_person p ON p.id = w.id
WHERE p.is_active AND (p.email_verified_at IS NOT NULL OR p.phone_verified_at IS NOT NULL)
"""
HOLD_HEADS: Final = """
SELECT h.id::text, h.account, h.credit_account, h.asset, r.payer::text, r.payee::text
FROM unnest(%s::uuid[]) AS w(id)
JOIN ledger_hold h ON h.id = w.id JOIN wallets_record r ON r.id = h.id
"""
ACCOUNT_IDS: Final = """
SELECT a.id, a.owner::text, a.asset, a.kind
FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[]) AS w(owner, asset, kind)
JOIN ledger_account a ON a.owner = w.owner AND a.asset = w.asset AND a.kind = w.kind
"""
# Opening an account and flagging its owner's accounts exclude each other, so that no account
# opens unfrozen behind a freeze's back. The first number names this purpose among such locks.
OPENING: Final = """
SELECT pg_advisory_xact_lock_shared(7101, hashtext(w)) FROM unnest(%s::text[]) AS w
"""
FLAGGING: Final = """
SELECT pg_advisory_xact_lock(7101, hashtext(w)) FROM unnest(%s::text[]) AS w
"""
OPEN_MISSING: Final = """
INSERT INTO ledger_account (owner, asset, kind, floor, frozen_out, frozen_in)
SELECT w.owner, w.asset, w.kind, w.floor, p.frozen_at IS NOT NULL, p.frozen_at IS NOT NULL
FROM unnest(%s::uuid[], %s::smallint[], %s::smallint[], %s::numeric[])
     AS w(owner, asset, kind, floor)
LEFT JOIN identity_person p ON p.id = w.owner
ORDER BY w.owner, w.asset, w.kind
ON CONFLICT (owner, asset, kind) DO NOTHING
"""
OF_PERSON: Final = "SELECT id FROM ledger_account WHERE owner = ANY(%s::uuid[])"
LOCK: Final = """
SELECT id, owner::text, asset, kind, floor, posted, held, seq, frozen_out, frozen_in,
       out_day, out_day_sum, out_month, out_month_sum
FROM ledger_account WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""
ANSWERS: Final = "SELECT key::text, fingerprint::text, body FROM payments_answer \
WHERE key = ANY(%s::uuid[])"
HOLDS: Final = """
SELECT h.id::text, h.account, h.credit_account, h.asset, h.amount, h.state, r.state,
       r.payer::text, COALESCE(r.payee::text, ''), h.reason, COALESCE(p.alias, ''), h.deadline,
       r.memo, r.created_at
FROM unnest(%s::uuid[]) AS w(id) JOIN ledger_hold h ON h.id = w.id
JOIN wallets_record r ON r.id = h.id LEFT JOIN payments_pending p ON p.record = h.id
"""
CLOCK: Final = "SELECT clock_timestamp()"

_outcome_of = msgspec.json.Decoder(Outcome).decode
Pair = tuple[str, int, int]
# An account's number never changes and no account is deleted, so a lane may remember them: not the
# balance, not a flag, only where to find the row that is then locked and read.
KnownAccounts = dict[Pair, int]
MOST_KNOWN: Final = 200_000


class Wanted:
    """What the commands of a batch name, gathered before the database is asked."""

    def __init__(self, commands: Sequence[AnyCommand]) -> None:
        """Sort the commands' names by how they are looked up."""
        self.commands = commands
        self.tokens: set[str] = set()
        self.emails: set[str] = set()
        self.phones: set[str] = set()
        self.people: set[str] = set()
        self.holds: set[str] = set()
        self.flagged: set[str] = set()
        for command in commands:
            self._add(command)

    def _add(self, command: AnyCommand) -> None:
        if type(command) is Send:
            self._add_send(command)
        elif type(command) is Resolve:
            self.holds.add(command.record)
            if command.owner:
                self.people.add(command.owner)
        elif type(command) is Flag:
            self.flagged.add(command.person)

    def _add_send(self, command: Send) -> None:
        if not command.owner:
            self.tokens.add(command.token)
        if command.payee:
            self.people.add(command.payee)
        elif "@" in command.alias:
            self.emails.add(command.alias)
        else:
            self.phones.add(command.alias)


class Names:
    """Names resolved to ids, without locks: none of these ever changes its meaning in a batch."""

    def __init__(self) -> None:
        """Start empty."""
        self.tokens: dict[str, TokenFacts] = {}
        self.people: dict[str, PersonFacts] = {}
        self.aliases: dict[str, str] = {}
        self.heads: dict[str, tuple[Any, ...]] = {}


def load(
    connection: Connection[Any], commands: Sequence[AnyCommand], known: KnownAccounts
) -> BatchState:
    """Begin a transaction and read all that `commands` need; it keeps the accounts locked."""
    wanted = Wanted(commands)
    names = _resolve_names(connection, wanted)
    ids = _account_ids(connection, wanted, names, known)
    return _locked(connection, wanted, names, ids)


def _resolve_names(connection: Connection[Any], wanted: Wanted) -> Names:
    names = Names()
    asked: list[tuple[str, Cursor[Any]]] = []
    with connection.pipeline():
        connection.execute("BEGIN")
        for kind, statement, values in (
            ("token", TOKENS, arrays.digests(wanted.tokens) if wanted.tokens else ""),
            ("email", BY_EMAIL, arrays.quoted(wanted.emails) if wanted.emails else ""),
            ("phone", BY_PHONE, arrays.quoted(wanted.phones) if wanted.phones else ""),
            ("id", BY_ID, arrays.plain(wanted.people) if wanted.people else ""),
            ("hold", HOLD_HEADS, arrays.plain(wanted.holds) if wanted.holds else ""),
        ):
            if values:
                asked.append((kind, connection.execute(statement, [values], prepare=True)))
    for kind, cursor in asked:
        _take_names(names, kind, cursor.fetchall())
    return names


def _take_names(names: Names, kind: str, rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        if kind == "token":
            names.tokens[row[0]] = TokenFacts(row[1], row[2], tuple(row[3]), row[4], row[5])
        elif kind == "hold":
            names.heads[row[0]] = row
        else:
            email, phone = row[3] if row[5] else "", row[4] if row[6] else ""
            person = PersonFacts(row[0], mask_name(row[1]), row[2], email, phone, row[7])
            names.people[row[0]] = person
            if kind == "email":
                names.aliases[email] = row[0]
            elif kind == "phone":
                names.aliases[phone] = row[0]


def _pairs(wanted: Wanted, names: Names) -> set[Pair]:
    """Every account the batch may touch, by owner, asset and kind."""
    pairs: set[Pair] = set()
    for command in wanted.commands:
        if type(command) is Send:
            pairs |= _pairs_of_send(command, names)
        elif type(command) is TopUp:
            pairs.add((command.owner, command.asset, AccountKind.WALLET))
            pairs.add((HOUSE, command.asset, AccountKind.ACQUIRER))
            if command.fee:
                pairs.add((HOUSE, command.asset, AccountKind.FEES))
        elif type(command) is Resolve and command.record in names.heads:
            if command.owner in names.people:
                pairs.add((command.owner, names.heads[command.record][3], AccountKind.WALLET))
        elif type(command) is OpenAccount:
            pairs.add((command.owner, command.asset, AccountKind.WALLET))
    return pairs


def _pairs_of_send(command: Send, names: Names) -> set[Pair]:
    token = names.tokens.get(command.token) if not command.owner else None
    owner = token.person if token is not None else command.owner
    payee = command.payee or names.aliases.get(command.alias, "")
    pairs: set[Pair] = set()
    if owner:
        pairs.add((owner, command.asset, AccountKind.WALLET))
    if payee in names.people:
        pairs.add((payee, command.asset, AccountKind.WALLET))
    else:
        pairs.add((HOUSE, command.asset, AccountKind.CLAIMS))
    if command.fee:
        pairs.add((HOUSE, command.asset, AccountKind.FEES))
    return pairs


def _account_ids(
    connection: Connection[Any], wanted: Wanted, names: Names, known: KnownAccounts
) -> set[int]:
    """Find the accounts' numbers; open those that are named for the first time."""
    pairs = _pairs(wanted, names)
    ids = {number for head in names.heads.values() for number in (head[1], head[2])}
    if wanted.flagged:
        connection.execute(FLAGGING, [arrays.plain(sorted(wanted.flagged))])
        flagged = connection.execute(OF_PERSON, [arrays.plain(wanted.flagged)])
        ids |= {row[0] for row in flagged.fetchall()}
    asked = {pair for pair in pairs if pair not in known}
    ids |= {known[pair] for pair in pairs if pair in known}
    if asked:
        ids |= _asked_ids(connection, asked, known)
    return ids


def _asked_ids(connection: Connection[Any], asked: set[Pair], known: KnownAccounts) -> set[int]:
    """Ask for numbers. Only what is committed is remembered: an opening may be rolled back."""
    rows = connection.execute(ACCOUNT_IDS, _columns(asked), prepare=True).fetchall()
    if len(known) > MOST_KNOWN:
        known.clear()
    known.update({(row[1], row[2], row[3]): row[0] for row in rows})
    missing = asked - {(row[1], row[2], row[3]) for row in rows}
    if missing:
        rows += _open(connection, missing)
    return {row[0] for row in rows}


def _columns(pairs: set[Pair]) -> list[str]:
    ordered = sorted(pairs)
    return [arrays.plain([pair[place] for pair in ordered]) for place in range(3)]


def _open(connection: Connection[Any], missing: set[Pair]) -> list[tuple[Any, ...]]:
    """Open empty accounts. A payer who holds none in this asset gets one too: it has no money."""
    connection.execute(OPENING, [arrays.plain(sorted({owner for owner, _, _ in missing}))])
    floors = [FLOORS[AccountKind(kind)] for _, _, kind in sorted(missing)]
    connection.execute(OPEN_MISSING, [*_columns(missing), arrays.plain(floors)])
    return connection.execute(ACCOUNT_IDS, _columns(missing)).fetchall()


def _locked(connection: Connection[Any], wanted: Wanted, names: Names, ids: set[int]) -> BatchState:
    keys = _keys(wanted, names)
    with connection.pipeline():
        accounts = connection.execute(LOCK, [arrays.plain(sorted(ids))], prepare=True)
        answers = connection.execute(ANSWERS, [arrays.plain(keys)], prepare=True)
        # Only holds whose accounts are locked: one that was made since is not found, as before.
        holds = connection.execute(HOLDS, [arrays.plain(names.heads)]) if names.heads else None
        clock = connection.execute(CLOCK, prepare=True)
    states = [AccountState(*row) for row in accounts.fetchall()]
    moment = clock.fetchone()
    assert moment is not None  # noqa: S101 — SELECT without FROM has one row
    now = moment[0] + offset()
    day, month = day_and_month(now)
    return BatchState(
        now=now,
        day=day,
        month=month,
        accounts={(a.owner, a.asset, a.kind): a for a in states},
        by_id={a.id: a for a in states},
        people=names.people,
        aliases=names.aliases,
        tokens=names.tokens,
        holds=_holds(holds.fetchall() if holds is not None else []),
        answers={row[0]: (row[1], _outcome_of(row[2])) for row in answers.fetchall()},
    )


def _keys(wanted: Wanted, names: Names) -> list[str]:
    keys = []
    for command in wanted.commands:
        owner = command.owner
        if not owner and type(command) is Send and command.token in names.tokens:
            owner = names.tokens[command.token].person
        keys.append(answer_key(owner, command.endpoint, command.client_key))
        if command.twin_key:
            keys.append(answer_key(owner, command.endpoint, command.twin_key))
    return keys


def _holds(rows: list[tuple[Any, ...]]) -> dict[str, HoldFacts]:
    return {
        row[0]: HoldFacts(
            record=row[0],
            account=row[1],
            credit_account=row[2],
            asset=row[3],
            amount=row[4],
            open=row[5] == HoldState.OPEN,
            record_state=row[6],
            payer=row[7],
            payee=row[8],
            reason=row[9],
            alias=row[10],
            deadline=row[11],
            memo=row[12],
            made_at=row[13],
        )
        for row in rows
    }
