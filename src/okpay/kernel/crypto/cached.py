"""Unwrapped data keys, kept for a moment: few, not for long, and never past a shredding here."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Final
from uuid import UUID

MOST: Final = 2048  # keys
SECONDS: Final = 60.0  # so long may another process still open what was shredded

Name = tuple[UUID, int]
Kept = tuple[bytes, bytes]  # wrapped, unwrapped


class Cache:
    """The least recently put goes first; what is older than `SECONDS` is not given out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Name, tuple[float, Kept]] = OrderedDict()

    def get(self, name: Name) -> Kept | None:
        """Return what was put under a name not long ago."""
        with self._lock:
            found = self._kept.get(name)
        return found[1] if found and time.monotonic() - found[0] < SECONDS else None

    def knows(self, subject: UUID) -> bool:
        """Whether a key of a subject was put not long ago; its first one, as most have."""
        return self.get((subject, 1)) is not None

    def put(self, name: Name, kept: Kept) -> None:
        """Keep, and let the oldest go."""
        with self._lock:
            self._kept[name] = (time.monotonic(), kept)
            self._kept.move_to_end(name)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def drop(self, subject: UUID) -> None:
        """Let all keys of a subject go."""
        with self._lock:
            for name in [name for name in self._kept if name[0] == subject]:
                del self._kept[name]

    def __len__(self) -> int:
        return len(self._kept)
