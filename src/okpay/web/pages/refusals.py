"""A refusal on a page: what happened to the money, why, and the way on, with its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import CATALOGUE, DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# What the button to a remedy's page says.
ACTIONS: Final[dict[str, _StrOrPromise]] = {
    "": _("Go on"),
    "topup": _("Top up"),
    "transfer": _("Choose another payee"),
    "records": _("Open the records"),
    "requests": _("Open the requests"),
    "payees": _("Open saved payees"),
    "security": _("Open the security page"),
    "payment_password": _("Set a payment password"),
    "kyc": _("Open the real-name check"),
    "payment_password_forgotten": _("Choose a new one"),
    "limits": _("See the limits"),
}


# Said where an outcome is not known yet: it may be done, so nothing else may be said about it.
CHECKING: Final = _("We are checking what became of this. Look again soon; nothing is done twice.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal in the words of the current language."""

    code: str
    title: str
    text: str
    cause: str
    remedy: str
    remedy_url: str
    action: str
    help_url: str


def refusal_of(error: DomainError) -> Refusal:
    """Put a refusal into words; a remedy whose page does not exist yet has no link."""
    title, text = str(error.title), error.text()
    return Refusal(
        code=error.code,
        title="" if text.startswith(title) else title,
        text=text,
        cause=str(error.cause),
        remedy=str(error.remedy),
        remedy_url=page_named(error.remedy_url_name),
        action=str(ACTIONS.get(error.remedy_url_name, ACTIONS[""])),
        help_url=page_named("error_code", error.code),
    )


def page_named(name: str, *parts: object) -> str:
    """Return the address of a page, or "" while there is none of this name."""
    try:
        return reverse(name, args=parts) if name else ""
    except NoReverseMatch:
        return ""


def pack(error: DomainError) -> dict[str, Any]:
    """Turn a refusal into plain data that a session can keep until the next page shows it."""
    return {"code": error.code, "params": {key: str(value) for key, value in error.params.items()}}


def unpack(kept: dict[str, Any]) -> DomainError:
    """Turn kept data back into the refusal."""
    return CATALOGUE[kept["code"]](**kept["params"])
