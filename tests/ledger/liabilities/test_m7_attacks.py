"""M7: what a house might do to owe less, and how a customer's verifier finds it.

The house here is as strong as can be: it has the signing key and builds whatever tree it likes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from okpay.kernel.ids import encode
from okpay.kernel.money import ASSETS, Money
from okpay.kernel.signing import Signer
from okpay.ledger.liabilities import merkle, okpay_proof
from okpay.ledger.liabilities.okpay_proof import BrokenError, UnreadableError
from okpay.ledger.liabilities.statement import NO_PREVIOUS, Line, write
from tests.ledger.liabilities import naive

pytestmark = pytest.mark.no_database
CNY = ASSETS["CNY"]
SALT = bytes(32)
HOUSE = Signer(bytes(range(32)))
DAY = date(2026, 11, 21)


@dataclass
class Wallet:
    """A customer: who they are and what they know they have."""

    who: UUID
    balance: int

    @property
    def leaf(self) -> naive.Node:
        return naive.leaf(self.who.bytes, SALT, self.balance)


def _wallets(*balances: int) -> list[Wallet]:
    return [Wallet(UUID(int=number + 1), minor) for number, minor in enumerate(balances)]


def _file(
    wallet: Wallet, leaves: list[naive.Node], root: naive.Node, path: list[tuple[str, naive.Node]]
) -> dict[str, Any]:
    """The proof file that this house hands out, properly signed."""
    assert leaves
    line = Line(Money(CNY, root.sum), root.hash)
    text = write(DAY, datetime(2026, 11, 20, 16, tzinfo=UTC), NO_PREVIOUS, [line])
    return {
        "format": okpay_proof.FORMAT,
        "statement": text,
        "signature": HOUSE.sign(text.encode()).value.hex(),
        "public_key": HOUSE.public.hex(),
        "customer": encode("cus", wallet.who),
        "asset": "CNY",
        "balance": Money(CNY, wallet.balance).decimal_string(),
        "nonce": merkle.nonce_of(SALT, wallet.who).hex(),
        "path": [
            {"side": side, "hash": node.hash.hex(), "sum": Money(CNY, node.sum).decimal_string()}
            for side, node in path
        ],
    }


def _honest(wallets: list[Wallet], mine: Wallet) -> dict[str, Any]:
    leaves = [wallet.leaf for wallet in wallets]
    path = naive.path(leaves, SALT, mine.leaf)
    return _file(mine, leaves, naive.root(leaves, SALT), path)


def _verdict(proof: dict[str, Any]) -> str:
    """What the customer's verifier says: "" when the proof holds."""
    try:
        okpay_proof.check(proof)
    except (BrokenError, UnreadableError) as error:
        return str(error)
    return ""


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_m7_honest_proofs_hold_for_everybody(balances: list[int]) -> None:
    wallets = _wallets(*balances)
    for wallet in wallets:
        found = okpay_proof.check(_honest(wallets, wallet))
        assert found.total == Money(CNY, sum(balances)).decimal_string()
        assert found.customer == encode("cus", wallet.who)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.data())
def test_m7_a_dropped_account_has_no_proof_that_holds(
    balances: list[int], data: st.DataObject
) -> None:
    wallets = _wallets(*balances)
    victim = data.draw(st.sampled_from(wallets))
    others = [wallet for wallet in wallets if wallet is not victim]
    leaves = [wallet.leaf for wallet in others]
    root = naive.root(leaves, SALT)
    for wallet in others:  # the house can only pass off somebody else's way
        path = naive.path(leaves, SALT, wallet.leaf)
        assert _verdict(_file(victim, leaves, root, path)) != ""


def test_m7_a_negative_leaf_cannot_be_made_and_is_refused_when_it_is_shown() -> None:
    with pytest.raises(OverflowError):
        merkle.leaf_of(UUID(int=1), bytes(32), -1)
    wallets = _wallets(500, 900)
    proof = _honest(wallets, wallets[0])
    proof["path"][0]["sum"] = "-4.00"
    assert _verdict(proof) == (
        "the neighbour's sum in step 1 is below zero: it would hide what others are owed"
    )


def test_m7_a_negative_leaf_hidden_as_a_wrapped_number_is_too_large() -> None:
    wallets = _wallets(500)
    hidden = naive.Node(bytes(32), 2**128 - 400)  # what −400 would be if sums wrapped
    root = naive.Node(b"r" * 32, 100)
    proof = _file(wallets[0], [wallets[0].leaf], root, [("right", hidden)])
    assert _verdict(proof) == "the sum after step 1 is larger than any sum can be"


@given(st.integers(1, 10**6))
def test_m7_two_customers_with_one_leaf_are_found_by_the_second(balance: int) -> None:
    """Kraken's flaw: equal balances and nonces, one leaf for both. Ours names its owner."""
    ann, ben = _wallets(balance, balance)
    leaves = [ann.leaf]
    shared = _file(ann, leaves, naive.root(leaves, SALT), [])
    assert _verdict(shared) == ""
    found = okpay_proof.check(shared)
    with pytest.raises(BrokenError, match="not of"):  # handed to Ben as it is: not his number
        okpay_proof.compare(found, encode("cus", ben.who), "", "")
    renamed = {**shared, "customer": encode("cus", ben.who)}  # with his number: not the root
    assert _verdict(renamed) == "your balance does not lead to the published root"


def test_m7_the_larger_of_two_sums_is_no_sum() -> None:
    """Hu, Zhang, Guo 2018: the parent carries max(left, right), each child is shown a zero."""
    ann, ben = _wallets(700, 300)
    left, right = sorted((ann.leaf, ben.leaf))
    most = max(left.sum, right.sum)
    parent = naive.join(left, right)._replace(sum=most)
    for mine, side, other in ((left, "right", right), (right, "left", left)):
        wallet = ann if mine == ann.leaf else ben
        for shown in (other.sum, most - mine.sum, 0):
            path = [(side, other._replace(sum=shown))]
            assert _verdict(_file(wallet, [left, right], parent, path)) != ""
    blind = naive.Node(  # and with a parent made over what the smaller one is shown
        naive.join(left._replace(sum=0), right).hash, right.sum
    )
    path = [("right", right)]
    wallet = ann if left == ann.leaf else ben
    assert _verdict(_file(wallet, [left, right], blind, path)) != ""


Change = Callable[[dict[str, Any]], None]


def _more(proof: dict[str, Any]) -> None:
    step = proof["path"][1]
    step["sum"] = Money(CNY, int(step["sum"].replace(".", "")) + 1).decimal_string()


def _less_and_more(proof: dict[str, Any]) -> None:
    first, second = proof["path"][0], proof["path"][1]
    first["sum"], second["sum"] = second["sum"], first["sum"]


def _other_side(proof: dict[str, Any]) -> None:
    step = proof["path"][0]
    step["side"] = "left" if step["side"] == "right" else "right"


def _other_balance(proof: dict[str, Any]) -> None:
    proof["balance"] = "0.01"


def _shorter(proof: dict[str, Any]) -> None:
    del proof["path"][-1]


def _other_nonce(proof: dict[str, Any]) -> None:
    proof["nonce"] = "00" * 32


@pytest.mark.parametrize(
    "change", [_more, _less_and_more, _other_side, _other_balance, _shorter, _other_nonce]
)
def test_m7_a_changed_inner_sum_swapped_sums_and_their_like_break_the_way(change: Change) -> None:
    wallets = _wallets(100, 2_000, 30_000, 400_000)
    for wallet in wallets:
        proof = _honest(wallets, wallet)
        change(proof)
        assert _verdict(proof) != "", (wallet, change)


@given(st.data())
def test_m7_no_single_change_of_a_proof_goes_unseen(data: st.DataObject) -> None:
    wallets = _wallets(100, 2_000, 30_000, 400_000, 5)
    honest = _honest(wallets, data.draw(st.sampled_from(wallets)))
    proof = copy.deepcopy(honest)
    place = data.draw(st.sampled_from(["hash", "sum", "balance", "nonce", "statement", "customer"]))
    holder = data.draw(st.sampled_from(proof["path"])) if place in {"hash", "sum"} else proof
    text = holder[place]
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdef.\n "))
    holder[place] = text[:at] + letter + text[at + 1 :]
    assume(proof != honest)
    assert _verdict(proof) != ""


def test_m7_a_signed_total_that_is_not_the_sum_is_found() -> None:
    wallets = _wallets(100, 2_000)
    leaves = [wallet.leaf for wallet in wallets]
    root = naive.root(leaves, SALT)._replace(sum=1_000)
    for wallet in wallets:
        proof = _file(wallet, leaves, root, naive.path(leaves, SALT, wallet.leaf))
        assert _verdict(proof) == "the sums do not add up to the published total"


def test_m7_an_inner_node_cannot_pose_as_a_leaf_nor_a_leaf_as_a_node() -> None:
    ann, ben = _wallets(1, 2)
    root = naive.root([ann.leaf, ben.leaf], SALT)
    assert naive.join(ann.leaf, ben.leaf).hash != naive.leaf(bytes(16), bytes(32), 3).hash
    assert merkle.LEAF_MARK != merkle.PARENT_MARK
    assert (
        merkle.parent_of(bytes(48), bytes(48))[:32]
        != merkle.leaf_of(UUID(int=0), bytes(32), 0)[:32]
    )
    assert root.sum == 3


def test_m7_a_lone_leaf_is_never_paired_with_itself() -> None:
    """CVE-2012-2459: with a repeated last leaf two lists of customers would share a root."""
    three = [wallet.leaf for wallet in _wallets(1, 2, 3)]
    last = max(three)
    packed = [node.hash + naive.wide(node.sum) for node in three]
    built = merkle.build(packed, SALT)
    assert merkle.sum_of(built.root) == 6
    with pytest.raises(merkle.DuplicateLeafError):
        merkle.build([*packed, last.hash + naive.wide(last.sum)], SALT)
