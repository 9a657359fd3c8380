"""What happens after a commit and may fail without undoing anything.

Django's own robust `on_commit` names a callable that failed by its `__qualname__`, which a
`functools.partial` has not: the failure of one becomes a crash. Nothing of ours uses it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, ParamSpec

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
P = ParamSpec("P")


def attempt_after_commit(call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call once the open transaction, if any, is committed; a failure is logged, reaches nobody.

    Nothing is called when the transaction is rolled back, or when the process dies before: what
    must happen is also a job.
    """
    transaction.on_commit(partial(_attempt, partial(call, *args, **kwargs)))


def _attempt(call: partial[object]) -> None:
    try:
        call()
    except Exception:
        log.exception("%s failed after a commit", getattr(call.func, "__qualname__", "a call"))
