"""E-mails and phones as payees are named by: one normal form, one lookup."""

from __future__ import annotations

import re
from typing import Final

from okpay.identity.errors import RegionNotSupportedError
from okpay.identity.phones import BadPhoneError, read_phone
from okpay.identity.rules import mask_email, mask_phone
from okpay.payments.errors import PayeeNotFoundError

_EMAIL: Final = re.compile(
    r"[^@\s\"\\,;:<>()\[\]{}\x00-\x1f]{1,64}@[^@\s\"\\,;:<>()\[\]{}\x00-\x1f]{1,189}", re.ASCII
)


def normal_alias(text: str) -> str:
    """Write an e-mail in lower case or a phone in E.164.

    Raises:
        PayeeNotFoundError: neither an e-mail nor a phone number that could exist.
    """
    cleaned = text.strip()
    if "@" in cleaned:
        if _EMAIL.fullmatch(cleaned) is None:
            raise PayeeNotFoundError
        return cleaned.lower()
    try:
        return read_phone(cleaned).e164
    except (BadPhoneError, RegionNotSupportedError) as wrong:
        raise PayeeNotFoundError from wrong


def masked_alias(alias: str) -> str:
    """Show enough of an address to recognise it, not enough to learn it."""
    return mask_email(alias) if "@" in alias else mask_phone(alias)
