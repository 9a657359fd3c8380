"""Why staff freeze: the classes, and the words that each says to the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The class as staff read it, and what the customer reads where staff write nothing else.
CLASSES: Final[dict[str, tuple[_StrPromise, _StrPromise]]] = {
    "stolen": (
        pgettext_lazy("freeze class", "Reported stolen"),
        _("Somebody reported that this account was stolen. We stopped it to protect your money."),
    ),
    "unusual": (
        pgettext_lazy("freeze class", "Unusual payments"),
        _("We saw payments that are unusual for this account and are checking them."),
    ),
    "identity": (
        pgettext_lazy("freeze class", "Identity in doubt"),
        _("What we know about the holder of this account does not fit together. We are checking."),
    ),
    "law": (
        pgettext_lazy("freeze class", "Order of an authority"),
        _("An authority ordered us to stop this account."),
    ),
    "other": (
        pgettext_lazy("freeze class", "Something else"),
        _("We are checking something about this account and stopped it meanwhile."),
    ),
}


def words_for(name: str, language: str) -> str:
    """Return what a class says to a customer, in their language; "" for no class."""
    if name not in CLASSES:
        return ""
    with translation.override(language):
        return str(CLASSES[name][1])
