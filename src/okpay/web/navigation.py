"""The five tabs and which pages stand under each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: the name of its page, its label and icon, and how the names of its pages begin."""

    name: str
    label: _StrOrPromise
    icon: str
    pages: tuple[str, ...]

    def url(self) -> str:
        """Return the tab's address, or the first page's while its area does not exist yet."""
        try:
            return reverse(self.name)
        except NoReverseMatch:
            return "/"

    def owns(self, page: str) -> bool:
        """Whether the page of this url name stands under the tab."""
        return page == self.name or page.startswith(self.pages)


TABS: Final = (
    Tab(
        "home",
        pgettext_lazy("tab", "Home"),
        "house",
        ("transfer", "payout", "request", "receive", "pay_person", "claim"),
    ),
    Tab("records", pgettext_lazy("tab", "Records"), "receipt-text", ("record",)),
    Tab("scan", pgettext_lazy("tab", "Scan"), "scan-line", ("scan",)),
    Tab("cards", pgettext_lazy("tab", "Cards"), "wallet-cards", ("card", "topup", "withdraw")),
    Tab(
        "me",
        pgettext_lazy("tab", "Me"),
        "user-round",
        (
            "me",
            "security",
            "account_",
            "profile",
            "kyc",
            "message",
            "payee",
            "payment",
            "token",
            "session",
            "usersessions",
        ),
    ),
)


def current_tab(request: HttpRequest | None, chosen: str = "") -> str:
    """Return the name of the tab the page stands under, or "" (errors, help)."""
    match = getattr(request, "resolver_match", None)
    page = chosen or (match.url_name if match else "") or ""
    return next((tab.name for tab in TABS if tab.owns(page)), "")
