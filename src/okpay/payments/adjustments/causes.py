"""Which way an adjustment goes, and why it is made."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Way(TextChoices):
    """Into the customer's wallet or out of it."""

    CREDIT = "credit", pgettext_lazy("adjustment", "Into the wallet")
    DEBIT = "debit", pgettext_lazy("adjustment", "Out of the wallet")


class Cause(TextChoices):
    """Why a balance is corrected by hand."""

    TWICE = "twice", pgettext_lazy("adjustment", "Charged or credited twice")
    NOT_BOOKED = "not_booked", pgettext_lazy("adjustment", "Money came in and was not booked")
    WRONG_AMOUNT = "wrong_amount", pgettext_lazy("adjustment", "Booked with a wrong amount")
    GOODWILL = "goodwill", pgettext_lazy("adjustment", "Goodwill after a complaint")
    DECISION = "decision", pgettext_lazy("adjustment", "Decided in a dispute or by a court")
