"""Notes on payments."""

from __future__ import annotations

from typing import Final

from okpay.kernel.pan import mask_card_numbers

MAX_MEMO: Final = 40  # characters


def clean_memo(text: str) -> str:
    """Take line breaks and control characters out, mask card numbers, cut to `MAX_MEMO`."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return mask_card_numbers(flat)[:MAX_MEMO]
