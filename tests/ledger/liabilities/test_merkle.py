"""The tree is the one on the blackboard, whatever its size; the shortcuts change nothing."""

from __future__ import annotations

from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.ledger.liabilities import merkle
from tests.ledger.liabilities import naive

pytestmark = pytest.mark.no_database
SALT = bytes(range(32))
balances = st.lists(st.integers(0, 10**37), min_size=1, max_size=70)


def _people(count: int) -> list[UUID]:
    return [UUID(int=number * 7919 + 1) for number in range(count)]


def _leaves(amounts: list[int]) -> list[bytes]:
    pairs = zip(_people(len(amounts)), amounts, strict=True)
    return [merkle.leaf_of(who, merkle.nonce_of(SALT, who), minor) for who, minor in pairs]


def _naive(amounts: list[int]) -> list[naive.Node]:
    pairs = zip(_people(len(amounts)), amounts, strict=True)
    return [naive.leaf(who.bytes, SALT, minor) for who, minor in pairs]


def _packed(node: naive.Node) -> bytes:
    return node.hash + naive.wide(node.sum)


@given(balances)
def test_root_and_total_are_those_of_the_naive_tree(amounts: list[int]) -> None:
    built = merkle.build(_leaves(amounts), SALT)
    assert built.root == _packed(naive.root(_naive(amounts), SALT))
    assert merkle.sum_of(built.root) == sum(amounts)
    assert built.leaves == len(amounts)


# Small blocks reach what a million leaves reach: full blocks, a last one of any size, many levels.
@given(balances, st.integers(1, 4))
def test_blocks_of_any_size_give_the_same_root_and_paths(amounts: list[int], levels: int) -> None:
    leaves, reference = _leaves(amounts), _naive(amounts)
    mine = list(zip(leaves, reference, strict=True))
    with patch.multiple(merkle, BLOCK_LEVELS=levels, BLOCK=1 << levels):
        built = merkle.build(list(leaves), SALT)
        assert built.root == _packed(naive.root(reference, SALT))
        assert b"".join(built.blocks) == b"".join(sorted(leaves))
        for leaf, expected in mine:
            number = next(n for n, block in enumerate(built.blocks) if leaf in merkle.cut(block))
            steps = merkle.path_of(built.blocks[number], built.tops, number, leaf, SALT)
            assert steps is not None
            found = [("left" if step.left else "right", step.node) for step in steps]
            wanted = naive.path(reference, SALT, expected)
            assert found == [(side, _packed(node)) for side, node in wanted]
            assert merkle.root_from(leaf, steps) == built.root


def test_what_is_not_in_a_block_has_no_path() -> None:
    built = merkle.build(_leaves([5, 6, 7]), SALT)
    stranger = merkle.leaf_of(UUID(int=99), bytes(32), 5)
    assert merkle.path_of(built.blocks[0], built.tops, 0, stranger, SALT) is None


def test_the_order_is_another_one_with_another_salt_and_tells_nothing_of_customers() -> None:
    people, amounts = _people(40), list(range(40))

    def order(salt: bytes) -> list[int]:
        leaves = [
            merkle.leaf_of(who, merkle.nonce_of(salt, who), minor)
            for who, minor in zip(people, amounts, strict=True)
        ]
        return [merkle.sum_of(leaf) for leaf in merkle.cut(merkle.build(leaves, salt).blocks[0])]

    assert order(SALT) != order(bytes(32))
    assert amounts not in (order(SALT), order(bytes(32)))


def test_the_largest_sum_fits_and_one_more_does_not() -> None:
    most = 2**128 - 1
    leaves = [merkle.leaf_of(who, bytes(32), minor) for who, minor in
              zip(_people(2), (most, 0), strict=True)]  # fmt: skip
    assert merkle.sum_of(merkle.build(leaves, SALT).root) == most
    leaves = [merkle.leaf_of(who, bytes(32), minor) for who, minor in
              zip(_people(2), (most, 1), strict=True)]  # fmt: skip
    with pytest.raises(OverflowError):
        merkle.build(leaves, SALT)
