"""One log for all: lines with the name of who spoke, on the screen and in a file."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

_LIMIT = 10_000_000
_KEPT = 3


class Logbook:
    """Writes every line to ``home/logs/okpay.log``, and shows it."""

    def __init__(self, home: Path) -> None:
        folder = home / "logs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / "okpay.log"
        self._file = self._open()

    def say(self, line: str, who: str = "okpay") -> None:
        """Note one line of ``who``; the screen may be gone, the file must not."""
        self.note(line, who)
        prefix = "" if who == "okpay" else f"{who:>8} | "
        try:
            sys.stdout.write(f"{prefix}{line}\n")
            sys.stdout.flush()
        except OSError:
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 — stands in until we end

    def note(self, line: str, who: str) -> None:
        """Note one line in the file only."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        os.write(self._file, f"{now} {who:>8} | {line}\n".encode(errors="replace"))
        if os.fstat(self._file).st_size > _LIMIT:
            self._turn()

    def _turn(self) -> None:
        os.close(self._file)
        for number in range(_KEPT, 0, -1):
            older = self.path.with_suffix(f".log.{number}")
            newer = self.path.with_suffix(f".log.{number - 1}") if number > 1 else self.path
            if newer.exists():
                newer.replace(older)
        self._file = self._open()

    def _open(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
