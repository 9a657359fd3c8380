"""The Merkle-sum tree: pure, over bytes and whole numbers.

A node is 48 bytes: 32 of SHA-256, then its sum, 16 bytes, unsigned, big-endian. A parent hashes
both children entire, so both hashes *and both sums* (not their total, which lets a house show each
customer another neighbour: Hu, Zhang, Guo, "Breaking the Binding", 2018). Leaves and parents begin
with different bytes (RFC 6962 §2.1), so neither can pose as the other. Sums are unsigned and do
not wrap: what does not fit raises. A lone last node is paired with a node of nothing, never with
itself (CVE-2012-2459).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final
from uuid import UUID

HASH: Final = 32
NODE: Final = 48
SUM: Final = NODE - HASH
SALT: Final = 32
BLOCK_LEVELS: Final = 10
BLOCK: Final = 1 << BLOCK_LEVELS  # leaves that lie together in one row
LEAF_MARK, PARENT_MARK = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Step:
    """One neighbour on the way up; `left` tells on which side it stands."""

    left: bool
    node: bytes


class DuplicateLeafError(ValueError):
    """Two leaves are the same; one of two customers would not be counted."""


@dataclass(frozen=True, slots=True)
class Built:
    """A tree: its root, the nodes over its blocks, and the blocks, packed."""

    root: bytes
    tops: bytes
    blocks: tuple[bytes, ...]
    leaves: int


def nonce_of(salt: bytes, customer: UUID) -> bytes:
    """Return the 32 bytes that blind a customer's leaf in the tree that has this salt."""
    return hmac.digest(salt, customer.bytes, "sha256")


def leaf_of(customer: UUID, nonce: bytes, balance: int) -> bytes:
    """Return the leaf of one customer.

    Raises:
        OverflowError: the balance is negative, or has more than 128 bits.
    """
    total = balance.to_bytes(SUM, "big")
    return sha256(LEAF_MARK + customer.bytes + nonce + total).digest() + total


def sum_of(node: bytes) -> int:
    """Return what a node sums to, in the asset's smallest unit."""
    return int.from_bytes(node[HASH:], "big")


def parent_of(left: bytes, right: bytes) -> bytes:
    """Return the node over two others.

    Raises:
        OverflowError: the sum has more than 128 bits.
    """
    total = sum_of(left) + sum_of(right)
    return sha256(PARENT_MARK + left + right).digest() + total.to_bytes(SUM, "big")


def padding_of(salt: bytes, level: int) -> bytes:
    """Return the node of nothing that stands beside a lone last node of a level."""
    return hmac.digest(salt, b"padding" + bytes([level]), "sha256") + bytes(SUM)


def to_root(level: list[bytes], salt: bytes, height: int = 0) -> list[list[bytes]]:
    """Return this level, `height` over the leaves, and all above it; the last is the root alone.

    What is padded is padded in place.
    """
    levels = [level]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1], salt, height + len(levels) - 1))
    return levels


def to_top(level: list[bytes], salt: bytes) -> list[list[bytes]]:
    """Return the levels over the leaves of one block of several, to the height of all tops."""
    levels = [level]
    for height in range(BLOCK_LEVELS):
        levels.append(_above(levels[-1], salt, height))
    return levels


def _above(level: list[bytes], salt: bytes, height: int) -> list[bytes]:
    """The loop that counts: a million leaves take a second here, so no call stands inside it."""
    if len(level) & 1:
        level.append(padding_of(salt, height))
    sums = [int.from_bytes(node[HASH:], "big") for node in level]
    totals = [left + right for left, right in zip(sums[::2], sums[1::2], strict=True)]
    return [
        sha256(PARENT_MARK + left + right).digest() + total.to_bytes(SUM, "big")
        for left, right, total in zip(level[::2], level[1::2], totals, strict=True)
    ]


def build(leaves: list[bytes], salt: bytes) -> Built:
    """Build the tree over at least one leaf; `leaves` is sorted in place.

    The order is that of the leaves' hashes, so a place tells nothing about a customer and is
    another one every day.

    Raises:
        DuplicateLeafError: two leaves are the same.
        OverflowError: the total has more than 128 bits.
    """
    leaves.sort()
    for one, next_one in pairwise(leaves):
        if one == next_one:
            raise DuplicateLeafError(one.hex())
    blocks = [leaves[start : start + BLOCK] for start in range(0, len(leaves), BLOCK)]
    packed = tuple(b"".join(block) for block in blocks)
    tops = [levels_of(block, salt, alone=len(blocks) == 1)[-1][0] for block in blocks]
    root = to_root(list(tops), salt, BLOCK_LEVELS)[-1][0]
    return Built(root, b"".join(tops), packed, len(leaves))


def levels_of(block: list[bytes], salt: bytes, *, alone: bool) -> list[list[bytes]]:
    """Return the levels over one block; one that is the whole tree ends where one node is left."""
    return to_root(block, salt) if alone else to_top(block, salt)


def path_of(block: bytes, tops: bytes, number: int, leaf: bytes, salt: bytes) -> list[Step] | None:
    """Return the way from a leaf in block `number` up to the root; None when it is not there."""
    leaves, above = cut(block), cut(tops)
    if leaf not in leaves:
        return None
    inside = levels_of(leaves, salt, alone=len(above) == 1)
    return [
        *steps_of(inside, inside[0].index(leaf)),
        *steps_of(to_root(above, salt, BLOCK_LEVELS), number),
    ]


def steps_of(levels: list[list[bytes]], place: int) -> list[Step]:
    """Return the neighbours from a place in the lowest of `levels` to its top."""
    steps = []
    for level in levels[:-1]:
        other = place ^ 1
        steps.append(Step(left=other < place, node=level[other]))
        place >>= 1
    return steps


def cut(packed: bytes) -> list[bytes]:
    """Take packed nodes apart."""
    return [packed[start : start + NODE] for start in range(0, len(packed), NODE)]


def root_from(leaf: bytes, steps: Sequence[Step]) -> bytes:
    """Return the root that a leaf and its neighbours lead to."""
    node = leaf
    for step in steps:
        node = parent_of(step.node, node) if step.left else parent_of(node, step.node)
    return node
