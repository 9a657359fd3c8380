"""Where packages above put what notices must know but may not import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from okpay.notices.schemas import RecordNews

    Facts = Callable[[Sequence[UUID]], list[RecordNews]]

_FACTS: Final[list[Facts]] = []


def register_facts(provider: Facts) -> None:
    """Add a provider of facts about records; called from an `apps.ready()`.

    The provider gets record ids and returns what each concerned person is to be told; it leaves
    out ids that are not its own. Registering the same function again changes nothing.
    """
    if provider not in _FACTS:
        _FACTS.append(provider)


def facts(record_ids: Sequence[UUID]) -> list[RecordNews]:
    """Ask all providers what is to be told about these records."""
    return [news for provider in _FACTS for news in provider(record_ids)]
