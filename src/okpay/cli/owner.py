"""One ``okpay serve`` a state folder, held by a lock that the kernel drops with its holder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from okpay.embedded.errors import AlreadyOwnedError, FolderUnusableError

_FILE = "serve.lock"


def take(home: Path) -> int:
    """Take the folder for this process until it ends; return the lock's descriptor.

    Raises:
        AlreadyOwnedError: another ``okpay serve`` has it.
        FolderUnusableError: the folder cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(home / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderUnusableError(
            f"The state folder {home} cannot be written ({error.strerror}): "
            "give yourself the right to it, or choose another with OKPAY_HOME."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(descriptor, 20).decode() or "?"
        os.close(descriptor)
        raise AlreadyOwnedError(
            f"okpay serve already runs on {home} (pid {pid}): stop it first, "
            "or give this one a folder of its own with OKPAY_HOME."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def holder(home: Path) -> int | None:
    """Return the pid of the ``okpay serve`` that has the folder; None when nobody has."""
    try:
        descriptor = os.open(home / _FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.read(descriptor, 20) or b"0") or None
    finally:
        os.close(descriptor)
    return None
