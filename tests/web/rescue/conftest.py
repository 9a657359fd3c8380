"""Browsers without a screen, with a mailbox."""

from __future__ import annotations

from tests.web.account.conftest import browser, mailbox

__all__ = ["browser", "mailbox"]
