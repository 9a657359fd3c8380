"""Documents by region, as data: what is photographed, what is typed, which number, which age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise
EXTRA: Final = "extra"
LIVE: Final = "person"


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document. `slots` are its pictures, `fields` what is typed, in their order.

    `number` names the check in `checks.numbers`. `drawing` is the example shown beside the camera.
    `open_ended`: some never run out, so an empty date is an answer.
    """

    code: str
    title: Words
    slots: tuple[str, ...]
    fields: tuple[str, ...]
    number: str
    drawing: str
    open_ended: bool = False


_USUAL: Final = ("legal_name", "number", "birth_date", "expiry")

DOCUMENTS: Final[dict[str, Document]] = {
    one.code: one
    for one in (
        Document(
            "prc_id",
            _("Resident identity card (PRC)"),
            ("front", "back"),
            ("legal_name", "number", "expiry"),
            "prc",
            "card",
            open_ended=True,
        ),
        Document("hkid", _("Hong Kong identity card"), ("front",), _USUAL[:3], "hkid", "card"),
        Document("mo_id", _("Macau resident identity card"), ("front",), _USUAL, "macau", "card"),
        Document(
            "tw_id", _("Taiwan identity card"), ("front", "back"), _USUAL[:3], "taiwan", "card"
        ),
        Document(
            "hkmo_permit",
            _("Mainland travel permit, Hong Kong and Macau"),
            ("front", "back"),
            _USUAL,
            "hkmo_permit",
            "card",
        ),
        Document(
            "tw_permit",
            _("Mainland travel permit, Taiwan"),
            ("front", "back"),
            _USUAL,
            "tw_permit",
            "card",
        ),
        Document("passport", _("Passport"), ("page",), (*_USUAL, "mrz"), "passport", "passport"),
        Document("other_id", _("Another identity card"), ("front", "back"), _USUAL, "any", "card"),
    )
}

BY_REGION: Final[dict[str, tuple[str, ...]]] = {
    "CN": ("prc_id", "hkmo_permit", "tw_permit", "passport"),
    "HK": ("hkid", "hkmo_permit", "passport"),
    "MO": ("mo_id", "hkmo_permit", "passport"),
    "TW": ("tw_id", "tw_permit", "passport"),
}
ELSEWHERE: Final = ("passport", "other_id")
OPTIONAL: Final = frozenset({"mrz"})

REGIONS: Final[dict[str, Words]] = {
    "CN": _("Mainland China"),
    "HK": _("Hong Kong"),
    "MO": _("Macau"),
    "TW": _("Taiwan"),
    "ZZ": _("Another country or region"),
}

# Full years. Whoever is younger may not hold an account of their own there.
LEAST_AGE: Final = {"CN": 16}
LEAST_AGE_ELSEWHERE: Final = 18

SLOT_WORDS: Final[dict[str, Words]] = {
    "front": pgettext_lazy("document", "Front"),
    "back": pgettext_lazy("document", "Back"),
    "page": _("Page with the photo"),
    LIVE: _("You, holding the document"),
    EXTRA: _("Further proof"),
}
FIELD_WORDS: Final[dict[str, Words]] = {
    "legal_name": _("Name as in the document"),
    "number": _("Number of the document"),
    "birth_date": _("Date of birth"),
    "expiry": _("Valid until"),
    "mrz": _("The lines of letters and < at the bottom"),
}


def documents_of(region: str) -> tuple[Document, ...]:
    """Return what people of a region may choose from, the usual first."""
    return tuple(DOCUMENTS[code] for code in BY_REGION.get(region, ELSEWHERE))


def least_age(region: str) -> int:
    """Return from how many full years on somebody may be approved."""
    return LEAST_AGE.get(region, LEAST_AGE_ELSEWHERE)


def slots_of(document: str, target: int) -> tuple[str, ...]:
    """Return the pictures that a case needs: level 2 also wants the person with the document."""
    own = DOCUMENTS[document].slots
    return (*own, LIVE) if target > 1 else own


def word_of(field: str) -> Words:
    """Name a field or a picture for people."""
    return SLOT_WORDS.get(field) or FIELD_WORDS[field]
