"""The words of the score: what each part is, what to do for it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from okpay.identity.safety.score import Item, Part, Score
from okpay.web.pages.refusals import page_named

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Words:
    """A part in words: its name once it is done, what to do until then, and why."""

    done: _StrOrPromise
    todo: _StrOrPromise
    why: _StrOrPromise
    icon: str
    page: str


WORDS: Final[dict[Part, Words]] = {
    Part.CONTACTS: Words(
        _("E-mail and number confirmed"),
        _("Confirm your e-mail and mobile number"),
        _("By them you hear of everything, and get back in."),
        "mail-check",
        "account_email",
    ),
    Part.PAYMENT_PASSWORD: Words(
        _("Payment password is set"),
        _("Set a payment password"),
        _("Six digits that confirm every payment. Without it nothing can leave your account."),
        "lock-keyhole",
        "payment_password",
    ),
    Part.SECOND_FACTOR: Words(
        _("A second step at sign-in"),
        _("Add a second step to your sign-in"),
        _("Whoever learns your password still cannot get in."),
        "shield-check",
        "factors",
    ),
    Part.PASSKEY: Words(
        _("A passkey is there"),
        _("Add a passkey"),
        _("It works only on our real address, so no false page can take it."),
        "fingerprint-pattern",
        "factors",
    ),
    Part.FRESH_PASSWORD: Words(
        _("Your sign-in password is not old"),
        _("Choose a new sign-in password"),
        _("Yours is older than half a year. You decide when."),
        "lock",
        "account_change_password",
    ),
    Part.MAIL_WORD: Words(
        _("Your own word in our mails"),
        _("Choose a word for our mails"),
        _("It stands on top of every mail from us. A false mail does not know it."),
        "flag",
        "security_word",
    ),
    Part.REAL_NAME: Words(
        _("Your real name was checked"),
        _("Have your real name checked"),
        _("Then nobody else can say that they are you, and your limits are higher."),
        "id-card",
        "kyc",
    ),
}
TITLES: Final = {
    "good": _("Well protected"),
    "fair": _("Good, with a step left"),
    "low": _("A few steps make it safe"),
}
ALL_DONE: Final = _("Everything is set up")
ALL_DONE_TEXT: Final = _("Check your devices now and then, and end those you do not know.")


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the score on the page."""

    points: int
    done: bool
    title: str
    why: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The score on the page: the dial takes `arc` of 75 parts of its ring."""

    total: int
    arc: str
    level: str
    title: str
    lines: list[Line]
    next: Line | None


def shown(score: Score) -> Shown:
    """Put a score into the words of the current language."""
    lines = [_line(item) for item in score.items]
    following = _line(score.next) if score.next else None
    title = TITLES[score.level] if following else ALL_DONE
    return Shown(
        total=score.total,
        arc=f"{score.total * 75 // 100}",
        level=score.level,
        title=str(title),
        lines=lines,
        next=following,
    )


def _line(item: Item) -> Line:
    words = WORDS[item.part]
    title = words.done if item.done else words.todo
    return Line(
        item.points, item.done, str(title), str(words.why), words.icon, page_named(words.page)
    )
