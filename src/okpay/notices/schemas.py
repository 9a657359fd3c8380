"""The shapes that travel through notices, and the words they are sorted by."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrOrPromise


class Category(StrEnum):
    """What a message is about. Security cannot be muted; promotions are off until chosen."""

    TRANSACTIONS = "transactions"
    SECURITY = "security"
    SERVICE = "service"
    PROMOTIONS = "promotions"


class Channel(StrEnum):
    """By which way something leaves the house."""

    MAIL = "mail"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: its category, its words, its picture.

    `title` and `body` are lazy translations whose `%(name)s` places take the message's params.
    """

    category: Category
    title: _StrOrPromise
    body: _StrOrPromise
    icon: str
    action: _StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class RecordNews:
    """What one person is to be told about one record of money that moved.

    `params` are plain data; money as `{"amount": "36.50", "currency": "CNY"}`, times as
    RFC 3339 text under a name that ends in `_at`.
    """

    record_id: UUID
    event: str
    person_id: UUID
    code: str
    params: dict[str, Any]
    link: str = ""
    mail: bool = True


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words."""

    id: UUID
    code: str
    category: str
    title: str
    body: str
    icon: str
    action: str
    link: str
    created_at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of a person's messages; `next_before` is "" on the last."""

    messages: list[Rendered]
    next_before: str = ""
    unread: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """A person's preferences, defaults filled in."""

    transactions_mail: bool = True
    service_app: bool = True
    service_mail: bool = True
    promotions_app: bool = False
    promotions_mail: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What a provider is given to carry. `message_id` is the same over all retries."""

    message_id: str
    channel: Channel
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    purpose: str
