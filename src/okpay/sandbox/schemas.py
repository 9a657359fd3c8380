"""What programs send to the box and get back, as JSON."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

Short = Annotated[str, Meta(max_length=400)]
Body = Annotated[str, Meta(max_length=200_000)]
Url = Annotated[str, Meta(max_length=2_000, pattern=r"^https?://")]


class Incoming(Struct, forbid_unknown_fields=True):
    """A mail or an SMS on its way to a person. `id` is stable over retries."""

    id: Annotated[str, Meta(min_length=8, max_length=100)]
    to: Annotated[str, Meta(min_length=3, max_length=320)]
    text: Body
    sender: Short = field(name="from", default="")
    subject: Short = ""
    html: Body = ""
    purpose: Short = ""


class Amount(Struct, forbid_unknown_fields=True):
    """Money on the wire: a decimal string in the major unit, and the asset's code."""

    amount: Annotated[str, Meta(max_length=40, pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class NewPayment(Struct, forbid_unknown_fields=True):
    """A wallet's wish to have a card charged. `reference` is the wallet's own id, used once."""

    reference: Annotated[str, Meta(min_length=8, max_length=100)]
    amount: Amount
    merchant: Annotated[str, Meta(min_length=1, max_length=80)]
    return_url: Url
    webhook_url: Url
    language: str = "zh-hans"


class CardShown(Struct):
    """What a wallet may know of a card: never the number, never the code."""

    brand: str
    last4: str
    expiry: str


class PaymentAnswer(Struct):
    """The acquirer's view of a payment."""

    id: str
    reference: str
    state: str
    amount: Amount
    decline_code: str
    card: CardShown | None
    hosted_url: str


class Faults(Struct, forbid_unknown_fields=True):
    """How the acquirer misbehaves. Every field has a calm default."""

    api: str = "ok"
    webhook: str = "ok"
    delay_ms: Annotated[int, Meta(ge=0, le=30_000)] = 0
    unknown_ends: str = "succeeded"
    unknown_seconds: Annotated[int, Meta(ge=0, le=86_400)] = 10


class ClockStep(Struct, forbid_unknown_fields=True):
    """How far the clock moves forward."""

    seconds: Annotated[int, Meta(ge=0)]


class ClockAnswer(Struct):
    """The box's time."""

    now: str
    offset: int
