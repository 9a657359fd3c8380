"""Read every wallet's balance at an instant, as leaves; one asset at a time, in one snapshot."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db import connection

from okpay.ledger.as_of import MANY
from okpay.ledger.chart import AccountKind
from okpay.ledger.liabilities.merkle import LEAF_MARK, SUM

if TYPE_CHECKING:
    from datetime import datetime

_ID: Final = 32  # hexadecimal digits of a customer's id
# A wallet that had not moved by then is nobody's claim and no leaf, so that the same instant
# always gives the same leaves, however many accounts were opened since.
_WALLETS: Final = """
COPY (PAST
SELECT encode(uuid_send(owner), 'hex'), posted, id FROM past
WHERE kind = %(wallet)s AND asset = %(asset)s AND seq > 0
) TO STDOUT
""".replace("PAST", MANY)


class NegativeLeafError(RuntimeError):
    """A customer's balance was below zero: it would hide what others are owed."""


def read_leaves(asset: int, at: datetime, salt: bytes) -> list[bytes]:
    """Return the leaf of every wallet of one asset as of `at`, in no order.

    A balance is what is posted: money on hold is still owed to its owner.

    Raises:
        NegativeLeafError: names the account.
    """
    leaves, blind = [], hmac.digest
    words = {"at": at, "wallet": int(AccountKind.WALLET), "asset": asset}
    with connection.cursor() as cursor, cursor.copy(_WALLETS, words) as rows:
        for row in rows:  # a million turns: what `merkle.leaf_of` does stands here without calls
            line = bytes(row)
            customer, balance = bytes.fromhex(line[:_ID].decode()), line[_ID + 1 :].split(b"\t")
            minor = int(balance[0])
            if minor < 0:
                raise NegativeLeafError(
                    f"account {int(balance[1])} stood at {minor} of asset {asset}, below zero"
                )
            total = minor.to_bytes(SUM, "big")
            nonce = blind(salt, customer, "sha256")
            leaves.append(sha256(LEAF_MARK + customer + nonce + total).digest() + total)
    return leaves
