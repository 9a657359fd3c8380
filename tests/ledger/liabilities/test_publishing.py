"""Publishing: once a day, exact, signed, chained, and refused where the book does not add up."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError

from okpay.kernel import clock, signing
from okpay.kernel.actor import SYSTEM
from okpay.kernel.models import AuditRow
from okpay.ledger import settling
from okpay.ledger.liabilities import merkle, okpay_proof, operations, queries
from okpay.ledger.liabilities.days import due_days, start_of
from okpay.ledger.liabilities.leaves import NegativeLeafError
from okpay.ledger.liabilities.models import Block, Statement, Tree
from okpay.ledger.liabilities.operations import OutOfOrderError, TotalsDifferError
from okpay.ledger.liabilities.proof import PUBLISHED
from okpay.ledger.models import Account
from okpay.ledger.settling import NotSettledError
from tests.ledger.liabilities import naive
from tests.ledger.liabilities.town import DAY, Town
from tests.payments.wishes import resolve, send


def _holds(town: Town, person: UUID, asset: str = "CNY") -> okpay_proof.Found:
    return okpay_proof.check(town.proof(person, asset))


def test_the_first_day_ever_is_today_alone(town: Town) -> None:
    assert not Statement.objects.exists(), "this test stands first in its file"
    assert due_days(clock.now()) == [town.day]
    assert start_of(town.day) <= clock.now() < start_of(town.day + DAY)


def test_everybody_finds_their_balance_of_midnight_in_the_signed_total(town: Town) -> None:
    ann, ben = town.rich(100_000, 50_000)
    (eve,) = town.rich(900, asset=392)
    town.world.done(send(ann, ben, 1_234), send(ann, "later@else.example", 700, invite=True))
    town.sleep()
    town.world.done(send(ben, ann, 1))  # after midnight: belongs to the next day
    statement = town.publish()
    found = _holds(town, ann)
    assert (found.balance, found.day) == ("987.66", str(town.day))  # held money is still owed
    assert _holds(town, ben).balance == "512.34"
    assert _holds(town, eve, "JPY").balance == "900"
    tree = Tree.objects.get(statement=statement, asset=156)
    wallets = Account.objects.filter(kind=1, asset=156, seq__gt=0)
    assert int(tree.total) == sum(int(account.posted) for account in wallets)
    assert tree.leaves == len(wallets)
    text = statement.text.encode()
    assert signing.verify(signing.public_key(), text, bytes(statement.signature))


def test_the_tree_is_the_naive_one_over_what_the_journal_says(town: Town) -> None:
    town.rich(11, 22, 33, 0 + 44, 55)
    town.sleep()
    statement = town.publish()
    tree = Tree.objects.get(statement=statement, asset=156)
    wallets = Account.objects.filter(kind=1, asset=156, seq__gt=0)
    salt = bytes(tree.salt)
    leaves = [naive.leaf(one.owner.bytes, salt, int(one.posted)) for one in wallets]
    assert naive.root(leaves, salt) == (bytes(tree.root), int(tree.total))


def test_a_day_is_published_once_whoever_asks_and_however_often(town: Town) -> None:
    (ann,) = town.rich(5_000)
    town.sleep()
    first = town.publish()
    rows = AuditRow.objects.filter(action="ledger.liabilities.published", subject=str(town.day))
    town.world.done(send(ann, "x@else.example", 100, invite=True))
    again = town.publish()
    assert (again.text, bytes(again.signature)) == (first.text, bytes(first.signature))
    assert operations.publish_due(actor=SYSTEM, now=clock.now()) == []
    assert Statement.objects.filter(day=town.day).count() == 1
    assert rows.count() == 1


def test_every_statement_names_the_one_before(town: Town) -> None:
    town.rich(5_000)
    town.sleep()
    first = town.publish()
    town.sleep()
    second = town.publish()
    digest = hashlib.sha256(first.text.encode()).hexdigest()
    assert second.text.splitlines()[3] == f"previous {digest}"


def test_missed_days_are_made_up_for_as_they_would_have_been(town: Town) -> None:
    ann, ben = town.rich(5_000, 0 + 1)
    town.sleep()
    town.publish()
    town.sleep()
    town.world.done(send(ann, ben, 100))
    town.sleep()
    town.world.done(send(ann, ben, 1_000))
    town.sleep()
    wanted = [town.day - 2 * DAY, town.day - DAY, town.day]
    assert due_days(clock.now()) == wanted
    made = operations.publish_due(actor=SYSTEM, now=clock.now())
    assert [one.day for one in made] == wanted
    balances = [okpay_proof.check(town.proof(ann, day=day)).balance for day in wanted]
    assert balances == ["50.00", "49.00", "39.00"]


def test_days_come_in_order_and_not_before_they_begin(town: Town) -> None:
    town.rich(5)
    town.sleep()
    town.publish()
    before = Statement.objects.count()
    for day in (town.day - DAY, town.day + DAY):
        if Statement.objects.filter(day=day).exists():
            continue
        with pytest.raises(OutOfOrderError):
            operations.publish_day(actor=SYSTEM, day=day, now=clock.now())
    assert Statement.objects.count() == before


def test_the_same_customer_has_another_nonce_and_leaf_every_day(town: Town) -> None:
    (ann,) = town.rich(5_000)
    town.sleep()
    town.publish()
    first = town.proof(ann)
    town.sleep()
    town.publish()
    second = town.proof(ann)
    assert first["balance"] == second["balance"]
    assert first["nonce"] != second["nonce"]


def test_who_had_nothing_moved_by_then_has_no_leaf(town: Town) -> None:
    town.sleep()
    town.publish()
    (late,) = town.rich(5_000)
    assert queries.shares(late, town.day, clock.now()) == []
    assert queries.shares(UUID(int=1), town.day, clock.now()) == []


def test_paths_are_let_go_after_weeks_and_statements_never(town: Town) -> None:
    (ann,) = town.rich(5_000)
    town.sleep()
    old = town.publish()
    kept = Statement.objects.count()
    town.sleep(nights=40)
    operations.publish_day(actor=SYSTEM, day=town.day, now=clock.now())
    operations.publish_due(actor=SYSTEM, now=clock.now())
    assert Statement.objects.count() == kept + 1
    assert not Block.objects.filter(tree__statement=old).exists()
    (share,) = queries.shares(ann, old.day, clock.now())
    assert share.steps is None
    assert _holds(town, ann).balance == "50.00"


def test_a_booking_that_still_runs_is_waited_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open transaction from before midnight may still bring a booking of yesterday."""
    town.rich(5_000)
    town.sleep()
    before = Statement.objects.count()
    with town.world.owner(autocommit=False) as open_one, monkeypatch.context() as hurried:
        hurried.setattr(settling, "PATIENCE", timedelta(milliseconds=300))
        open_one.execute("SELECT pg_current_xact_id()")
        with pytest.raises(NotSettledError):
            town.publish()
        open_one.rollback()
    assert Statement.objects.count() == before
    assert town.publish().day == town.day


def _damaged(town: Town, query: str, *values: object) -> None:
    with town.world.owner() as link:
        link.execute("ALTER TABLE ledger_account DISABLE TRIGGER USER")
        link.execute(
            "ALTER TABLE ledger_account DROP CONSTRAINT IF EXISTS ledger_account_above_floor"
        )
        link.execute(query.encode(), values)
        link.execute("ALTER TABLE ledger_account ENABLE TRIGGER USER")


def test_m7_a_wallet_below_zero_is_named_and_nothing_is_published(town: Town) -> None:
    ann, ben = town.rich(5_000, 700)
    town.sleep()
    before = Statement.objects.count()
    account = Account.objects.get(owner=ann, asset=156)
    move = "UPDATE ledger_account SET posted = posted + %s WHERE owner = %s AND asset = 156"
    _damaged(town, move, -6_000, ann)
    _damaged(town, move, 6_000, ben)
    with pytest.raises(
        NegativeLeafError, match=rf"account {account.id} stood at -1000 of asset 156"
    ):
        town.publish()
    assert Statement.objects.count() == before
    _damaged(town, move, 6_000, ann)
    _damaged(town, move, -6_000, ben)
    assert town.publish().day == town.day


def test_m7_wallets_that_do_not_mirror_the_rest_of_the_book_are_not_published(town: Town) -> None:
    (ann,) = town.rich(5_000)
    town.sleep()
    before = Statement.objects.count()
    move = "UPDATE ledger_account SET posted = posted + %s WHERE owner = %s AND asset = 156"
    _damaged(town, move, -1, ann)
    with pytest.raises(TotalsDifferError, match="asset 156"):
        town.publish()
    assert Statement.objects.count() == before
    _damaged(town, move, 1, ann)


def test_m7_an_account_dropped_from_the_stored_tree_cannot_be_shown_a_proof(town: Town) -> None:
    ann, ben = town.rich(5_000, 700)
    town.sleep()
    town.publish()
    tree = Tree.objects.get(statement_id=town.day, asset=156)
    past = merkle.leaf_of(ann, merkle.nonce_of(bytes(tree.salt), ann), 5_000)
    block = Block.objects.get(tree=tree)
    whole = bytes(block.leaves)
    packed = b"".join(leaf for leaf in merkle.cut(whole) if leaf != past)
    block.delete()
    Block.objects.create(tree=tree, number=0, first=packed[: merkle.HASH], leaves=packed)
    mine = [one for one in queries.shares(ann, town.day, clock.now()) if one.asset.code == "CNY"]
    assert [one.steps for one in mine] == [None]
    with pytest.raises(okpay_proof.BrokenError):  # and the others' ways are broken too
        _holds(town, ben)
    Block.objects.filter(tree=tree).delete()
    Block.objects.create(tree=tree, number=0, first=whole[: merkle.HASH], leaves=whole)
    assert _holds(town, ann).balance == "50.00"


@pytest.mark.parametrize("table", ["liabilities_statement", "liabilities_tree"])
def test_m2_what_was_published_cannot_be_changed_or_deleted(town: Town, table: str) -> None:
    town.rich(5)
    town.sleep()
    town.publish()
    model = Statement if table.endswith("statement") else Tree
    before = model.objects.count()
    with pytest.raises((ProgrammingError, IntegrityError)):
        model.objects.all().delete()
    column = "text" if model is Statement else "asset"
    change = "UPDATE {} SET COLUMN = NULL".replace("COLUMN", column)
    wishes = ["DELETE FROM {}", "TRUNCATE {} CASCADE", change]
    with town.world.owner() as link:
        for wish in wishes:
            with pytest.raises(psycopg.errors.IntegrityError, match="append-only"):
                link.execute(wish.format(table).encode())
    assert model.objects.count() == before


def test_open_holds_that_end_after_midnight_do_not_change_yesterday(town: Town) -> None:
    ann, ben = town.rich(10_000, 10)
    waiting = town.world.done(send(ann, "later@else.example", 700, invite=True))[0]
    town.sleep()
    town.world.done(resolve(waiting.record, "cancel", ann), send(ann, ben, 2_500))
    town.publish()
    assert _holds(town, ann).balance == "100.00"
    assert _holds(town, ben).balance == "0.10"


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (
            "UPDATE liabilities_statement SET text = replace(text, 'CNY 2 ', 'CNY 2 1')",
            "its signature does not belong to it",
        ),
        ("UPDATE liabilities_tree SET total = total - 1", "it is not what its trees"),
        (
            "UPDATE liabilities_block SET leaves = substr(leaves, 49)",
            "leaves are kept of",
        ),
        (
            """DELETE FROM liabilities_block; DELETE FROM liabilities_tree WHERE statement_id =
            (SELECT min(day) FROM liabilities_statement); DELETE FROM liabilities_statement
            WHERE day = (SELECT min(day) FROM liabilities_statement)""",
            "and the one before say",
        ),
        (
            "DROP TRIGGER liabilities_tree_append_only ON liabilities_tree",
            "1 of the triggers that guard publications",
        ),
    ],
)
def test_m2_whoever_changes_what_was_published_is_found_by_verify(
    town: Town, deed: str, said: str
) -> None:
    for _ in range(2):
        town.rich(500)
        town.sleep()
        town.publish()
    with town.world.owner(autocommit=False) as link:
        assert _looked(link) == []
        for table in ("statement", "tree", "block"):
            link.execute(f"ALTER TABLE liabilities_{table} DISABLE TRIGGER USER".encode())
        for step in deed.split(";"):
            link.execute(step.encode())
        link.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("statement", "tree", "block"):
            link.execute(f"ALTER TABLE liabilities_{table} ENABLE TRIGGER USER".encode())
        found = _looked(link)
        link.rollback()
    assert [line for line in found if said in line], found


def _looked(link: psycopg.Connection[Any]) -> list[str]:
    return [line for check in PUBLISHED for line in check.run(link, clock.now()).broken]
