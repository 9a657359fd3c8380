"""The tree of RFC 6962, against known roots and a reference that is the RFC's definition."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel import merkle

pytestmark = pytest.mark.no_database

# The inputs and roots of Certificate Transparency's own tests (merkle_tree_test of the reference
# implementation): roots over the first 1 … 8 of these leaves.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(bytes.fromhex(text)) for text in INPUTS]
MANY = [merkle.leaf_hash(number.to_bytes(4)) for number in range(70)]


def _naive(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) as RFC 6962 §2.1 writes it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    sides = _naive(leaves[:cut]) + _naive(leaves[cut:])
    return hashlib.sha256(b"\x01" + sides).digest()


def test_roots_are_those_of_certificate_transparency() -> None:
    assert [merkle.root(LEAVES[: count + 1]).hex() for count in range(8)] == ROOTS
    assert merkle.root([]).hex() == hashlib.sha256().hexdigest()


def test_the_growing_edge_gives_the_definitions_root_at_every_size() -> None:
    edge = merkle.Frontier()
    for count, leaf in enumerate(MANY, start=1):
        edge.append(leaf)
        again = merkle.Frontier.unpacked(count, edge.packed())
        assert edge.root() == again.root() == _naive(MANY[:count])


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (3, b"x" * 32), (1, b"x" * 31), (0, b"x")])
def test_an_edge_that_cannot_be_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="peaks of 32 bytes"):
        merkle.Frontier.unpacked(size, packed)


@given(st.integers(1, 70), st.data())
def test_a_leaf_proves_that_it_is_there_and_nothing_else_does(
    size: int, data: st.DataObject
) -> None:
    leaves = MANY[:size]
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(leaves, index)
    top = merkle.root(leaves)
    assert merkle.included(leaves[index], index, size, path, top)
    assert not merkle.included(merkle.leaf_hash(b"other"), index, size, path, top)
    assert not merkle.included(leaves[index], index, size, path, merkle.leaf_hash(b"other"))
    assert not merkle.included(leaves[index], index, size, [*path, top], top)
    assert not merkle.included(leaves[index], size, size, path, top)
    for wrong in {0, size - 1, size // 2} - {index}:
        assert not merkle.included(leaves[index], wrong, size, path, top)
    if path:
        assert not merkle.included(leaves[index], index, size, path[:-1], top)


@given(st.integers(1, 70), st.data())
def test_a_longer_tree_proves_that_it_continues_the_shorter(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    old, new = merkle.root(MANY[:first]), merkle.root(MANY[:size])
    path = merkle.consistency(MANY[:size], first)
    assert merkle.consistent(first, size, path, old, new)
    assert not merkle.consistent(first, size, [*path, old], old, new)
    forged = [merkle.leaf_hash(b"other"), *MANY[1:size]]
    assert not merkle.consistent(first, size, path, old, merkle.root(forged))
    assert not merkle.consistent(first, size, path, merkle.root(forged[:first]), new)
    assert not merkle.consistent(size + 1, size, path, old, new)
    if path:
        assert not merkle.consistent(first, size, path[:-1], old, new)


def test_what_cannot_be_proved_is_an_error() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(MANY[:3], 3)
    for first in (0, 4):
        with pytest.raises(IndexError):
            merkle.consistency(MANY[:3], first)
    assert not merkle.consistent(1, 2, [], MANY[0], MANY[1])
