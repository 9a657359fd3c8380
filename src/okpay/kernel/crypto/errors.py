"""What may go wrong with keys and sealed values; none of it is a refusal that people see."""

from __future__ import annotations


class CryptoError(Exception):
    """Something sealed cannot be opened, or nothing can be sealed."""


class ShreddedError(CryptoError):
    """The subject's keys were destroyed; nobody can ever open this again."""


class SealBrokenError(CryptoError):
    """The value was changed, or belongs to another row, column or subject."""


class KeyMissingError(CryptoError):
    """The key-encryption key that wraps a data key is not at hand, or has another content."""


class NotRegisteredError(CryptoError):
    """A column was used that rotation does not know; call `register` in the app's `ready`."""
