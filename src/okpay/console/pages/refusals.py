"""A refusal as a console page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okpay.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused, why, and what to do, in the current language."""

    code: str
    title: str
    text: str
    remedy: str
    status: int


def refused(error: DomainError) -> Refused:
    """Put a refusal into words for a banner."""
    return Refused(error.code, str(error.title), error.text(), str(error.remedy), error.status)
