"""Numbers in addresses: what is none, or stands for nothing, is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from okpay.kernel.ids import BadIdError, decode

if TYPE_CHECKING:
    from uuid import UUID


def id_of(text: str, prefix: str) -> UUID:
    """Read a public id.

    Raises:
        Http404: it is none of this kind.
    """
    try:
        return decode(text, prefix)
    except BadIdError as error:
        raise Http404 from error
