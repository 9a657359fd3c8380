"""What can be wrong with a field or a picture, by code: the words people read, and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Kind(StrEnum):
    """RETRY: the same again, better. MISMATCH: two things contradict. MORE: one thing is missing.

    FINAL: no new picture would help.
    """

    RETRY = "retry"
    MISMATCH = "mismatch"
    MORE = "more"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Reason:
    """A remark's words: what is the matter, and what to do about it."""

    kind: Kind
    text: Words
    help: Words


_LIGHT: Final = _("Lay it on a dark table by a window, without flash, and hold the phone still.")
_COMPARE: Final = _("Compare it with the document, character by character.")

REASONS: Final[dict[str, Reason]] = {
    "blurred": Reason(Kind.RETRY, _("The picture is blurred."), _LIGHT),
    "glare": Reason(Kind.RETRY, _("Light is reflected over the text."), _LIGHT),
    "cut_off": Reason(
        Kind.RETRY,
        _("A part of the document is cut off."),
        _("Leave a little space around all four edges."),
    ),
    "wrong_side": Reason(
        Kind.RETRY, _("This is another side or page."), _("Take the side that the drawing shows.")
    ),
    "not_original": Reason(
        Kind.RETRY,
        _("This is a copy or a photo of a screen."),
        _("Take a picture of the document itself."),
    ),
    "name_mismatch": Reason(Kind.MISMATCH, _("The name is not the one in the document."), _COMPARE),
    "number_mismatch": Reason(
        Kind.MISMATCH, _("The number is not the one in the document."), _COMPARE
    ),
    "date_mismatch": Reason(Kind.MISMATCH, _("The date is not the one in the document."), _COMPARE),
    "document_expired": Reason(
        Kind.RETRY, _("The document has run out."), _("Use one that is still valid.")
    ),
    "proof_of_name": Reason(
        Kind.MORE,
        _("We need a proof that your name has changed."),
        _("For example a certificate of marriage, or an older document with the earlier name."),
    ),
    "proof_of_address": Reason(
        Kind.MORE,
        _("We need a proof of your address."),
        _("A bill or a letter of an authority, not older than three months, with your name."),
    ),
    "second_document": Reason(
        Kind.MORE,
        _("We need a second document."),
        _("Another document with your photo: a passport, a driving licence, a permit."),
    ),
    "not_the_holder": Reason(
        Kind.FINAL,
        _("The document is not yours."),
        _("An account may only be checked with its own holder's document."),
    ),
    "altered": Reason(
        Kind.FINAL,
        _("The document was altered."),
        _("If you think that we are wrong, appeal; another person will look."),
    ),
    "under_age": Reason(
        Kind.FINAL,
        _("The document says that you are not old enough yet."),
        _("You can come back when you are."),
    ),
    "known_elsewhere": Reason(
        Kind.FINAL,
        _("We cannot accept this document for this account."),
        _("If you think that we are wrong, appeal; another person will look."),
    ),
}

# What a program refuses while it is typed: the same words in a form and in the API.
PROBLEMS: Final[dict[str, Words]] = {
    "missing": _("This is needed."),
    "too_long": _("This is too long."),
    "name_form": _("Enter the name with its letters only, as it stands in the document."),
    "number_form": _("A number of this document has another form. Compare it with the document."),
    "number_digit": _("A digit is wrong: the number's check digit does not fit. Compare it."),
    "date_form": _("Enter a date, for example 2031-05-18."),
    "born_future": _("A date of birth lies in the past."),
    "too_young": _("You are not old enough yet for an account of your own in this region."),
    "expired": _("This document has run out. Use one that is still valid."),
    "mrz_form": _("These are two lines of 44 characters, or three of 30. Copy all of them."),
    "mrz_digit": _("A character in these lines is wrong: a check digit does not fit."),
    "mrz_number": _("These lines carry another number than the one above."),
    "mrz_birth": _("These lines carry another date of birth than the one above."),
    "mrz_expiry": _("These lines carry another end date than the one above."),
    "mrz_name": _("These lines carry another name than the one above."),
}


def codes_of(kind: Kind) -> list[str]:
    """Return the reasons of a kind, in the order in which staff choose from them."""
    return [code for code, reason in REASONS.items() if reason.kind is kind]
