"""What was published and for whom: statements and trees are for ever, blocks are a cache."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from okpay.ledger.models import Minor


class Statement(models.Model):
    """One signed publication a day, over all assets. Append-only, by trigger."""

    day = models.DateField(primary_key=True)
    as_of = models.DateTimeField(unique=True)
    text = models.TextField()
    signature = models.BinaryField()
    public_key = models.BinaryField()
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the statement by its day."""
        return f"statement of {self.day}"


class Tree(models.Model):
    """The tree of one asset on one day. `salt` is secret: every nonce follows from it.

    `tops` are the nodes over each block of leaves, 48 bytes each, in order.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="trees")
    asset = models.SmallIntegerField()
    root = models.BinaryField()
    total = Minor()
    leaves = models.IntegerField()
    salt = models.BinaryField()
    tops = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "asset"], name="liabilities_tree_once"),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="liabilities_tree_total"),
        ]

    def __str__(self) -> str:
        """Name the tree by its day and asset."""
        return f"tree of asset {self.asset} on {self.statement_id}"


class Block(models.Model):
    """At most 1,024 neighbouring leaves of a tree, so that a path is read from one row.

    Kept for some weeks. What is deleted can be made again from the journal and the salt.
    """

    tree = models.ForeignKey(Tree, on_delete=models.PROTECT, related_name="blocks")
    number = models.IntegerField()
    first = models.BinaryField()
    leaves = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tree", "number"], name="liabilities_block_number"),
            models.UniqueConstraint(fields=["tree", "first"], name="liabilities_block_first"),
        ]

    def __str__(self) -> str:
        """Name the block by its tree and place."""
        return f"block {self.number} of tree {self.tree_id}"
