"""Refusals of leaving."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class ClosingObstructedError(DomainError):
    """Money, a freeze or an open ticket is in the way."""

    code = "closing_obstructed"
    status = 409
    title = _("The account cannot be closed yet")
    message = _("Something still stands in the way. Nothing was closed.")
    remedy = _("The page lists each thing, and where it is settled.")
    remedy_url_name = "leaving"


class ExportWaitingError(DomainError):
    """A copy is being made, or is ready."""

    code = "export_waiting"
    status = 409
    title = _("There is a copy already")
    message = _("A copy of your data is being put together, or is ready to be downloaded.")
    remedy = _("Download that one first.")
    remedy_url_name = "leaving"


class ExportGoneError(DomainError):
    """It was downloaded, it is too old, or it is somebody else's."""

    code = "export_gone"
    status = 410
    title = _("This copy is gone")
    message = _("Each copy is downloaded once and kept for seven days.")
    remedy = _("Ask for a new one.")
    remedy_url_name = "leaving"
