"""The tree as one would write it on a blackboard: recursion over pairs, nothing clever.

Independent of the product: plain tuples, its own hashing, its own padding by levels.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple


class Node(NamedTuple):
    """A hash and a sum."""

    hash: bytes
    sum: int


def wide(number: int) -> bytes:
    """Sixteen bytes, most significant first."""
    return bytes.fromhex(f"{number:032x}")


def leaf(customer: bytes, salt: bytes, balance: int) -> Node:
    """A customer's leaf."""
    nonce = hmac.new(salt, customer, hashlib.sha256).digest()
    return Node(hashlib.sha256(b"\x00" + customer + nonce + wide(balance)).digest(), balance)


def join(left: Node, right: Node) -> Node:
    """The node over two."""
    text = b"\x01" + left.hash + wide(left.sum) + right.hash + wide(right.sum)
    return Node(hashlib.sha256(text).digest(), left.sum + right.sum)


def levels(leaves: list[Node], salt: bytes) -> list[list[Node]]:
    """Every level of the tree, each with its padding, the root last."""
    level = sorted(leaves, key=lambda node: node.hash)
    found = [level]
    while len(level) > 1:
        if len(level) % 2:
            mark = b"padding" + bytes([len(found) - 1])
            level.append(Node(hmac.new(salt, mark, hashlib.sha256).digest(), 0))
        level = [join(level[place], level[place + 1]) for place in range(0, len(level), 2)]
        found.append(level)
    return found


def root(leaves: list[Node], salt: bytes) -> Node:
    """The root."""
    return levels(leaves, salt)[-1][0]


def path(leaves: list[Node], salt: bytes, mine: Node) -> list[tuple[str, Node]]:
    """Side and node of every neighbour from a leaf to the root."""
    found = []
    tree = levels(leaves, salt)
    place = tree[0].index(mine)
    for level in tree[:-1]:
        found.append(("right", level[place + 1]) if place % 2 == 0 else ("left", level[place - 1]))
        place //= 2
    return found
