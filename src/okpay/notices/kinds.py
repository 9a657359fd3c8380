"""The kinds of messages, with their words. A new kind is one entry here.

Places in the words (`%(amount)s`) are filled from the message's params when it is viewed, in the
language of the person who reads; a place without a parameter shows a dash.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from okpay.notices.safety_kinds import REAL_NAME, SECURITY
from okpay.notices.schemas import Category, Kind

MONEY: Final = Category.TRANSACTIONS

_TRANSFERS: Final[dict[str, Kind]] = {
    "transfer_received": Kind(
        MONEY,
        _("You received %(amount)s"),
        _("%(payer)s sent you %(amount)s. It is in your balance."),
        "arrow-down-left",
        _("See the record"),
    ),
    "transfer_sent": Kind(
        MONEY,
        _("You sent %(amount)s"),
        _("%(payee)s has received %(amount)s."),
        "arrow-up-right",
        _("See the record"),
    ),
    "transfer_pending": Kind(
        MONEY,
        _("%(amount)s is waiting for %(payee)s"),
        _(
            "The money is on hold and not yet theirs. Unless it is accepted by "
            "%(expires_at)s, all of it comes back to you."
        ),
        "clock",
        _("See the record"),
    ),
    "transfer_waiting": Kind(
        MONEY,
        _("%(payer)s sent you %(amount)s"),
        _("It is waiting for you. Accept it by %(expires_at)s, or it goes back."),
        "clock",
        _("See what to do"),
    ),
    "transfer_delayed": Kind(
        MONEY,
        _("%(amount)s goes to %(payee)s later"),
        _("It arrives on %(expires_at)s, as you chose. Until then you can take it back."),
        "clock",
        _("See the record"),
    ),
    "transfer_coming": Kind(
        MONEY,
        _("%(payer)s sends you %(amount)s"),
        _(
            "It is not yours yet: it arrives on %(expires_at)s, and until then they can take it"
            " back."
        ),
        "clock",
        _("See the record"),
    ),
    "transfer_returned": Kind(
        MONEY,
        _("%(amount)s came back to you"),
        _("The transfer to %(payee)s did not go through. All of it is in your balance again."),
        "undo-2",
        _("See the record"),
    ),
    "transfer_canceled": Kind(
        MONEY,
        _("A transfer of %(amount)s was cancelled"),
        _("%(payer)s cancelled it before it was accepted. Your balance did not change."),
        "x",
        "",
    ),
    "transfer_claimed": Kind(
        MONEY,
        _("%(payee)s accepted %(amount)s"),
        _("The money you had on hold has arrived."),
        "check",
        _("See the record"),
    ),
    "refund_received": Kind(
        MONEY,
        _("%(payer)s returned %(amount)s to you"),
        _("It is a refund of a payment of yours, and in your balance."),
        "undo-2",
        _("See the record"),
    ),
    "refund_sent": Kind(
        MONEY,
        _("%(amount)s of a payment went back"),
        _("%(payee)s has it again. Your balance is lower by as much."),
        "undo-2",
        _("See the record"),
    ),
    "adjusted_in": Kind(
        MONEY,
        _("We credited %(amount)s to you"),
        _("OKPay corrected your balance: %(note)s. Two people of our staff decided it."),
        "scale",
        _("See the record"),
    ),
    "adjusted_out": Kind(
        MONEY,
        _("We took %(amount)s back"),
        _(
            "OKPay corrected your balance: %(note)s. Two people of our staff decided it. If it is"
            " not right, write to support."
        ),
        "scale",
        _("See the record"),
    ),
    "payee_reminder": Kind(
        MONEY,
        _("%(payer)s reminds you of %(amount)s"),
        _("The money is still waiting for you. Accept it by %(expires_at)s, or it goes back."),
        "bell",
        _("See what to do"),
    ),
    "money_requested": Kind(
        MONEY,
        _("%(payee)s asks you for %(amount)s"),
        _("Pay only if you know why. Nothing moves unless you confirm it."),
        "hand-coins",
        _("See the request"),
    ),
    "request_paid": Kind(
        MONEY,
        _("%(payer)s paid your request"),
        _("%(amount)s is in your balance."),
        "check",
        _("See the record"),
    ),
    "request_declined": Kind(
        MONEY,
        _("%(payer)s declined your request"),
        _("Your request for %(amount)s was declined. No money moved."),
        "x",
        _("See the request"),
    ),
    "request_canceled": Kind(
        MONEY,
        _("A request for %(amount)s was withdrawn"),
        _("%(payee)s no longer asks for it. There is nothing to do."),
        "x",
        "",
    ),
}

_PAYOUTS: Final[dict[str, Kind]] = {
    "payout_done": Kind(
        MONEY,
        _("Your list of %(count)s payments is done"),
        _("All of them were paid, or wait for their payee."),
        "list-checks",
        _("See the list"),
    ),
    "payout_partly": Kind(
        MONEY,
        _("Your list is done: %(done)s of %(count)s paid"),
        _("The others were not paid. The list says why, line by line."),
        "list-checks",
        _("See the list"),
    ),
    "payout_refused": Kind(
        MONEY,
        _("Nothing of your list was paid"),
        _("None of %(count)s payments was made. The list says why, line by line."),
        "circle-x",
        _("See the list"),
    ),
}

_TOP_UPS: Final[dict[str, Kind]] = {
    "topup_done": Kind(
        MONEY,
        _("%(amount)s was added to your balance"),
        _("Paid with %(source)s. Fee %(fee)s."),
        "circle-plus",
        _("See the record"),
    ),
    "topup_failed": Kind(
        MONEY,
        _("The top-up of %(amount)s did not go through"),
        _("%(source)s was declined. Your balance did not change."),
        "circle-x",
        _("See why"),
    ),
    "topup_checking": Kind(
        MONEY,
        _("We are checking your top-up of %(amount)s"),
        _(
            "The card company has not answered yet. Please do not pay again; we tell you how "
            "it ended."
        ),
        "clock",
        _("See the state"),
    ),
}

_SERVICE: Final[dict[str, Kind]] = {
    "welcome": Kind(
        Category.SERVICE,
        _("Welcome to OKPay"),
        _("Set a payment password, then top up and send your first transfer."),
        "sparkles",
        _("Set the payment password"),
    ),
    "service_notice": Kind(Category.SERVICE, "%(title)s", "%(body)s", "megaphone", _("Read more")),
    "promotion": Kind(Category.PROMOTIONS, "%(title)s", "%(body)s", "tag", _("Read more")),
}

KINDS: Final[dict[str, Kind]] = {
    **_TRANSFERS,
    **_PAYOUTS,
    **_TOP_UPS,
    **SECURITY,
    **REAL_NAME,
    **_SERVICE,
}
