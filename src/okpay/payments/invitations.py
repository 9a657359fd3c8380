"""What somebody without a wallet is written when money waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from okpay.kernel.ids import encode
from okpay.limits.rules import ZONE
from okpay.notices import queries
from okpay.payments.models import Pending
from okpay.wallets.models import Record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Money


def claim_link(record_id: UUID) -> str:
    """Path of the page where waiting money is accepted."""
    return f"/claim/{encode('trf', record_id)}"


def invitation_key(record_id: UUID) -> str:
    """Name the invitation to a transfer: whatever happens, it is sent once."""
    return f"invitation:{record_id}"


def goes_out(*, record_id: UUID, now: datetime) -> bool:
    """Whether somebody without a wallet was, or will be, written that this transfer waits."""
    payer = Record.objects.values_list("payer", flat=True).get(id=record_id)
    assert payer is not None  # noqa: S101 — a transfer that waits has its payer
    to = Pending.objects.get(record=record_id).address
    return queries.goes_out(dedupe=invitation_key(record_id), to=to, causer=payer, now=now)


def invitation_text(payer: str, money: Money, record_id: UUID, deadline: datetime) -> str:
    """Write the invitation; it carries no secret, only the owner of the address can claim."""
    until = timezone.localtime(deadline, ZONE).strftime("%Y-%m-%d %H:%M")
    return _(
        "%(payer)s sent you %(amount)s with OKPay. Register with this address by %(until)s to"
        " receive it; after that it goes back. %(link)s"
    ) % {
        "payer": payer,
        "amount": money.phrase(),
        "until": until,
        "link": settings.OKPAY_BASE_URL + claim_link(record_id),
    }
