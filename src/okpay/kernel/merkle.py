"""The Merkle tree of RFC 6962 (the same in RFC 9162): roots, a growing edge, and both proofs.

A leaf is hashed behind a zero byte and a node behind a one, so that neither passes for the other.
`Frontier` appends at the cost of one hash on average and remembers about log2(size) hashes; the
functions over `leaves` need all leaf hashes, and make what a stranger can check with two roots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

HASH: Final = 32  # bytes
EMPTY: Final = hashlib.sha256(b"").digest()  # the root of a tree without leaves, RFC 6962 §2.1


def leaf_hash(data: bytes) -> bytes:
    """Hash what a leaf holds."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its perfect subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Begin empty, or where an earlier one stopped.

        Raises:
            ValueError: `peaks` is not the edge of a tree of `size` leaves.
        """
        if len(peaks) != size.bit_count() or any(len(peak) != HASH for peak in peaks):
            message = f"a tree of {size} leaves has {size.bit_count()} peaks of {HASH} bytes"
            raise ValueError(message)
        self.size = size
        self._peaks = list(peaks)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Frontier:
        """Read what `packed` wrote.

        Raises:
            ValueError: it is not the edge of a tree of `size` leaves.
        """
        cuts = range(0, len(packed), HASH)
        return cls(size, [packed[cut : cut + HASH] for cut in cuts])

    def packed(self) -> bytes:
        """Write the peaks one behind the other."""
        return b"".join(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash: as many subtrees become one as the old size ends in ones."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    edge = Frontier()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root()


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that leaf `index` is in the tree: PATH(m, D[n]) of RFC 6962 §2.1.1.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    cut = _split(len(leaves))
    if index < cut:
        return [*inclusion(leaves[:cut], index), root(leaves[cut:])]
    return [*inclusion(leaves[cut:], index - cut), root(leaves[:cut])]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Check a proof of inclusion against the root `top` of `size` leaves: RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(step, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == top


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Prove that the first `first` leaves are the tree's beginning: PROOF(m, D[n]), §2.1.2.

    Raises:
        IndexError: the tree has fewer leaves, or `first` is not positive.
    """
    if not 0 < first <= len(leaves):
        raise IndexError(first)
    return _consistency(leaves, first, whole=True)


def _consistency(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    cut = _split(len(leaves))
    if first <= cut:
        return [*_consistency(leaves[:cut], first, whole=whole), root(leaves[cut:])]
    return [*_consistency(leaves[cut:], first - cut, whole=False), root(leaves[:cut])]


def consistent(
    first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Check that a tree of `second` leaves continues one of `first`: RFC 9162 §2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = [first_root, *path] if first.bit_count() == 1 else list(path)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)
