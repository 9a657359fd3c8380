"""What a confirmation asks for, in words: a second proof and why, and when it may arrive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from okpay.identity.factors.queries import Way
from okpay.identity.moments import moment
from okpay.payments.operations import Asked, TransferQuote


@dataclass(frozen=True, slots=True)
class Shown:
    """What the sheet shows. `why` is "" where the payment password is enough."""

    why: str
    sms: bool
    app: bool
    passkey: bool
    instead: bool
    phone: str
    may_wait: bool = False
    wait_hint: str = ""
    whole_list: bool = False

    @property
    def codes(self) -> int:
        """How many kinds of codes there are to choose from."""
        return int(self.sms) + int(self.app)


def shown(quote: TransferQuote, *, may_wait: bool) -> Shown:
    """Put into words what this confirmation asks for."""
    asked = quote.asked
    waits = may_wait and quote.payee_id is not None and not quote.will_pend
    return replace(
        _shown(asked, _why(asked.reason, _until(asked))),
        may_wait=waits,
        wait_hint=_hint(quote, asked.reason) if waits else "",
    )


def list_shown(asked: Asked | None) -> Shown | None:
    """Put into words what confirming a list asks for; nothing where it cannot be confirmed."""
    if asked is None:
        return None
    return replace(_shown(asked, _why_of_list(asked.reason, _until(asked))), whole_list=True)


def _shown(asked: Asked, why: str) -> Shown:
    return Shown(
        why=why,
        sms=Way.SMS in asked.ways,
        app=Way.APP in asked.ways,
        passkey=Way.PASSKEY in asked.ways and bool(asked.reason or asked.passkey),
        instead=asked.passkey,
        phone=asked.phone,
    )


def _until(asked: Asked) -> str:
    return moment(asked.until) if asked.until else ""


def _why_of_list(reason: str, until: str) -> str:
    if reason == "large":
        return _("It is large as a whole. One code or passkey is for all of its lines.")
    if reason == "new_payee":
        return _("By it somebody you never paid gets much. One code or passkey is for all of it.")
    return _why(reason, until)


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
