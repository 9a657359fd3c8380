"""Refusals: one class, one stable code, plain words, a cause, and a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

CATALOGUE: Final[dict[str, type[DomainError]]] = {}


class DomainError(Exception):
    """A refusal that people and programs can act on.

    Attributes:
        code: stable for ever, the same in app, API, webhook and ticket.
        status: the HTTP status the API answers with.
        title: what happened, in a few words.
        message: what happened to the money and why; `%(name)s` places take `params`.
        remedy: what to do next.
        remedy_url_name: the page where that is done, or "".
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 422
    title: ClassVar[_StrOrPromise] = ""
    message: ClassVar[_StrOrPromise] = ""
    cause: ClassVar[_StrOrPromise] = ""
    remedy: ClassVar[_StrOrPromise] = ""
    remedy_url_name: ClassVar[str] = ""

    def __init__(self, **params: object) -> None:
        """Keep the parameters of the message; values must be plain data."""
        super().__init__(self.code)
        self.params = params

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Enter the class in the catalogue, from which pages and API documents are made."""
        super().__init_subclass__(**kwargs)
        if cls.code:
            known = CATALOGUE.setdefault(cls.code, cls)
            if known is not cls and known.__qualname__ != cls.__qualname__:
                message = f"error code {cls.code} is defined twice: {known}, {cls}"
                raise RuntimeError(message)

    def places(self) -> dict[str, object]:
        """Return what fills the places of the message: the parameters, in words where needed."""
        return self.params

    def text(self) -> str:
        """Return the message in the current language with its places filled."""
        message = str(self.message)
        return message % self.places() if self.params else message
