"""States of a request for money."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices
from django.utils.translation import pgettext_lazy


class RequestState(IntegerChoices):
    """Where a request for money stands."""

    OPEN = 1, pgettext_lazy("request", "Waiting for payment")
    PAID = 2, pgettext_lazy("request", "Paid")
    DECLINED = 3, pgettext_lazy("request", "Declined")
    CANCELED = 4, pgettext_lazy("request", "Canceled")
    EXPIRED = 5, pgettext_lazy("request", "Expired")


TRANSITIONS: Final[dict[RequestState, frozenset[RequestState]]] = {
    RequestState.OPEN: frozenset(
        {RequestState.PAID, RequestState.DECLINED, RequestState.CANCELED, RequestState.EXPIRED}
    ),
    RequestState.PAID: frozenset(),
    RequestState.DECLINED: frozenset(),
    RequestState.CANCELED: frozenset(),
    RequestState.EXPIRED: frozenset(),
}
