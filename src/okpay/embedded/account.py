"""The unprivileged user that the server runs as: it refuses root, and so should anyone."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from okpay.embedded.errors import FolderUnusableError

_PREFERRED = ("okpay", "postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A system user; ``drop`` says that we are root and must step down to it."""

    uid: int
    gid: int
    name: str
    drop: bool

    def popen(self) -> dict[str, Any]:
        """Return the arguments that make ``subprocess`` run a program as this user."""
        if not self.drop:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give ``path`` to this user with exactly ``mode``."""
        path.chmod(mode)
        if self.drop:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, path: Path) -> bool:
        """Tell whether this user can reach the folder ``path`` through all of its parents."""
        if not self.drop:
            return os.access(path, os.X_OK)
        shell = ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)]
        done = subprocess.run(shell, capture_output=True, check=False, cwd="/", **self.popen())
        return done.returncode == 0


def choose(data: Path) -> Account:
    """Return who shall run the server: the owner of existing data, else a plain system user.

    Raises:
        FolderUnusableError: the data belongs to somebody else, or root has nobody to step down to.
    """
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me != 0:
        if owner not in (None, me):
            raise FolderUnusableError(
                f"The database in {data} belongs to user {_name(owner)}, and you are {_name(me)}: "
                f"start as {_name(owner)} or choose another folder with OKPAY_HOME."
            )
        return Account(uid=me, gid=os.getegid(), name=_name(me), drop=False)
    if owner:
        entry = _entry(owner)
        return Account(owner, entry.pw_gid if entry else owner, _name(owner), drop=True)
    return _system_user()


def _system_user() -> Account:
    for name in _PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name, drop=True)
    raise FolderUnusableError(
        "PostgreSQL does not run as root, and there is no user okpay, postgres or nobody "
        "to run it as: create one (useradd --system okpay) or start as a normal user."
    )


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _name(uid: int | None) -> str:
    entry = _entry(uid) if uid is not None else None
    return entry.pw_name if entry else str(uid)
