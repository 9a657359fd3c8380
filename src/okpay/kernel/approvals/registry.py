"""What each kind of proposal does, and who may decide it. Filled in the `apps.py` of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.kernel.approvals.errors import ApprovalForbiddenError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.models import Approval

LIFE: Final = timedelta(days=3)


class NoLongerTrueError(Exception):
    """Raised by `perform` when what the proposal names has changed: it becomes void."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of proposal.

    Attributes:
        name: `package.matter.verb`, stable for ever.
        title: what it is, in a few words.
        permission: what a checker needs besides the right to decide at all.
        perform: carries it out in the transaction of the approval. A DomainError leaves the
            proposal waiting; NoLongerTrueError makes it void. No network in it.
        describe: the payload in words: labels and values, in the language of the page.
        current: how what it names stands now, in at most 80 characters; another answer at the
            approval than at the proposal makes it void.
        life: how long it waits.
    """

    name: str
    title: _StrOrPromise
    permission: str
    perform: Callable[[Approval, Actor, datetime], None]
    describe: Callable[[Approval], list[tuple[_StrOrPromise, str]]]
    current: Callable[[str, dict[str, object]], str] | None = None
    life: timedelta = LIFE


_kinds: Final[dict[str, Kind]] = {}
_authorities: Final[list[Callable[[Actor, str], bool]]] = []


def register(
    name: str,
    *,
    permission: str,
    perform: Callable[[Approval, Actor, datetime], None],
    describe: Callable[[Approval], list[tuple[_StrOrPromise, str]]],
    title: _StrOrPromise = "",
    current: Callable[[str, dict[str, object]], str] | None = None,
    life: timedelta = LIFE,
) -> None:
    """Enter a kind; entering it again replaces it."""
    _kinds[name] = Kind(name, title or name, str(permission), perform, describe, current, life)


def kind_of(name: str) -> Kind:
    """Return a registered kind; KeyError for a name nobody entered."""
    return _kinds[name]


def kinds_for(permissions: frozenset[str]) -> list[str]:
    """Return the names of the kinds that these permissions decide."""
    return sorted(kind.name for kind in _kinds.values() if kind.permission in permissions)


def all_kinds() -> list[Kind]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def authority(check: Callable[[Actor, str], bool]) -> None:
    """Register who answers whether an actor holds a permission; all that are asked must agree."""
    if check not in _authorities:
        _authorities.append(check)


def demand(actor: Actor, permission: str) -> None:
    """Return when the actor may. Where nobody can answer, nobody may.

    Raises:
        ApprovalForbiddenError: not permitted.
    """
    if not _authorities or not all(check(actor, permission) for check in _authorities):
        raise ApprovalForbiddenError
