"""The fingerprint that binds a decision to exactly what was shown."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okpay.kernel.approvals.models import Approval


def digest_of(approval: Approval) -> str:
    """Return SHA-256, in hex, over everything of the proposal that a checker is shown.

    Canonical: JSON with sorted keys, no blanks, UTF-8; the id is part of it, so one decision never
    fits another proposal with the same words.
    """
    shown = {
        "id": str(approval.id),
        "kind": approval.kind,
        "subject": approval.subject,
        "about": str(approval.about or ""),
        "payload": approval.payload,
        "version": approval.version,
        "reason": approval.reason,
        "maker": str(approval.maker or ""),
    }
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
