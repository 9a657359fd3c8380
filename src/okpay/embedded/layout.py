"""Where everything of one cluster lies, and who may enter."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from okpay.embedded.account import Account, choose
from okpay.embedded.binaries import SHARED
from okpay.embedded.errors import FolderUnusableError

# A socket's path has 107 characters at most; the server adds "/.s.PGSQL.5432.lock".
_LONGEST_SOCKET_FOLDER = 85
_ELSEWHERE = "postgres.path"
_PASS = 0o011  # others may pass through a folder, not list it


@dataclass(frozen=True)
class Places:
    """The folders and files of one cluster.

    ``base`` belongs to whoever starts the server, so that the server cannot plant a link that
    root would follow; only ``data`` and ``socket`` belong to the server's user.
    """

    home: Path
    base: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.base / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket; short, because the kernel allows no long ones."""
        inside = self.base / "run"
        if len(str(inside)) <= _LONGEST_SOCKET_FOLDER:
            return inside
        name = hashlib.sha256(str(self.base).encode()).hexdigest()[:16]
        return Path("/tmp") / f"okpay-{name}"  # noqa: S108 — 0700, and its owner is checked

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.base / "server.log"

    @property
    def record(self) -> Path:
        """Which process we started last."""
        return self.base / "postmaster.json"

    def file(self, name: str) -> Path:
        """Return one of our own files beside the data."""
        return self.base / name


def locate(home: Path) -> Places:
    """Return the places of ``home`` without making anything."""
    home = home.absolute()
    pointer = home / _ELSEWHERE
    if pointer.exists():
        return Places(home=home, base=Path(pointer.read_text().strip()))
    return Places(home=home, base=home / "postgres")


def prepare(home: Path) -> tuple[Places, Account]:
    """Make the folders of ``home`` and say who runs the server.

    Raises:
        FolderUnusableError: a folder cannot be made, written or owned.
    """
    home = home.absolute()
    _make(home)
    places = locate(home)
    account = choose(places.data)
    if account.drop and not places.base.exists():
        places = _reachable(home, account)
    _make(places.base)
    if not account.can_enter(places.base):
        raise FolderUnusableError(
            f"The database's folder {places.base} cannot be entered by user {account.name}, "
            "whom the server runs as: let others pass through its parent folders (chmod o+x)."
        )
    _own_folder(places.socket, account)
    return places, account


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` by a file that only its owner can read; the owner of the folder owns it."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(new, folder.st_uid, folder.st_gid)
    new.replace(path)


def _reachable(home: Path, account: Account) -> Places:
    """Keep the data in ``home`` if the server's user can get there, else under /var/lib."""
    if account.can_enter(home):
        return Places(home=home, base=home / "postgres")
    base = SHARED / f"data-{secrets.token_hex(6)}"
    _make(SHARED)
    write_private(home / _ELSEWHERE, f"{base}\n")
    return Places(home=home, base=base)


def _make(folder: Path) -> None:
    """Make a folder that we can write and that the server's user can pass through."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        state = folder.stat()
        if os.geteuid() == state.st_uid == 0 and state.st_mode & _PASS != _PASS:
            folder.chmod(state.st_mode & 0o777 | _PASS)
    except OSError as error:
        raise FolderUnusableError(
            f"The folder {folder} cannot be made ({error.strerror}): "
            "choose one that you can write with OKPAY_HOME."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderUnusableError(
            f"The folder {folder} cannot be written by you: "
            "give yourself the right to it, or choose another with OKPAY_HOME."
        )


def _own_folder(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (account.uid, os.geteuid()):
        raise FolderUnusableError(f"The folder {folder} belongs to somebody else: remove it.")
    account.own(folder, 0o700)
