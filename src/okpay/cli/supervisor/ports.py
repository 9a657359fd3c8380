"""Whether the ports are free, and if not, who has them."""

from __future__ import annotations

import socket
from pathlib import Path

from okpay.embedded import process
from okpay.embedded.errors import EmbeddedError

_LISTEN = "0A"
_HEX = 16


class PortTakenError(EmbeddedError):
    """Somebody else listens where we must."""


def assert_free(host: str, ports: dict[str, int]) -> None:
    """Try each port (name of its setting → number).

    Raises:
        PortTakenError: naming the first taken port, its holder if known, and the setting.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for setting, port in ports.items():
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PortTakenError(_sentence(host, port, setting, error)) from None


def _sentence(host: str, port: int, setting: str, error: OSError) -> str:
    pid = holder(port)
    if pid:
        who = f"{process.name(pid)} (pid {pid}) listens there"
    else:
        who = (error.strerror or "it cannot be used").lower()
    return (
        f"Port {port} on {host} is taken: {who}. Stop it, or choose another port with {setting}=…"
    )


def holder(port: int) -> int | None:
    """Return the pid that listens on ``port``, as far as we may see."""
    inodes = _listening(port)
    if not inodes:
        return None
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _holds(entry, inodes):
            return int(entry.name)
    return None


def _listening(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == _LISTEN and int(words[1].rpartition(":")[2], _HEX) == port:
                found.add(f"socket:[{words[9]}]")
    return found


def _holds(entry: Path, inodes: set[str]) -> bool:
    try:
        return any(str(one.readlink()) in inodes for one in (entry / "fd").iterdir())
    except OSError:
        return False
