"""What a confirmation asks for, in words: a second proof and why, and when it may arrive."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from okpay.identity.factors.queries import Way
from okpay.identity.moments import moment
from okpay.payments.operations import TransferQuote


@dataclass(frozen=True, slots=True)
class Shown:
    """What the sheet shows. `why` is "" where the payment password is enough."""

    why: str
    sms: bool
    app: bool
    passkey: bool
    instead: bool
    phone: str
    may_wait: bool
    wait_hint: str

    @property
    def codes(self) -> int:
        """How many kinds of codes there are to choose from."""
        return int(self.sms) + int(self.app)


def shown(quote: TransferQuote, *, may_wait: bool) -> Shown:
    """Put into words what this confirmation asks for."""
    asked = quote.asked
    waits = may_wait and quote.payee_id is not None and not quote.will_pend
    return Shown(
        why=_why(asked.reason, moment(asked.until) if asked.until else ""),
        sms=Way.SMS in asked.ways,
        app=Way.APP in asked.ways,
        passkey=Way.PASSKEY in asked.ways and bool(asked.reason or asked.passkey),
        instead=asked.passkey,
        phone=asked.phone,
        may_wait=waits,
        wait_hint=_hint(quote, asked.reason) if waits else "",
    )


def _why(reason: str, until: str) -> str:
    said = {
        "careful": _(
            "Something that guards your account was changed. Until %(until)s every payment is"
            " confirmed twice."
        ),
        "large": _("This is a large payment, so it is confirmed twice."),
        "new_payee": _("It is much for somebody you never paid, so it is confirmed twice."),
    }
    return said[reason] % {"until": until} if reason else ""


def _hint(quote: TransferQuote, reason: str) -> str:
    if quote.first_time or reason:
        return _("We suggest 2 hours: until then you can take it back.")
    return _("Until it arrives you can take it back.")
