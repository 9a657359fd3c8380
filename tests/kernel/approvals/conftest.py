"""A kind of proposal for tests: it writes down what was carried out, and can be told to refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from okpay.kernel import clock
from tests.console.kit import Worker, hire
from tests.support.people import MakePerson

if TYPE_CHECKING:
    from okpay.kernel.approvals.models import Approval

KIND = "test.matter.do"


@dataclass
class Matter:
    """What the kind did, and how what it names stands."""

    done: list[str] = field(default_factory=list)
    version: str = "1"
    error: Exception | None = None


@pytest.fixture
def matter() -> Iterator[Matter]:
    from okpay.identity.staff import StaffPermission
    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals import registry

    state = Matter()

    def perform(approval: Approval, actor: Actor, now: datetime) -> None:
        del actor, now
        if state.error is not None:
            raise state.error
        state.done.append(approval.subject)

    registry.register(
        KIND,
        permission=StaffPermission.FREEZES_APPROVE,
        perform=perform,
        describe=lambda approval: [("Amount", str(approval.payload["amount"]))],
        title="A matter",
        current=lambda *_what: state.version,
    )
    yield state
    registry._kinds.pop(KIND)  # noqa: SLF001 — the kind goes with its test


@pytest.fixture
def maker(make_person: MakePerson) -> Worker:
    return hire(make_person, "risk")


@pytest.fixture
def checker(make_person: MakePerson) -> Worker:
    return hire(make_person, "risk", name="沈一鸣")


@pytest.fixture
def propose(maker: Worker, matter: Matter) -> Callable[..., Approval]:
    from okpay.kernel.approvals import operations
    from okpay.kernel.ids import encode, new_uuid

    def make(subject: str = "", **options: Any) -> Approval:
        given: dict[str, Any] = {
            "actor": maker.actor,
            "kind": KIND,
            "payload": {"amount": "12"},
            "reason": "Why",
        }
        given |= {"subject": subject or encode("thg", new_uuid()), "now": clock.now()} | options
        return operations.propose(**given)

    return make
