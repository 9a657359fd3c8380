"""Named points at which a test may kill the process, to prove that nothing is lost there."""

from __future__ import annotations

import os
import signal
from typing import Final

VARIABLE: Final = "OKPAY_CRASH_AFTER"  # "step" or "step:3", the third time; only in tests


def _wished() -> tuple[str, int]:
    if os.environ.get("OKPAY_ENV") != "test":
        return "", 0
    step, _, count = os.environ.get(VARIABLE, "").partition(":")
    return step, int(count or 1)


_step, _left = _wished()


def crash_after(step: str) -> None:
    """End this process at once, as by `kill -9`, if a test named this step."""
    global _left  # noqa: PLW0603 — counts down in the one process that is to die
    if step == _step:
        _left -= 1
        if not _left:
            os.kill(os.getpid(), signal.SIGKILL)
