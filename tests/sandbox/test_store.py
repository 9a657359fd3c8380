"""What the box remembers is for its owner's eyes: codes and links lie in it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from okpay.sandbox.store import Store

pytestmark = pytest.mark.no_database


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_n13_nobody_else_reads_the_box(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    path.touch(0o644)
    path.chmod(0o644)
    store = Store(path)
    store.keep("x", "y")
    assert len(list(tmp_path.iterdir())) == 3  # with its two journals
    assert modes(tmp_path) == {0o600}
    store.connection.close()


def test_n13_a_new_state_folder_is_closed(tmp_path: Path) -> None:
    from okpay.cli import owner

    home = tmp_path / "state"
    owner.take(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
