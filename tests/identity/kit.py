"""What the tests of identity share: made-up people and their secrets."""

from __future__ import annotations

import itertools

PASSWORD = "seven quiet rivers run"
PIN = "204817"
# The last six digits of a phone are never a payment password that a test chooses.
_numbers = itertools.count(1_000_001)


def fresh_phone() -> str:
    """Return a mobile number that no other test of this run uses."""
    return f"+86139{next(_numbers) % 10**8:08d}"


def fresh_email() -> str:
    """Return an e-mail that no other test of this run uses."""
    return f"p{next(_numbers)}@mail.example"
