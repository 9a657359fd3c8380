"""Hostile case M2: rows of the logs edited, deleted, reordered, inserted; a cut tail and a fork.

Each tampering is done as the owner with the guards switched off, looked at, and rolled back.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
import pytest

from okpay.kernel import clock, signing
from okpay.kernel.merkle import Frontier, leaf_hash
from okpay.kernel.notes import Checkpoint, Note, parse
from okpay.kernel.sealing import LOCK
from okpay.kernel.trails import AUDIT, Trail, link
from okpay.ledger.checkpoints import read
from okpay.ledger.proof.seals import Kept, Log
from okpay.ledger.trails import BOOK
from tests.ledger.story import audit, checkpoints, seal, tell
from tests.payments.wishes import send, top_up
from tests.payments.world import World

OFF: LiteralString = """
ALTER TABLE ledger_batch DISABLE TRIGGER USER;
ALTER TABLE ledger_seal DISABLE TRIGGER USER;
ALTER TABLE kernel_audit DISABLE TRIGGER USER;
ALTER TABLE kernel_auditseal DISABLE TRIGGER USER;
ALTER TABLE kernel_checkpoint DISABLE TRIGGER USER;
ALTER TABLE kernel_log DISABLE TRIGGER USER;
"""

# which log, what the insider does, what the proof must say
TAMPERINGS: list[tuple[str, Trail, str, str]] = [
    (
        "audit row edited",
        AUDIT,
        "UPDATE kernel_audit SET action = 'nothing' WHERE id = 2",
        "audit seal 2: row 2 is not what was sealed, or not in its place",
    ),
    (
        "audit data edited",
        AUDIT,
        "UPDATE kernel_audit SET data = '{}' WHERE id = 2",
        "audit seal 2: row 2 is not what was sealed, or not in its place",
    ),
    (
        "audit row deleted",
        AUDIT,
        "DELETE FROM kernel_audit WHERE id = 2",
        "audit seal 2: the row that it sealed, 2, is gone",
    ),
    (
        "audit row deleted with its seal",
        AUDIT,
        "DELETE FROM kernel_audit WHERE id = 2; DELETE FROM kernel_auditseal WHERE audit = 2",
        "audit seal 2: 1 seals are missing here",
    ),
    (
        "audit rows reordered",
        AUDIT,
        (
            "UPDATE kernel_audit SET id = CASE id WHEN -1 THEN 2 ELSE 1 END WHERE id IN ("
            "SELECT 0); UPDATE kernel_audit SET id = -id WHERE id IN (1, 2);"
            "UPDATE kernel_audit SET id = 3 + id WHERE id IN (-1, -2)"
        ),
        "audit seal 1: row 1 is not what was sealed, or not in its place",
    ),
    (
        "audit seals reordered",
        AUDIT,
        (
            "UPDATE kernel_auditseal SET audit = -audit WHERE audit IN (1, 2);"
            "UPDATE kernel_auditseal SET audit = 3 + audit WHERE audit < 0"
        ),
        "audit seal 1: row 2 is not what was sealed, or not in its place",
    ),
    (
        "audit row inserted with a moment of the past",
        AUDIT,
        (
            "INSERT INTO kernel_audit (at, actor_kind, via, action, subject, data)"
            " VALUES (now() - interval '1 hour', 'staff', 'web', 'never', '', '{}')"
        ),
        "it is not sealed; does the worker run?",
    ),
    (
        "audit row inserted with a seal",
        AUDIT,
        (
            "INSERT INTO kernel_audit (id, at, actor_kind, via, action, subject, data)"
            " VALUES (99, now(), 'staff', 'web', 'never', '', '{}');"
            "UPDATE kernel_auditseal SET position = 9 WHERE position = 3;"
            "INSERT INTO kernel_auditseal VALUES (3, 99, sha256('x'))"
        ),
        "audit seal 3: row 99 is not what was sealed, or not in its place",
    ),
    (
        "audit tail cut",
        AUDIT,
        "DELETE FROM kernel_audit WHERE id = 3; DELETE FROM kernel_auditseal WHERE audit = 3",
        "(in the database): the log was cut behind position 2",
    ),
    (
        "batch edited",
        BOOK,
        "UPDATE ledger_batch SET digest = sha256('x') WHERE id = 2",
        "book seal 2: row 2 is not what was sealed, or not in its place",
    ),
    (
        "batch moved in time",
        BOOK,
        "UPDATE ledger_batch SET at = at - interval '1 day' WHERE id = 2",
        "book seal 2: row 2 is not what was sealed, or not in its place",
    ),
    (
        "batch deleted",
        BOOK,
        "DELETE FROM ledger_batch WHERE id = 2",
        "book seal 2: the row that it sealed, 2, is gone",
    ),
    (
        "chain value edited",
        BOOK,
        "UPDATE ledger_seal SET chain = sha256('x') WHERE position = 4",
        "book seal 4: row 4 is not what was sealed, or not in its place",
    ),
    (
        "beginning of the log changed",
        BOOK,
        "UPDATE kernel_log SET genesis = sha256(genesis) WHERE name = 'book'",
        "it is of another log, world.example/book/",
    ),
    (
        "checkpoint with another root",
        BOOK,
        "UPDATE kernel_checkpoint SET root = sha256('x') WHERE log = 'book'",
        "(in the database): no key that we know has signed it",
    ),
    (
        "checkpoint with another edge",
        BOOK,
        "UPDATE kernel_checkpoint SET frontier = sha256('x') WHERE log = 'book'",
        "its frontier is not its",
    ),
    (
        "all of the log forgotten",
        BOOK,
        "DELETE FROM ledger_seal; DELETE FROM kernel_log; DELETE FROM ledger_batch",
        "(in the database): it is of another log, world.example/book/",
    ),
]


@pytest.fixture(scope="module")
def story(world: World) -> None:
    tell(world)


@pytest.fixture
def insider(world: World, story: None) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with the owner's rights, whose work is rolled back afterwards."""
    with world.owner(autocommit=False) as connection:
        connection.execute(OFF)
        yield connection
        connection.rollback()


def _look(connection: psycopg.Connection[Any], trail: Trail, *notes: Note) -> list[str]:
    outside = tuple(Kept("in my own book", note) for note in notes)
    return list(Log(trail, outside=outside).run(connection, clock.now()).broken)


def _kept(world: World, trail: Trail) -> list[Note]:
    notes = read(checkpoints(world).read_text(encoding="utf-8"))
    return [note for note in notes if f"/{trail.name}/" in note.checkpoint.origin]


def test_the_logs_are_whole_also_by_what_was_kept_outside(world: World, story: None) -> None:
    with psycopg.connect(world.url) as connection:
        for trail in (BOOK, AUDIT):
            kept = _kept(world, trail)
            assert len(kept) == 2
            assert _look(connection, trail, *kept) == []


@pytest.mark.parametrize(
    ("trail", "deed", "words"), [t[1:] for t in TAMPERINGS], ids=[t[0] for t in TAMPERINGS]
)
def test_m2_tampering_is_found_and_its_place_is_named(
    insider: psycopg.Connection[Any], trail: Trail, deed: str, words: str
) -> None:
    insider.execute(deed.encode())
    found = _look(insider, trail)
    assert [line for line in found if words in line], found


def _rewritten(connection: psycopg.Connection[Any], trail: Trail) -> None:
    """Write the whole chain anew over what the rows say now, as an insider with time would."""
    found = connection.execute("SELECT genesis FROM kernel_log WHERE name = %s", [trail.name])
    chain: bytes = (found.fetchone() or (b"",))[0]
    rows = connection.execute(
        trail.query("SELECT s.position, {entry} FROM {seals} s JOIN {source} r ON r.id = s.{column}"
                    " ORDER BY s.position")
    ).fetchall()  # fmt: skip
    for position, entry in rows:
        chain = link(chain, entry)
        connection.execute(
            trail.query("UPDATE {seals} SET chain = %s WHERE position = %s"), [chain, position]
        )


def test_m2_a_fork_is_named_by_the_checkpoint_it_contradicts(
    world: World, insider: psycopg.Connection[Any]
) -> None:
    insider.execute("UPDATE kernel_audit SET action = 'nothing' WHERE id = 3")
    _rewritten(insider, AUDIT)
    assert [line.split(": ", 1)[1] for line in _look(insider, AUDIT)] == [
        "the log is another one since; changed between positions 3 and 3"
    ]


def test_m2_a_fork_without_its_checkpoints_is_exposed_by_one_kept_outside(
    world: World, insider: psycopg.Connection[Any]
) -> None:
    insider.execute("UPDATE kernel_audit SET action = 'nothing' WHERE id = 1")
    insider.execute("DELETE FROM kernel_checkpoint")
    _rewritten(insider, AUDIT)
    assert _look(insider, AUDIT) == []  # the database alone tells a whole story, and a false one
    first, second = _kept(world, AUDIT)
    found = _look(insider, AUDIT, second)
    assert len(found) == 1
    assert "(in my own book): the log is another one since" in found[0]
    assert "changed between positions 1 and 3" in found[0]
    assert "changed between positions 1 and 2" in _look(insider, AUDIT, first)[0]


def test_m2_a_tail_cut_with_its_checkpoints_is_exposed_by_one_kept_outside(
    world: World, insider: psycopg.Connection[Any]
) -> None:
    insider.execute("DELETE FROM kernel_audit WHERE id = 3")
    insider.execute("DELETE FROM kernel_auditseal WHERE audit = 3")
    insider.execute("DELETE FROM kernel_checkpoint WHERE log = 'audit' AND size = 3")
    assert _look(insider, AUDIT) == []
    first, second = _kept(world, AUDIT)
    assert _look(insider, AUDIT, first) == []
    assert "(in my own book): the log was cut behind position 2" in _look(insider, AUDIT, second)[0]


def test_m2_a_checkpoint_signed_by_somebody_else_proves_nothing(
    world: World, insider: psycopg.Connection[Any]
) -> None:
    """An insider who writes everything anew still lacks the key."""
    thief = signing.Signer(bytes(32))
    note = _kept(world, BOOK)[-1]
    forged = replace(note.checkpoint, root=leaf_hash(b"x"))
    text = forged.note(thief.public, thief.sign(forged.text().encode()).value)
    assert "no key that we know has signed it" in _look(insider, BOOK, parse(text))[0]
    stolen = base64.b64decode(text.rsplit(" ", 1)[1])[4:]
    relabelled = forged.note(signing.public_key(), stolen)
    assert "no key that we know has signed it" in _look(insider, BOOK, parse(relabelled))[0]


def test_a_former_key_is_known_when_it_is_named(world: World, story: None) -> None:
    old = signing.Signer(bytes(range(32)))
    made = _kept(world, BOOK)[-1].checkpoint
    note = parse(made.note(old.public, old.sign(made.text().encode()).value))
    kept = (Kept("in an old file", note),)
    with psycopg.connect(world.url) as connection:
        both = (signing.public_key(), old.public)
        assert Log(BOOK, keys=both, outside=kept).run(connection, clock.now()).ok
        assert not Log(BOOK, keys=both[:1], outside=kept).run(connection, clock.now()).ok


@pytest.mark.parametrize(
    "table", ["ledger_batch", "ledger_seal", "kernel_auditseal", "kernel_checkpoint", "kernel_log"]
)
def test_m2_nobody_changes_a_log(world: World, story: None, table: str) -> None:
    name = psycopg.sql.Identifier(table)
    before = world.rows("SELECT count(*) FROM kernel_checkpoint")
    for deed in ("DELETE FROM {}", "TRUNCATE {}"):
        with world.owner() as connection, pytest.raises(psycopg.IntegrityError):
            connection.execute(psycopg.sql.SQL(deed).format(name))
        for role in ("okpay_app", "okpay_book", "okpay_seal", "okpay_audit"):
            options = f"-c role={role}"
            with (
                psycopg.connect(world.url, options=options, autocommit=True) as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute(psycopg.sql.SQL(deed).format(name))
    assert world.rows("SELECT count(*) FROM kernel_checkpoint") == before


def test_sealing_follows_what_was_committed_and_only_one_seals(world: World, story: None) -> None:
    payer, payee = world.people(2)
    seal(world)
    before = world.rows("SELECT count(*), max(position) FROM ledger_seal")[0]
    world.done(top_up(payer, 500))
    world.done(send(payer, payee, 5))
    with world.owner(autocommit=False) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        assert seal(world) == []
    done = seal(world, every=timedelta(days=1))
    assert [(one.trail, one.rows, one.checkpoint) for one in done] == [
        ("book", 2, None),
        ("audit", 0, None),
    ]
    after = world.rows("SELECT count(*), max(position) FROM ledger_seal")[0]
    assert (after[0] - before[0], after[1] - before[1]) == (2, 2)
    signed = seal(world)[0].checkpoint
    assert signed is not None
    assert signed.size == after[1]
    assert _kept(world, BOOK)[-1].checkpoint == signed


def test_what_an_open_transaction_may_still_precede_waits(world: World, story: None) -> None:
    seal(world)
    with world.owner(autocommit=False) as slow:
        slow.execute(
            "INSERT INTO kernel_audit (at, actor_kind, via, action, subject, data)"
            " VALUES (now(), 'staff', 'web', 'slow', '', '{}')"
        )
        audit(world, "quick")
        assert [one.rows for one in seal(world)] == [0, 0]
        slow.commit()
    assert [one.rows for one in seal(world)] == [0, 2]
    actions = world.rows(
        "SELECT r.action FROM kernel_auditseal s JOIN kernel_audit r ON r.id = s.audit"
        " ORDER BY s.position DESC LIMIT 2"
    )
    assert actions == [("quick",), ("slow",)]
    with psycopg.connect(world.url) as connection:
        assert _look(connection, AUDIT) == []


def test_rows_of_a_restored_dump_are_sealed_before_new_ones(world: World, story: None) -> None:
    """Their transaction numbers may lie in this server's future."""
    seal(world)
    audit(world, "new")
    with world.owner() as connection:
        connection.execute(
            "INSERT INTO kernel_audit (at, actor_kind, via, action, subject, data, xid)"
            " SELECT now(), 'staff', 'web', 'restored', '', '{}',"
            " (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000)::text::xid8"
        )
    assert [one.rows for one in seal(world)] == [0, 2]
    audit(world, "newer")
    assert [one.rows for one in seal(world)] == [0, 1]
    actions = world.rows(
        "SELECT r.action FROM kernel_auditseal s JOIN kernel_audit r ON r.id = s.audit"
        " ORDER BY s.position DESC LIMIT 3"
    )
    assert actions == [("newer",), ("new",), ("restored",)]


def test_the_checkpoint_is_the_root_of_rfc_6962_over_the_chain(world: World, story: None) -> None:
    seal(world)
    edge = Frontier()
    for (chain,) in world.rows("SELECT chain FROM ledger_seal ORDER BY position"):
        edge.append(leaf_hash(chain))
    made = _kept(world, BOOK)[-1].checkpoint
    assert (made.size, made.root) == (edge.size, edge.root())
    assert isinstance(made, Checkpoint)
    assert made.origin.startswith("world.example/book/")
