"""The supervisor's parts by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from okpay.cli import owner
from okpay.cli.supervisor import children, errand
from okpay.cli.supervisor.children import Child, Record
from okpay.cli.supervisor.faces import Face
from okpay.cli.supervisor.logbook import Logbook
from okpay.embedded import process
from okpay.embedded.errors import AlreadyOwnedError, EmbeddedError, FolderUnusableError

pytestmark = pytest.mark.no_database


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make(said: list[str]) -> Iterator[list[Child]]:
    made: list[Child] = []
    yield made
    for child in made:
        child.end(0)


def child_of(code: str, said: list[str], made: list[Child]) -> Child:
    face = Face("face", ("-c", code))
    child = Child(face, dict(os.environ), lambda line, who: said.append(f"{who}: {line}"))
    made.append(child)
    child.start()
    return child


def wait_for(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_child_that_ends_is_started_again_after_a_pause_that_doubles(
    make: list[Child], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_FIRST_DELAY", 0.05)
    child = child_of("print('up'); raise SystemExit(3)", said, make)
    child._delay = 0.05  # noqa: SLF001 — a second would be long for a test
    pauses = []
    for number in range(3):
        wait_for(lambda: not child.running())
        child.tend()
        pauses.append(child._delay)  # noqa: SLF001 — the next pause
        while child.restarts == number:
            child.tend()
            time.sleep(0.005)
    assert pauses == [0.1, 0.2, 0.4]
    assert [line for line in said if "ended" in line] == [
        "okpay: face ended (exit code 3); starting it again in 0 s"
    ] * 3
    wait_for(lambda: said.count("face: up") == 4)


def test_a_child_that_does_not_listen_is_ended_with_all_it_started(
    make: list[Child], said: list[str], tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    code = (
        "import signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(note)!r}, 'w').write(str(subprocess.Popen(['/bin/sleep', '99']).pid) + ' ')\n"
        "print('ready', flush=True)\ntime.sleep(99)"
    )
    child = child_of(code, said, make)
    wait_for(lambda: "face: ready" in said)
    child.ask_to_end()
    child.end(0.2)
    assert not child.running()
    wait_for(lambda: process.look(int(note.read_text())) is None)
    assert said[-1] == "okpay: face did not stop in time and is ended"


def test_leftovers_of_a_killed_run_are_ended_and_nobody_else(tmp_path: Path) -> None:
    with (
        subprocess.Popen(["/bin/sleep", "60"], start_new_session=True) as left,
        subprocess.Popen(["/bin/sleep", "60"], start_new_session=True) as other,
    ):
        mine, theirs = process.look(left.pid), process.look(other.pid)
        assert mine
        assert theirs
        record = Record(tmp_path)
        reused = process.Identity(theirs.pid, theirs.ticks + 500, theirs.boot)
        record.write([mine, reused])
        assert record.end_leftovers() == 1
        assert left.wait() == -15
        assert process.alive(theirs)
        other.kill()


def test_a_damaged_record_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "serve.json").write_text(json.dumps([{"pid": 1}]))
    assert Record(tmp_path).end_leftovers() == 0


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    assert owner.holder(tmp_path) is None
    lock = owner.take(tmp_path)
    assert owner.holder(tmp_path) == os.getpid()
    with pytest.raises(AlreadyOwnedError, match=f"already runs on {tmp_path} \\(pid {os.getpid()}"):
        owner.take(tmp_path)
    os.close(lock)
    assert owner.holder(tmp_path) is None


def test_a_state_folder_that_cannot_be_made() -> None:
    with pytest.raises(
        FolderUnusableError, match="The state folder /proc/nowhere cannot be written"
    ):
        owner.take(Path("/proc/nowhere"))


def test_an_errand_that_fails_says_why() -> None:
    heard: list[str] = []
    with pytest.raises(
        EmbeddedError, match="okpay nonsense did not succeed: Error: No such command"
    ):
        errand.run("nonsense", dict(os.environ), lambda line, _who: heard.append(line))
    assert "Error: No such command 'nonsense'." in heard


def test_the_log_names_who_spoke_and_is_turned_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okpay.cli.supervisor.logbook._LIMIT", 120)
    log = Logbook(tmp_path)
    for number in range(4):
        log.say(f"line {number}", "web")
    log.say("done")
    log.close()
    assert capsys.readouterr().out == "".join(f"     web | line {n}\n" for n in range(4)) + "done\n"
    kept = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert kept == ["okpay.log", "okpay.log.1"]
    assert (tmp_path / "logs" / "okpay.log").stat().st_mode & 0o777 == 0o600
    lines = "".join((tmp_path / "logs" / name).read_text() for name in reversed(kept))
    assert [line.partition("| ")[2] for line in lines.splitlines()] == [
        "line 0", "line 1", "line 2", "line 3", "done",
    ]  # fmt: skip
