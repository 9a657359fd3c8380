"""What the ledger's questions refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class MomentInFutureError(DomainError):
    """A balance was asked for at a moment that has not come."""

    code = "moment_in_future"
    status = 400
    title = _("This moment has not come yet")
    message = _("A balance is known up to now, not later. Nothing was changed.")
    remedy = _("Choose a moment in the past.")
