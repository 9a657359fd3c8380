"""Check a proof of funds from an OKPay wallet. Needs Python 3.9 or newer and nothing else.

    python okpay_proof.py FILE [--customer cus_...] [--key HEX] [--statement FILE]

The file says: "on this day your balance was so much, and it is part of the total that we signed and
published." This program recomputes that from the file alone:

1. the published statement carries a valid Ed25519 signature (RFC 8032);
2. your customer number, the nonce and your balance make a leaf;
3. the leaf and its neighbours, each with its sum, lead to the root that the statement names;
4. the sums add up to exactly the total that the statement names, and none of them is below zero.

It cannot know by itself whether the number in the file is yours, whether the key is the wallet's,
and whether everybody was shown the same statement: compare them with --customer, --key and
--statement, or by eye.

Exit code: 0 the proof holds, 1 it does not, 2 the file could not be read as a proof.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

FORMAT = "okpay-proof-of-liabilities/1"
TITLE = "OKPay proof of liabilities, version 1"
HOLDS, BROKEN, UNREADABLE = 0, 1, 2
MOST_BYTES = 200_000
MOST_STEPS = 64
LIMIT = 1 << 128  # sums are 128 bits wide and never wrap
NUMBER_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32
FIELDS = {
    "format", "statement", "signature", "public_key", "customer", "asset", "balance", "nonce",
    "path",
}  # fmt: skip
HEAD = re.compile(
    re.escape(TITLE) + r"\nday (\d{4}-\d\d-\d\d)\nas-of (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n"
    r"previous (none|[0-9a-f]{64})\n((?:tree [^\n]*\n)*)",
    re.ASCII,
)
TREE = re.compile(r"tree ([A-Z0-9]{2,12}) (\d{1,2}) (\S+) ([0-9a-f]{64})", re.ASCII)


class UnreadableError(Exception):
    """The file is no proof, or one of another version."""


class BrokenError(Exception):
    """The proof does not hold."""


class Found(NamedTuple):
    """What a proof that holds says."""

    customer: str
    asset: str
    balance: str
    total: str
    day: str
    as_of: str
    root: str
    public_key: str
    statement: str
    levels: int


# ---- Ed25519, after the reference in RFC 8032 §6 -------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
KEY_BYTES, SIGNATURE_BYTES = 32, 64


def add(one: Any, two: Any) -> Any:  # noqa: ANN401 — plain tuples: this file runs on old Pythons
    """Add two points in extended coordinates X, Y, Z, T."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar: int, point: Any) -> Any:  # noqa: ANN401 — as above
    """Multiply a point."""
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def same(one: Any, two: Any) -> bool:  # noqa: ANN401 — as above
    """Whether two points are one."""
    x_differs = (one[0] * two[2] - two[0] * one[2]) % P
    y_differs = (one[1] * two[2] - two[1] * one[2]) % P
    return not x_differs and not y_differs


def x_of(y: int, sign: int) -> int | None:
    """Return the x that belongs to y, or None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if (x & 1) != sign else x


def point_of(packed: bytes) -> Any:  # noqa: ANN401 — as above
    """Read a point, or None."""
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is valid (RFC 8032 §5.1.7)."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, start = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or start is None or s >= Q:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % Q
    return same(times(s, BASE), add(start, times(challenge, key)))


# ---- Reading, strictly: nothing is repaired, and what is not understood is refused ---------------


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: two readers could take different ones."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError("a name stands twice in the file")
    return found


def read(raw: bytes) -> dict[str, Any]:
    """Read a proof file.

    Raises:
        UnreadableError: it is no proof.
    """
    if len(raw) > MOST_BYTES:
        raise UnreadableError("the file is too large for a proof")
    try:
        proof = json.loads(raw.decode(), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("the file is not JSON") from error
    if not isinstance(proof, dict) or proof.get("format") != FORMAT:
        raise UnreadableError(f"the file is not a proof of the form {FORMAT}")
    if set(proof) != FIELDS:
        raise UnreadableError("a field is missing, or there is one too many")
    path = proof["path"]
    if not isinstance(path, list) or len(path) > MOST_STEPS:
        raise UnreadableError("the path is not a list of steps")
    texts = [value for name, value in proof.items() if name != "path"]
    for step in path:
        if not isinstance(step, dict) or set(step) != {"side", "hash", "sum"}:
            raise UnreadableError("a step of the path has not the right fields")
        texts += step.values()
    if not all(isinstance(text, str) for text in texts):
        raise UnreadableError("a field is not a text")
    return proof


def hex_of(text: str, size: int, what: str) -> bytes:
    """Read lower-case hexadecimal digits of `size` bytes."""
    if not re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", text, re.ASCII):
        raise UnreadableError(f"{what} is not {size} bytes of hexadecimal digits")
    return bytes.fromhex(text)


def minor_of(text: str, decimals: int, what: str) -> int:
    """Read a canonical decimal as a whole number of the smallest unit; never below zero."""
    fraction = rf"\.[0-9]{{{decimals}}}" if decimals else ""
    if text.startswith("-"):
        raise BrokenError(f"{what} is below zero: it would hide what others are owed")
    if not re.fullmatch(rf"(0|[1-9][0-9]{{0,38}}){fraction}", text, re.ASCII):
        raise UnreadableError(f"{what} is not an amount with {decimals} decimals: {text[:60]}")
    return fit(int(text.replace(".", "")), what)


def fit(number: int, what: str) -> int:
    """Refuse a sum that would not fit into 128 bits."""
    if number >= LIMIT:
        raise BrokenError(f"{what} is larger than any sum can be")
    return number


def number_of(customer: str) -> bytes:
    """Read a customer number: `cus_` and 26 letters of base32 are 16 bytes."""
    if not re.fullmatch(rf"cus_[0-7][{NUMBER_LETTERS}]{{25}}", customer, re.ASCII):
        raise UnreadableError("the customer number has not the form cus_…")
    value = 0
    for letter in customer[4:]:
        value = value << 5 | NUMBER_LETTERS.index(letter)
    return value.to_bytes(16, "big")


# ---- The proof -----------------------------------------------------------------------------------


def statement_line(statement: str, asset: str) -> tuple[str, str, int, str, str]:
    """Return day, instant, decimals, total and root that the statement names for an asset."""
    head = HEAD.fullmatch(statement)
    if head is None:
        raise UnreadableError("the statement has not the form of version 1")
    trees = [TREE.fullmatch(line) for line in head[4].splitlines()]
    if None in trees:
        raise UnreadableError("a line of the statement has not the form of version 1")
    mine = [tree for tree in trees if tree is not None and tree[1] == asset]
    if len(mine) != 1:
        raise BrokenError(f"the signed statement does not name {asset} exactly once")
    return head[1], head[2], int(mine[0][2]), mine[0][3], mine[0][4]


def node(mark: bytes, content: bytes, total: int) -> bytes:
    """A node is 32 bytes of SHA-256 and its sum in 16 bytes."""
    return hashlib.sha256(mark + content).digest() + total.to_bytes(16, "big")


def climb(proof: dict[str, Any], decimals: int) -> bytes:
    """Return the root that the customer's leaf and its neighbours lead to."""
    balance = minor_of(proof["balance"], decimals, "your balance")
    content = number_of(proof["customer"]) + hex_of(proof["nonce"], 32, "the nonce")
    here = node(b"\x00", content + balance.to_bytes(16, "big"), balance)
    for place, step in enumerate(proof["path"], 1):
        what = f"the neighbour's sum in step {place}"
        theirs = minor_of(step["sum"], decimals, what)
        other = hex_of(step["hash"], 32, f"the hash in step {place}") + theirs.to_bytes(16, "big")
        total = fit(int.from_bytes(here[32:], "big") + theirs, f"the sum after step {place}")
        if step["side"] not in ("left", "right"):
            raise UnreadableError(f"step {place} stands on no side")
        pair = other + here if step["side"] == "left" else here + other
        here = node(b"\x01", pair, total)
    return here


def check(proof: dict[str, Any]) -> Found:
    """Recompute everything that a proof claims.

    Raises:
        BrokenError: with what does not match, in plain words.
        UnreadableError: it is no proof.
    """
    public = hex_of(proof["public_key"], KEY_BYTES, "the public key")
    signature = hex_of(proof["signature"], SIGNATURE_BYTES, "the signature")
    statement = proof["statement"]
    if not statement.isascii() or not signature_holds(public, statement.encode(), signature):
        raise BrokenError("the signature does not belong to the published statement")
    day, as_of, decimals, total, root = statement_line(statement, proof["asset"])
    top = climb(proof, decimals)
    if top[:32].hex() != root:
        raise BrokenError("your balance does not lead to the published root")
    if int.from_bytes(top[32:], "big") != minor_of(total, decimals, "the published total"):
        raise BrokenError("the sums do not add up to the published total")
    return Found(
        customer=proof["customer"], asset=proof["asset"], balance=proof["balance"], total=total,
        day=day, as_of=as_of, root=root, public_key=proof["public_key"], statement=statement,
        levels=len(proof["path"]),
    )  # fmt: skip


def compare(found: Found, customer: str, key: str, statement: str) -> None:
    """Hold a proof against what its reader knows from elsewhere; empty texts are not compared.

    Raises:
        BrokenError: it is about somebody else, by somebody else, or over another statement.
    """
    if customer and customer != found.customer:
        raise BrokenError(f"this is the proof of {found.customer}, not of {customer}")
    if key and key.lower() != found.public_key:
        raise BrokenError("the statement is signed by another key than the one you know")
    if statement and statement != found.statement:
        raise BrokenError("the statement is not the one that you know")


def words(found: Found) -> str:
    """Say what a proof that holds means."""
    asset = found.asset
    return f"""The proof holds.

  customer      {found.customer}
  balance       {found.balance} {asset}
  is part of    {found.total} {asset}, the published total
  as of         {found.as_of} (published for {found.day})
  root          {found.root}
  signed by     {found.public_key}
  statement     {hashlib.sha256(found.statement.encode()).hexdigest()} (SHA-256)

{found.levels} steps lead from your balance to the root. At each of them the sum of both sides was
added, none was below zero, and the end is exactly the published total. So this balance of yours is
counted in what the wallet says it owes to all its customers.

It does not show that the wallet has this money (that is what reserves and audits show), nor that
every other customer is counted: each can check only their own balance. Compare the customer number
with yours, and the root with the one that others see on the page of published totals.
"""


def fail(code: int, text: str) -> NoReturn:
    """Say what is wrong and end."""
    sys.stderr.write(text + "\n")
    raise SystemExit(code)


def run(file: str, customer: str = "", key: str = "", statement: str = "") -> NoReturn:
    """Check a file and end with the exit code that the head of this program names."""
    try:
        found = check(read(Path(file).read_bytes()))
        known = Path(statement).read_text(encoding="ascii") if statement else ""
        compare(found, customer, key, known)
    except (OSError, UnicodeDecodeError) as error:
        fail(UNREADABLE, f"The file cannot be read: {error}")
    except UnreadableError as error:
        fail(UNREADABLE, f"This is not a proof that can be checked: {error}.")
    except BrokenError as error:
        fail(
            BROKEN,
            f"THE PROOF DOES NOT HOLD: {error}.\n\nFetch it once more from the page Proof of "
            "funds. If it fails again, keep this file,\nwrite to support with it, and tell others: "
            "this should not happen.",
        )
    sys.stdout.write(words(found))
    raise SystemExit(HOLDS)


def main() -> NoReturn:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", help="the proof that you fetched")
    parser.add_argument("--customer", default="", help="your customer number, to compare")
    parser.add_argument("--key", default="", help="the wallet's public key, to compare")
    parser.add_argument("--statement", default="", help="the published statement, to compare")
    asked = parser.parse_args()
    run(asked.file, asked.customer, asked.key, asked.statement)


if __name__ == "__main__":
    main()
