"""Refusals of changes to the limits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class FiguresInvalidError(DomainError):
    """The proposed figures do not hold together."""

    code = "limit_figures_invalid"
    status = 422
    title = _("These figures do not hold together")
    message = _(
        "A payment may be at most a day's limit and a day at most a month's; care never raises a"
        " limit; a higher level never has less than a lower. Nothing was proposed."
    )
    cause = _("These limits contradict each other.")
    remedy = _("Correct the figures and propose them again.")


class FiguresUnchangedError(DomainError):
    """The proposed figures are those in force."""

    code = "limit_figures_unchanged"
    status = 409
    title = _("Nothing to change")
    message = _("These are the limits in force. Nothing was proposed.")
    cause = _("Somebody else may have changed them a moment ago.")
    remedy = _("Look at the limits again.")
