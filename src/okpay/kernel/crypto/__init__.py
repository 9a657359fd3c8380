"""Sealing of personal data: `seal`, `unseal`, `blind`, `shred`; see docs/operations/keys.md."""

from __future__ import annotations

from okpay.kernel.crypto.columns import register
from okpay.kernel.crypto.envelope import blind, seal, seal_by, seal_often, shred, unseal
from okpay.kernel.crypto.errors import (
    CryptoError,
    KeyMissingError,
    NotRegisteredError,
    SealBrokenError,
    ShreddedError,
)
from okpay.kernel.crypto.keys import HOUSE, recent_key, warm

__all__ = [
    "HOUSE",
    "CryptoError",
    "KeyMissingError",
    "NotRegisteredError",
    "SealBrokenError",
    "ShreddedError",
    "blind",
    "recent_key",
    "register",
    "seal",
    "seal_by",
    "seal_often",
    "shred",
    "unseal",
    "warm",
]
