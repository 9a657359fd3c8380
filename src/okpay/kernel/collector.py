"""Python's cycle collector, told what it need not look at."""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 20_000  # new objects between two looks


def calm() -> None:
    """Keep the collector off all that stands in memory by now, and let it look less often.

    For a process that has loaded what it will ever load: programs and tables stay for ever, and
    nearly everything a request makes is gone by itself. Measured: a sixth of the API's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
