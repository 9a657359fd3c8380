"""What the server is told, and which of it we never give up."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PORT = 5432

# Without these an acknowledged commit may be lost; nobody may weaken them.
REQUIRED: Mapping[str, frozenset[str]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
    "data_checksums": frozenset({"on"}),
}

MEGABYTE: Final = 1024 * 1024
LEAST_BUFFERS, SMALL_BUFFERS, MOST_BUFFERS = 128, 1_024, 16_384  # MB
LEAST_LOG, MOST_LOG = 1_024, 16_384  # MB

# For a small machine: the whole product stays under 450 MB at rest.
_DEFAULTS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "effective_cache_size": "512MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "password_encryption": "scram-sha-256",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "max_logical_replication_workers": "0",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_naptime": "20s",
    "log_startup_progress_interval": "2s",
    "log_line_prefix": "%m [%p] %q%a ",
    "log_checkpoints": "off",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "5min",
}

ACCESS = "# Written at every start. One way in: the socket, with a password.\n\
local all all scram-sha-256\nlocal replication all scram-sha-256\n"


def text(major: int, socket: Path, access: Path, data: Path, extra: Mapping[str, str]) -> str:
    """Return the whole configuration file.

    ``local.conf`` beside it, where it exists, has the last word; what it must not weaken is
    asked of the running server afterwards.
    """
    values = dict(_DEFAULTS)
    book = book_size(data)
    values["shared_buffers"] = f"{buffers(memory(), book)}MB"
    values["max_wal_size"] = f"{log_size(_room(data), book)}MB"
    values["unix_socket_directories"] = str(socket)
    values["hba_file"] = str(access)
    if major >= 18:  # noqa: PLR2004 — asynchronous reading came with version 18
        # Three more processes would not earn their memory on a small machine.
        values["io_method"] = "sync"
    values.update(extra)
    lines = [f"{name} = '{_quoted(value)}'" for name, value in values.items()]
    head = "# Written at every start: put changes into local.conf in this folder."
    return "\n".join([head, *lines, "include_if_exists = 'local.conf'", ""])


def buffers(room: int, book: int) -> int:
    """Return the server's own cache in MB for so many MB of memory and of data.

    A payment touches a page of several large indexes at random; a page that is not in the cache
    costs a read and, for the page that makes room, a write. So a large book gets a quarter of the
    memory (PostgreSQL's manual, §19.4.1, as a beginning), a small one what it can use: the server
    keeps 20 MB of lists for every GB of cache, used or not.
    """
    least = max(LEAST_BUFFERS, min(SMALL_BUFFERS, room // 8))
    return max(least, min(MOST_BUFFERS, room // 4, book * 2))


def log_size(room: int, book: int) -> int:
    """Return how much log in MB may lie between two checkpoints, for so many MB of disk and data.

    After a checkpoint the first change of a page writes all of it into the log: of a large book
    nearly every payment changes pages of its own, some 30 kB of log, and a log that is full soon
    brings the next checkpoint at once. Given room for all its pages, checkpoints come by the clock,
    and a payment costs 2 kB (docs/benchmarks.md). So it is a tenth of the room, and for a large
    book up to a quarter. What bounds it is the time to recover after a crash.
    """
    return max(LEAST_LOG, min(MOST_LOG, max(room // 10, min(room // 4, book))))


def book_size(data: Path) -> int:
    """Return the MB that the databases in a data directory take; 0 where there is none yet."""
    total = 0
    for folder, _, files in os.walk(data / "base"):
        for name in files:
            try:
                total += (Path(folder) / name).stat().st_size
            except FileNotFoundError:  # a server that runs takes files away
                continue
    return total // MEGABYTE


def _room(folder: Path) -> int:
    return shutil.disk_usage(folder).free // MEGABYTE


def memory() -> int:
    """Return the MB of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE


def _quoted(value: str) -> str:
    return value.replace("'", "''")
