"""Where the rooms above hang in: payments stop the money, kyc knows document numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Gate:
    """What stops a person's money and lets it move again, in ledger order.

    `flag(person, frozen)` returns when every payment stands before or after it; `release(person)`
    lets what waited arrive and returns how many. Both may be repeated.
    """

    flag: Callable[[UUID, bool], None]
    release: Callable[[UUID], int]


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """What knows the number of a checked document: whether there is one, and whether it is this."""

    known: Callable[[UUID], bool]
    matches: Callable[[UUID, str], bool]


gates: Final[list[Gate]] = []
identity_checks: Final[list[IdentityCheck]] = []


def register_gate(gate: Gate) -> None:
    """Register who holds the money; registering twice counts once."""
    if gate not in gates:
        gates.append(gate)


def register_identity_check(check: IdentityCheck) -> None:
    """Register who knows the numbers of checked documents."""
    if check not in identity_checks:
        identity_checks.append(check)
