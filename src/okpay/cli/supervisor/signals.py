"""Ctrl-C and SIGTERM: at first an orderly stop, the second time at once."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType

_STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopNow(BaseException):
    """Raised out of whatever is going on while no child is at risk of being lost."""


class Signals:
    """Raises ``StopNow`` while ``raising``, else only remembers that one came."""

    def __init__(self) -> None:
        self.raising = True
        self.came = False
        self._read, write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in _STOPPERS:
            signal.signal(number, self._handle)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        if self.raising:
            raise StopNow

    def rest(self, seconds: float) -> None:
        """Sleep until a signal comes, at most ``seconds``."""
        if self.came:
            return
        if select.select([self._read], [], [], seconds)[0]:
            os.read(self._read, 64)
