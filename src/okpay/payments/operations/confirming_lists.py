"""The confirmation of a whole list: when it asks for a second proof, and bound to what.

What is proven is the SHA-256 of the list's intent: its lines' digest, their number, the sums and
fees in each currency. So a line that changes makes it void. How a proof is given: `second_proof`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import ngettext

from okpay.identity.models import Person
from okpay.kernel.money import BY_NUMBER, Money
from okpay.limits.levels import Feature, may
from okpay.limits.queries import standing
from okpay.payments.errors import LevelTooLowError, QuoteExpiredError, StepUpRequiredError
from okpay.payments.operations import newcomers, second_proof
from okpay.payments.operations.second_proof import SETTLES
from okpay.payments.payouts import queries, store
from okpay.payments.payouts.intents import PayoutIntent, unseal
from okpay.payments.payouts.models import Payout
from okpay.payments.payouts.wishes import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from okpay.kernel.actor import Actor
    from okpay.limits.queries import Reason, Standing
    from okpay.payments.operations.second_proof import Asked
    from okpay.payments.payouts.wishes import Line


def intent_of(*, row: Payout, head: queries.PayoutHead) -> PayoutIntent:
    """Bind a list as it is kept."""
    return PayoutIntent(
        payer=str(row.owner),
        payout=str(row.id),
        fingerprint=str(row.fingerprint),
        count=row.count,
        sums=tuple(
            (one.money.asset.number, one.lines, one.money.minor, one.fee.minor) for one in head.sums
        ),
    )


def bound_list(*, actor: Actor, intent_token: str) -> tuple[PayoutIntent, Payout]:
    """Read an intent back, and the list that it binds.

    Raises:
        QuoteExpiredError: altered, too old, somebody else's, or the list is not what was bound.
    """
    owner = actor.require_person()
    intent = unseal(intent_token, str(owner))
    head = queries.payout(owner, UUID(intent.payout))
    row = Payout.objects.filter(id=intent.payout, owner=owner).first()
    if head is None or row is None or intent_of(row=row, head=head) != intent:
        raise QuoteExpiredError
    return intent, row


def kept_lines(*, row: Payout) -> list[Line]:
    """Return the lines of a list, as they were taken in.

    Raises:
        QuoteExpiredError: they are not those that were taken in.
    """
    lines = store.lines_of(row.id)[0]
    if fingerprint_of(row.title, lines, invite=row.invite) != str(row.fingerprint):
        raise QuoteExpiredError
    return lines


def asked_of_list(*, owner: UUID, lines: Sequence[Line], now: datetime) -> Asked:
    """Return what confirming a list in the app asks for; a whole list counts as one payment.

    `large` where its sum in one currency is, `new_payee` where somebody new gets much by it.

    Raises:
        LevelTooLowError: before the real-name check.
    """
    holds = standing(owner, now)
    refuse_by_level(holds=holds)
    much = newcomers.much_in(payer=owner, holds=holds, lines=lines, since=now - SETTLES)
    reasons = [holds.asks_twice(one, new_payee=False) for one in _sums(lines)]
    by_itself: Reason = "new_payee" if much else ""
    return second_proof.asking(
        payer=Person.objects.get(pk=owner),
        reason=next((one for one in reasons if one), by_itself),
        until=holds.careful_until,
        new=much is not None,
        now=now,
    )


def _sums(lines: Sequence[Line]) -> list[Money]:
    found: dict[int, int] = {}
    for line in lines:
        found[line.asset] = found.get(line.asset, 0) + line.amount
    return [Money(BY_NUMBER[asset], amount) for asset, amount in found.items()]


def refuse_by_level(*, holds: Standing) -> None:
    """Refuse lists before the real-name check.

    Raises:
        LevelTooLowError.
    """
    if not may(Feature.PAYOUTS, level=holds.level, region=holds.region):
        raise LevelTooLowError(level=holds.level)


def refuse_by_token(*, actor: Actor, lines: Sequence[Line], now: datetime) -> None:
    """Refuse a list that a token may not pay, because it proves nothing twice.

    A single line that is large is refused by the engine.

    Raises:
        LevelTooLowError: before the real-name check.
        StepUpRequiredError: while care is taken that stops this token; or somebody new would get
            much by it: names the line (`line`, from 1, and its `reference`) that is too much.
    """
    owner = actor.require_person()
    holds = standing(owner, now)
    refuse_by_level(holds=holds)
    if holds.care is not None and not holds.care.lets(actor.token_made_at, now):
        raise StepUpRequiredError(reason="careful", until=holds.care.until.isoformat())
    much = newcomers.much_in(payer=owner, holds=holds, lines=lines, since=now - SETTLES)
    if much is not None:
        raise StepUpRequiredError(
            reason="new_payee", until="", line=much.number, reference=much.reference
        )


def send_list_code(*, actor: Actor, intent_token: str, address: str = "", now: datetime) -> None:
    """Send a code by SMS that confirms exactly this list; the text names its sums and number.

    Raises:
        QuoteExpiredError: see `bound_list` and `kept_lines`.
        StepUpRequiredError: SMS is not open to this person now.
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """
    intent, row = bound_list(actor=actor, intent_token=intent_token)
    asked = asked_of_list(owner=row.owner, lines=kept_lines(row=row), now=now)
    second_proof.send_code(
        payer=Person.objects.get(pk=row.owner),
        asked=asked,
        bound=intent.digest(),
        text=lambda code: _text(intent, code),
        address=address,
        now=now,
    )


def _text(intent: PayoutIntent, code: str) -> str:
    totals = [
        Money(BY_NUMBER[asset], amount + fee).phrase() for asset, _n, amount, fee in intent.sums
    ]
    return ngettext(
        "OKPay: %(code)s confirms that you pay a list of %(count)s line, %(amount)s in all with"
        " fees, check code %(check)s. Valid for 5 minutes. If this is not what you see, do not"
        " enter it. Nobody from OKPay will ever ask you for it.",
        "OKPay: %(code)s confirms that you pay a list of %(count)s lines, %(amount)s in all with"
        " fees, check code %(check)s. Valid for 5 minutes. If this is not what you see, do not"
        " enter it. Nobody from OKPay will ever ask you for it.",
        intent.count,
    ) % {
        "code": code,
        "count": intent.count,
        "amount": " + ".join(totals),
        "check": intent.check_code(),
    }


def list_passkey_options(*, actor: Actor, intent_token: str, now: datetime) -> dict[str, Any]:
    """Return what the browser needs so that a passkey signs exactly this list.

    Raises:
        QuoteExpiredError: see `bound_list` and `kept_lines`.
        StepUpRequiredError: the person has no passkey that counts now.
    """
    intent, row = bound_list(actor=actor, intent_token=intent_token)
    asked = asked_of_list(owner=row.owner, lines=kept_lines(row=row), now=now)
    payer = Person.objects.get(pk=row.owner)
    return second_proof.passkey_challenge(payer=payer, asked=asked, bound=intent.digest())
