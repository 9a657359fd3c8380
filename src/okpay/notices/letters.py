"""The words of mails and SMS about a message, in the current language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from okpay.notices import rules

if TYPE_CHECKING:
    from collections.abc import Mapping


def mail_text(code: str, params: Mapping[str, Any], link: str) -> tuple[str, str]:
    """Return subject and text. The address is always our own host; params never make one."""
    title, body = rules.words(code, params)
    parts = [title, body]
    if link.startswith("/"):
        action = str(rules.kind_of(code).action) or _("Open OKPay")
        parts.append(f"{action}\n{settings.OKPAY_BASE_URL}{link}")
    parts.append(
        "— OKPay\n"
        + _(
            "We never ask for your passwords or codes. "
            "You find every message in your message centre too."
        )
    )
    return title, "\n\n".join(part for part in parts if part) + "\n"


def headed(head: str, text: str) -> str:
    """Put a letterhead on top of a mail; "" leaves it as it is."""
    return f"{head}\n\n{text}" if head else text


def headed_html(head: str, html: str) -> str:
    """Put a letterhead on top of a mail's HTML; what the person chose is escaped."""
    return f"<p>{escape(head)}</p>{html}" if head and html else html


def sms_text(code: str, params: Mapping[str, Any]) -> str:
    """Return one line for an SMS, signed as Chinese operators demand."""
    title, body = rules.words(code, params)
    return _("[OKPay] %(title)s. %(body)s") % {"title": title, "body": body}
