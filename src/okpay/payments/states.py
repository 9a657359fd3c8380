"""States of a request for money."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class RequestState(IntegerChoices):
    """Where a request for money stands."""

    OPEN = 1, _("Waiting for payment")
    PAID = 2, _("Paid")
    DECLINED = 3, _("Declined")
    CANCELED = 4, _("Canceled")
    EXPIRED = 5, _("Expired")


TRANSITIONS: Final[dict[RequestState, frozenset[RequestState]]] = {
    RequestState.OPEN: frozenset(
        {RequestState.PAID, RequestState.DECLINED, RequestState.CANCELED, RequestState.EXPIRED}
    ),
    RequestState.PAID: frozenset(),
    RequestState.DECLINED: frozenset(),
    RequestState.CANCELED: frozenset(),
    RequestState.EXPIRED: frozenset(),
}
