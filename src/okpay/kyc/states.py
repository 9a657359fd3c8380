"""The life of a case, and the only ways through it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CaseState(StrEnum):
    """Where a case stands.

    DRAFT: the person is still gathering. SUBMITTED, RESUBMITTED, APPEALED: it waits in the queue.
    IN_REVIEW: one member of staff has it. SECOND_LOOK: approved by one, a second person must look.
    MORE_ASKED, REJECTED: the person must send something again, and only that. FINAL_REJECTED may be
    appealed against once. EXPIRED: it was approved, and the document has run out.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    SECOND_LOOK = "second_look"
    MORE_ASKED = "more_asked"
    REJECTED = "rejected"
    RESUBMITTED = "resubmitted"
    APPROVED = "approved"
    FINAL_REJECTED = "final_rejected"
    APPEALED = "appealed"
    EXPIRED = "expired"
    CANCELED = "canceled"


_S = CaseState
QUEUED: Final = frozenset({_S.SUBMITTED, _S.RESUBMITTED, _S.APPEALED})
REVIEWED: Final = frozenset({_S.IN_REVIEW, _S.SECOND_LOOK})
ASKED: Final = frozenset({_S.MORE_ASKED, _S.REJECTED})
DECIDED: Final = frozenset({_S.APPROVED, _S.MORE_ASKED, _S.REJECTED, _S.FINAL_REJECTED})

TRANSITIONS: Final[dict[CaseState, frozenset[CaseState]]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.CANCELED}),
    _S.SUBMITTED: frozenset({_S.IN_REVIEW}),
    _S.IN_REVIEW: QUEUED | DECIDED | {_S.SECOND_LOOK},
    _S.SECOND_LOOK: frozenset({_S.APPROVED, _S.IN_REVIEW}),
    _S.MORE_ASKED: frozenset({_S.RESUBMITTED, _S.CANCELED}),
    _S.REJECTED: frozenset({_S.RESUBMITTED, _S.CANCELED}),
    _S.RESUBMITTED: frozenset({_S.IN_REVIEW}),
    _S.APPROVED: frozenset({_S.EXPIRED}),
    _S.FINAL_REJECTED: frozenset({_S.APPEALED}),
    _S.APPEALED: frozenset({_S.IN_REVIEW}),
    _S.EXPIRED: frozenset(),
    _S.CANCELED: frozenset(),
}
FINAL: Final = frozenset(state for state, ways in TRANSITIONS.items() if not ways)
# A person has one case in these states at most.
OPEN: Final = frozenset({_S.DRAFT}) | QUEUED | REVIEWED | ASKED
EDITABLE: Final = ASKED | {_S.DRAFT}


def may_move(old: CaseState, new: CaseState) -> bool:
    """Tell whether a case may go from one state to another."""
    return new in TRANSITIONS[old]
