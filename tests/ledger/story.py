"""What happens in the world that the proof is tried on: every kind of movement, once or more."""

from __future__ import annotations

from dataclasses import dataclass

from tests.payments.wishes import resolve, send, top_up
from tests.payments.world import World


@dataclass(frozen=True)
class Story:
    """Who took part, and the records by what became of them."""

    ann: str
    ben: str
    eve: str
    paid: str
    waiting: str
    canceled: str
    expired: str
    claimed: str
    topped: str


def tell(world: World) -> Story:
    """Let every kind of command run: top-ups, payments, holds with each of their ends."""
    ann, ben, eve = world.people(3)
    topped = world.done(
        top_up(ann, 100_000), top_up(ben, 50_000), top_up(ann, 900, asset=392, fee=9)
    )
    paid = world.done(send(ann, ben, 1_200), send(ben, ann, 300), send(ann, eve, 50))[0]
    waiting, canceled, expired = world.done(
        send(ann, "later@else.example", 700, invite=True),
        send(ann, "never@else.example", 800, invite=True),
        send(ann, "late@else.example", 900, invite=True),
    )
    world.done(resolve(canceled.record, "cancel", ann))
    _let_pass(world, expired.record)
    world.done(resolve(expired.record, "expire"))
    world.freeze(eve)
    claimed = world.done(send(ben, eve, 400))[0]
    world.freeze(eve, frozen=False)
    world.done(resolve(claimed.record, "release"))
    world.run(send(eve, ben, 10_000_000))
    return Story(
        ann=ann,
        ben=ben,
        eve=eve,
        paid=paid.record,
        waiting=waiting.record,
        canceled=canceled.record,
        expired=expired.record,
        claimed=claimed.record,
        topped=topped[0].record,
    )


def _let_pass(world: World, record: str) -> None:
    """Put everything about one pending transfer eight days back, so that its time is over."""
    with world.owner() as connection:
        connection.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        for query in (
            "UPDATE ledger_hold SET deadline = deadline - interval '8 days' WHERE id = %s",
            "UPDATE payments_pending SET deadline = deadline - interval '8 days' WHERE record = %s",
            "UPDATE wallets_record SET created_at = created_at - interval '8 days' WHERE id = %s",
            "UPDATE wallets_recordevent SET at = at - interval '8 days' WHERE record = %s",
            "UPDATE ledger_transfer SET at = at - interval '8 days' WHERE id = %s",
        ):
            connection.execute(query, [record])
        connection.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")
