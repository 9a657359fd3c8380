"""The guide against fraud, chapter by chapter: a sign to know it by, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Chapter:
    """One kind of fraud or carelessness: its name, how it goes, what to do."""

    slug: str
    icon: str
    title: _StrOrPromise
    story: _StrOrPromise
    rules: tuple[_StrOrPromise, ...]


CHAPTERS: Final = (
    Chapter(
        "caller",
        "phone",
        _("Somebody calls and says they are from OKPay, the bank or the police"),
        _(
            "They know your name and an order of yours. Your money is in danger, they say, and"
            " has to go to a safe account, or they need the code you just got."
        ),
        (
            _("There is no safe account. Nobody from OKPay moves your money by telephone."),
            _("Never tell a code or a password. We never ask for them, and neither do the police."),
            _("Hang up. Open this app yourself and look whether a message is there."),
        ),
    ),
    Chapter(
        "false-mail",
        "mail",
        _("A mail or a text message with a link"),
        _(
            "It looks like ours and wants you to sign in, to confirm a payment or to lift a lock."
            " The address is almost right."
        ),
        (
            _("Choose a word for our mails. A mail without your word is not from us."),
            _("Do not sign in by a link. Type the address yourself, or use the app."),
            _("A passkey works only on the real address. Add one and this fraud fails."),
        ),
    ),
    Chapter(
        "screen",
        "screen-share",
        _("“Share your screen, I will help you”"),
        _(
            "A helper, a buyer or a customer service wants to see your screen or have you install"
            " a program. Then they read the codes as they come."
        ),
        (
            _("Never share the screen while a payment app is open."),
            _("Uninstall programs that a stranger made you install, then change your password."),
        ),
    ),
    Chapter(
        "refund",
        "undo-2",
        _("A refund that needs a payment first"),
        _(
            "Somebody who sold you something wants to give money back, and sends a code to scan"
            " or asks for a deposit or a test transfer."
        ),
        (
            _("A refund comes by itself to where you paid from. It needs no code and no password."),
            _("Whoever scans a code and enters the payment password is paying, never receiving."),
        ),
    ),
    Chapter(
        "earnings",
        "trending-up",
        _("High earnings, small tasks, an investment group"),
        _(
            "The first small sums do come back. Then the sums grow, and to take your money out"
            " you have to pay a tax or a fee first."
        ),
        (
            _("Who promises earnings without risk is lying."),
            _("Never pay in order to get your own money out."),
        ),
    ),
    Chapter(
        "friend",
        "users",
        _("A friend or a relative who suddenly needs money"),
        _("The account of a friend was taken over, or the voice on the telephone is copied."),
        (
            _("Call them on the number you know, or ask something only they can know."),
            _("Look at the masked name before you pay. A wrong name means: stop."),
        ),
    ),
    Chapter(
        "lending",
        "hand-coins",
        _("Lending your account"),
        _("Somebody pays you to receive money and pass it on. It is stolen money."),
        (
            _("Lending an account is against the law, and your account will be frozen."),
            _("Refuse, and tell us who asked."),
        ),
    ),
    Chapter(
        "networks",
        "wifi",
        _("In public networks"),
        _(
            "In a café or a station anybody can open a network with a name you trust. Pages that"
            " ask for your password before you are online may be false."
        ),
        (
            _("Do not pay over a public Wi-Fi that you do not know. Use mobile data instead."),
            _("Look for the lock and for our address before you type a password."),
            _("On a computer that is not yours, sign out at the end."),
        ),
    ),
    Chapter(
        "habits",
        "shield-check",
        _("Habits that protect you"),
        _("A few minutes once, and most of the above cannot touch you."),
        (
            _("A long password for OKPay that you use nowhere else; a password manager helps."),
            _("A second step at sign-in. Keep the recovery codes on paper, not in the phone."),
            _("Look at your devices and programs now and then, and end what you do not know."),
            _("Lock the phone, keep its system up to date, load apps only from their maker."),
        ),
    ),
)
