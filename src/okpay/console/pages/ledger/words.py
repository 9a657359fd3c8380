"""Words for the book's small vocabularies, and how an id is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okpay.ledger.chart import AccountKind, HoldState, TransferCode, TransferKind
from okpay.wallets.models import RecordKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACCOUNTS: Final[dict[AccountKind, _StrPromise]] = {
    AccountKind.WALLET: _("Customer wallet"),
    AccountKind.ACQUIRER: _("Card acquirer clearing"),
    AccountKind.BANK: _("Bank clearing"),
    AccountKind.FEES: _("Fee income"),
    AccountKind.CLAIMS: _("Waiting for a payee"),
    AccountKind.ADJUSTMENTS: _("Manual adjustments"),
    AccountKind.EXCHANGE: _("Currency position"),
}
KINDS: Final[dict[TransferKind, _StrPromise]] = {
    TransferKind.POSTED: pgettext_lazy("ledger", "Posted"),
    TransferKind.PENDING: pgettext_lazy("ledger", "Held (pending)"),
    TransferKind.POST: pgettext_lazy("ledger", "Hold posted"),
    TransferKind.VOID: pgettext_lazy("ledger", "Hold voided"),
    TransferKind.EXPIRE: pgettext_lazy("ledger", "Hold expired"),
}
CODES: Final[dict[TransferCode, _StrPromise]] = {
    TransferCode.P2P: pgettext_lazy("ledger", "Transfer"),
    TransferCode.TOP_UP: pgettext_lazy("ledger", "Top-up"),
    TransferCode.FEE: pgettext_lazy("ledger", "Fee"),
    TransferCode.PURCHASE: pgettext_lazy("ledger", "Purchase"),
    TransferCode.REFUND: pgettext_lazy("ledger", "Refund"),
    TransferCode.EXCHANGE: pgettext_lazy("ledger", "Exchange"),
    TransferCode.ADJUSTMENT: pgettext_lazy("ledger", "Manual adjustment"),
}
HOLDS: Final[dict[HoldState, tuple[_StrPromise, str, str]]] = {  # word, badge, icon
    HoldState.OPEN: (pgettext_lazy("hold", "Open"), "warn", "clock"),
    HoldState.POSTED: (pgettext_lazy("hold", "Posted"), "ok", "check"),
    HoldState.VOIDED: (pgettext_lazy("hold", "Voided"), "", "x"),
    HoldState.EXPIRED: (pgettext_lazy("hold", "Expired"), "", "clock"),
}
RESOLVERS: Final[dict[str, _StrPromise]] = {
    "payee": pgettext_lazy("resolver", "The payee"),
    "system": pgettext_lazy("resolver", "The system"),
}
REASONS: Final[dict[str, _StrPromise]] = {
    "payee_unregistered": pgettext_lazy("hold", "Nobody has proven this address yet"),
    "payee_frozen": pgettext_lazy("hold", "The payee is frozen"),
    "payee_unverified": pgettext_lazy("hold", "The payee is not verified yet"),
}
RECORDS: Final[dict[RecordKind, _StrPromise]] = {
    RecordKind.TRANSFER: pgettext_lazy("ledger", "Transfer"),
    RecordKind.TOP_UP: pgettext_lazy("ledger", "Top-up"),
    RecordKind.PURCHASE: pgettext_lazy("ledger", "Purchase"),
    RecordKind.REFUND: pgettext_lazy("ledger", "Refund"),
    RecordKind.EXCHANGE: pgettext_lazy("ledger", "Exchange"),
    RecordKind.ADJUSTMENT: pgettext_lazy("ledger", "Manual adjustment"),
}


def reason_of(code: str) -> str:
    """Say why money was set aside; a code without words stands for itself."""
    return str(REASONS.get(code, code))


def resolver_of(name: str) -> str:
    """Say who ends a hold; a name without words stands for itself."""
    return str(RESOLVERS.get(name, name))
