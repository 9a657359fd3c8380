"""Checkpoints beside the database: the file, the address they are posted to, the loop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from okpay.kernel import notes, signing
from okpay.kernel.models import Checkpoint as Row
from okpay.kernel.notes import Checkpoint, NoteError, parse
from okpay.ledger import tasks
from okpay.ledger.checkpoints import CheckpointFile, note_of, read
from okpay.ledger.providers.base import WitnessError
from okpay.ledger.sealing import Sealer, Terms, keep_sealing
from tests.ledger.story import audit
from tests.payments.world import World

SIGNER = signing.Signer(bytes(range(32)))
MADE = Checkpoint("a.example/book/00ff", 3, b"r" * 32, b"c" * 32, datetime(2026, 3, 1, tzinfo=UTC))


def _note(made: Checkpoint = MADE) -> str:
    return made.note(SIGNER.public, SIGNER.sign(made.text().encode()).value)


def test_a_note_is_written_as_c2sp_says_and_read_again() -> None:
    text = _note()
    body, _, tail = text.partition("\n\n")
    assert body.split("\n") == [
        "a.example/book/00ff",
        "3",
        "cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=",
        "chain " + "63" * 32,
        "at 2026-03-01T00:00:00.000000Z",
    ]
    assert tail.startswith("— a.example/book/00ff ")
    note = parse(text)
    assert (note.checkpoint, note.signed_by(SIGNER.public)) == (MADE, True)
    assert not note.signed_by(signing.public_key())
    name, number, key = notes.verifier_key("a.example", SIGNER.public).split("+", 2)
    assert (name, len(number), key[:2]) == ("a.example", 8, "AQ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "three\nlines\nonly\n",
        _note().replace("\n3\n", "\n03\n"),
        _note().replace("\n3\n", "\n3 \n"),
        _note().replace("— ", "- "),
        _note().replace("chain 63", "chain 6"),
        _note().replace("\n\n", "\nmore\n\n"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse(text)


@pytest.mark.parametrize("text", ['{"size": 3}\n', "{broken\n", '{"note": "x"}\n'])
def test_a_file_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        list(read(text))


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return Terms("b.example", timedelta(), tmp_path / "deep" / "checkpoints.jsonl", webhook=True)


@pytest.fixture
def sealer(world: World, terms: Terms) -> Iterator[Sealer]:
    made = Sealer(world.url, terms)
    yield made
    made.close()


def _sizes(path: Path) -> list[int]:
    return [note.checkpoint.size for note in read(path.read_text(encoding="utf-8"))]


def test_the_file_gets_every_checkpoint_once_whatever_was_interrupted(
    world: World, sealer: Sealer, terms: Terms
) -> None:
    audit(world, "one")
    sealer.seal()
    audit(world, "two")
    sealer.seal()
    sizes = _sizes(terms.file)
    assert sizes == sorted(set(sizes))
    lines = terms.file.read_text().splitlines(keepends=True)
    terms.file.write_text("".join(lines[:-1]) + lines[-1][:20])  # died in the middle of a line
    with psycopg.connect(world.url, autocommit=True) as connection:
        fresh = CheckpointFile(terms.file)
        assert (fresh.export(connection), fresh.export(connection)) == (1, 0)
    assert terms.file.read_text() == "".join(lines)
    terms.file.unlink()
    with psycopg.connect(world.url, autocommit=True) as connection:
        assert CheckpointFile(terms.file).export(connection) == len(lines)


def test_no_checkpoint_without_anything_new_or_before_its_time(
    world: World, sealer: Sealer, tmp_path: Path
) -> None:
    audit(world, "three")
    assert [one.checkpoint is not None for one in sealer.seal()][1]
    assert [one.checkpoint for one in sealer.seal()] == [None, None]
    slow = Sealer(world.url, Terms("b.example", timedelta(hours=1), tmp_path / "c.jsonl"))
    audit(world, "four")
    done = slow.seal()
    slow.close()
    assert [(one.trail, one.rows, one.checkpoint) for one in done][1] == ("audit", 1, None)


def test_each_checkpoint_is_a_job_where_an_address_is_set(world: World, sealer: Sealer) -> None:
    audit(world, "five")
    signed = [one.checkpoint for one in sealer.seal() if one.checkpoint]
    jobs = world.rows(
        "SELECT args ->> 'log', (args ->> 'size')::int FROM procrastinate_jobs"
        " WHERE task_name = %s AND status = 'todo' ORDER BY id DESC LIMIT 1",
        tasks.PUBLISH,
    )
    assert jobs == [("audit", signed[-1].size)]


class _Witness(BaseHTTPRequestHandler):
    kept: list[tuple[str, str]]
    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.kept.append((self.headers["Content-Type"], body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def witness() -> Iterator[tuple[str, type[_Witness]]]:
    """Somebody who keeps what is posted; `status` is what they answer."""

    class Mine(_Witness):
        kept: list[tuple[str, str]] = []

    with HTTPServer(("127.0.0.1", 0), Mine) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/checkpoints", Mine
        server.shutdown()
        thread.join()


def test_the_witness_gets_the_signed_note_and_a_refusal_is_tried_again(
    witness: tuple[str, type[_Witness]],
    settings: Any,
    owner_connection: psycopg.Connection[Any],
) -> None:
    url, seen = witness
    made = MADE.text().encode()
    row = Row(
        log="book", size=10**12, origin=MADE.origin, root=MADE.root, chain=MADE.chain, at=MADE.at,
        frontier=b"", public_key=SIGNER.public, signature=SIGNER.sign(made).value,
    )  # fmt: skip
    text = note_of(row)
    owner_connection.execute(
        "INSERT INTO kernel_checkpoint (log, size, origin, root, chain, at, frontier, public_key,"
        " signature) VALUES ('test', 3, %s, %s, %s, %s, '', %s, %s)",
        [row.origin, row.root, row.chain, row.at, row.public_key, row.signature],
    )
    settings.OKPAY_CHECKPOINT_WEBHOOK = ""
    tasks.publish.func(log="test", size=3)
    assert seen.kept == []
    settings.OKPAY_CHECKPOINT_WEBHOOK = url
    tasks.publish.func(log="test", size=3)
    expected = text.replace(f"\n{10**12}\n", "\n3\n")
    assert seen.kept == [("text/plain; charset=utf-8", expected)]
    seen.status = 503
    with pytest.raises(WitnessError, match="HTTP 503"):
        tasks.publish.func(log="test", size=3)
    settings.OKPAY_CHECKPOINT_WEBHOOK = "http://127.0.0.1:1/nobody"
    with pytest.raises(WitnessError, match="ConnectError"):
        tasks.publish.func(log="test", size=3)


def test_the_loop_seals_once_more_when_told_to_stop(
    world: World, sealer: Sealer, terms: Terms
) -> None:
    audit(world, "six")
    stop = threading.Event()
    stop.set()
    keep_sealing(sealer, stop)
    assert world.rows("SELECT max(id) FROM kernel_audit") == world.rows(
        "SELECT max(audit) FROM kernel_auditseal"
    )


def test_the_loop_outlives_a_database_that_is_away(
    terms: Terms, caplog: pytest.LogCaptureFixture
) -> None:
    away = Sealer("postgresql://nobody@127.0.0.1:1/nothing", terms)
    stop = threading.Event()
    stop.set()
    keep_sealing(away, stop)
    assert [record.message for record in caplog.records] == [
        "sealing waits for the database: OperationalError"
    ]
