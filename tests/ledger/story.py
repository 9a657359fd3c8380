"""What happens in the world that the proof is tried on: every kind of movement, once or more."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb

from okpay.kernel.sealing import Sealed
from okpay.ledger.sealing import Sealer, Terms
from tests.payments.wishes import (
    exchange,
    group,
    hold,
    move,
    refund,
    resolve,
    send,
    top_up,
)
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
    captured: str
    refunded: str
    bought: str
    split: str


def tell(world: World) -> Story:
    """Let every kind of command run: top-ups, payments, holds with each of their ends."""
    ann, ben, eve = world.people(3)
    topped = world.done(
        top_up(ann, 100_000), top_up(ben, 50_000), top_up(ann, 900, asset=392, fee=9)
    )
    paid = world.done(send(ann, ben, 1_200), send(ben, ann, 300), send(ann, eve, 50))[0]
    waiting, canceled = world.done(
        send(ann, "later@else.example", 700, invite=True),
        send(ann, "never@else.example", 800, invite=True),
    )
    expired = world.done(send(ann, "late@else.example", 900, invite=True))[0]
    world.done(resolve(canceled.record, "cancel", ann))
    _let_pass(world, expired.record)
    audit(world, "first", "second")
    seal(world)
    world.done(resolve(expired.record, "expire"))
    world.freeze(eve)
    claimed = world.done(send(ben, eve, 400))[0]
    world.freeze(eve, frozen=False)
    world.done(resolve(claimed.record, "release"))
    world.run(send(eve, ben, 10_000_000))
    captured, refunded, bought, split = _buy(world)
    audit(world, "third")
    seal(world)
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
        captured=captured,
        refunded=refunded,
        bought=bought,
        split=split,
    )


def _buy(world: World) -> tuple[str, str, str, str]:
    """Authorise, capture a part, void, refund; buy at once with a fee; book groups."""
    zoe, shop = world.people(2)
    world.done(top_up(zoe, 90_000), top_up(shop, 10_000))
    part, gone, out, still = world.done(
        hold(zoe, shop, 1_000), hold(zoe, shop, 500), hold(zoe, "", 700), hold(zoe, shop, 60)
    )
    world.done(
        resolve(part.record, "capture", shop, amount=600, fee=6),
        resolve(gone.record, "void", shop),
        resolve(out.record, "capture"),
    )
    assert still.deadline is not None
    backs = world.done(refund(part.record, 250, shop), refund(part.record, 350, shop))
    bought = world.done(move(zoe, shop, 2_000, fee=12))[0]
    taken = world.done(top_up(zoe, 40))[0]
    world.done(refund(taken.record, 40))
    split = group(zoe, send(zoe, shop, 10), move(zoe, shop, 20, fee=1), hold(zoe, shop, 30))
    world.done(split, exchange(zoe, 700, 100))
    return part.record, backs[0].record, bought.record, split.group


def audit(world: World, *actions: str) -> None:
    """Let somebody do things that are written into the audit trail."""
    with psycopg.connect(world.url, options="-c role=okpay_app", autocommit=True) as face:
        for action in actions:
            face.execute(
                "INSERT INTO kernel_audit (at, actor_kind, actor_id, via, action, subject, data)"
                " VALUES (now(), 'staff', gen_random_uuid(), 'web', %s, 'somebody', %s)",
                [action, Jsonb({"why": "because | of \n it", "count": 3})],
            )


def seal(world: World, every: timedelta = timedelta()) -> list[Sealed]:
    """Seal all that was committed, with a checkpoint each time, in a file of this world's own."""
    terms = Terms(house="world.example", every=every, file=checkpoints(world))
    sealer = Sealer(world.url, terms)
    try:
        return sealer.seal()
    finally:
        sealer.close()


def checkpoints(world: World) -> Path:
    """Return where this world's checkpoints are written outside its database."""
    name = conninfo_to_dict(world.url)["dbname"]
    return Path(os.environ["OKPAY_HOME"]) / f"{name}.jsonl"


def _let_pass(world: World, record: str) -> None:
    """Put everything about one pending transfer eight days back, so that its time is over."""
    with world.owner() as connection:
        connection.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        connection.execute("ALTER TABLE ledger_batch DISABLE TRIGGER USER")
        for query in (
            "UPDATE ledger_hold SET deadline = deadline - interval '8 days' WHERE id = %s",
            "UPDATE payments_pending SET deadline = deadline - interval '8 days' WHERE record = %s",
            "UPDATE wallets_record SET created_at = created_at - interval '8 days' WHERE id = %s",
            "UPDATE wallets_recordevent SET at = at - interval '8 days' WHERE record = %s",
            (
                "UPDATE ledger_batch SET at = at - interval '8 days' WHERE id ="
                " (SELECT batch FROM ledger_transfer WHERE id = %s)"
            ),
            "UPDATE ledger_transfer SET at = at - interval '8 days' WHERE id = %s",
        ):
            connection.execute(query, [record])
        connection.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")
        connection.execute("ALTER TABLE ledger_batch ENABLE TRIGGER USER")
