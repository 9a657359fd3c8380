"""Columns for personal data: `Blinded` can be looked up and not read, `Sealed` the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from okpay.kernel.crypto.envelope import blind, seal, seal_often, unseal
from okpay.kernel.crypto.keys import HOUSE

if TYPE_CHECKING:
    from uuid import UUID

    _Binary = models.BinaryField[str | bytes | None, bytes | None]
    _Text = models.BinaryField[str, str]
else:
    _Binary = _Text = models.BinaryField


class Blinded(_Binary):
    """Keeps the blind index of a text; `exact` and `in` are asked by the text itself.

    A row that was read carries the 32 bytes, and saves them as they are. With `of` it follows
    another attribute of the model whenever that was given anew; "" has no index.
    """

    def __init__(self, *args: Any, kind: str, of: str = "", **options: Any) -> None:
        """Take the kind of value, as `blind` does."""
        self.kind = kind
        self.of = of
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:  # noqa: ANN401 — Django's own
        """Tell migrations the kind as well."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "kind": self.kind}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401, FBT001 — Django's own
        """Follow the attribute this is the index of."""
        if self.of and (given := _given(model_instance, self.of)) is not None:
            setattr(model_instance, self.attname, blind(self.kind, given) if given else None)
        return super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 — Django's own
        """Turn a text into its index."""
        return blind(self.kind, value) if isinstance(value, str) else super().get_prep_value(value)


def _given(row: models.Model, name: str) -> str | None:
    """Return the text that an attribute has, without opening a seal for it."""
    held = row.__dict__.get(name)
    return held.plain if isinstance(held, _Held) else held


class SealedBytes(bytes):
    """What stands in the column; the model's attribute opens it, nothing else does."""

    __slots__ = ()


class _Held:
    """A value of one row: as it was given, as it stands in the column, or both."""

    __slots__ = ("plain", "sealed")

    def __init__(self, *, plain: str | None, sealed: bytes | None) -> None:
        self.plain = plain
        self.sealed = sealed


class _Opening(DeferredAttribute):
    """Opens a value where it is read, and keeps it with the row."""

    field: Sealed

    def __get__(self, instance: Any, cls: Any = None) -> Any:  # noqa: ANN401 — Django's own
        if instance is None:
            return self
        held = instance.__dict__.get(self.field.attname)
        if held is None:
            super().__get__(instance, cls)  # deferred: read it now; it comes back by __set__
            held = instance.__dict__[self.field.attname]
        if held.plain is None:
            held.plain = self.field.opened(instance, held.sealed)
        return held.plain

    def __set__(self, instance: models.Model, value: object) -> None:
        if isinstance(value, _Held):
            held = value
        elif isinstance(value, str):
            held = _Held(plain=value, sealed=None)
        elif value is None or isinstance(value, bytes):
            held = _Held(plain=None if value else "", sealed=value)
        else:
            raise TypeError(f"{self.field.name} is a text")
        instance.__dict__[self.field.attname] = held


class Sealed(_Text):
    """A text that stands sealed under its subject's key; reading the attribute opens it.

    Rows are asked for by a `Blinded` column beside it: no look-up, `values()` or `update()` reaches
    past the seal. `subject` is the attribute with the person's id, "" for the house. Seals when
    the row is saved; one that was only read is written as it stands. "" is kept as NULL. Register
    the column as well (`crypto.register`).
    """

    descriptor_class = _Opening

    def __init__(self, *args: Any, subject: str = "", row: str = "pk", **options: Any) -> None:
        """Take whose key seals, and the attribute that names the row: unique, never changed."""
        self.subject = subject
        self.row = row
        options |= {"null": True, "editable": False}
        super().__init__(*args, **options)
        self.empty_strings_allowed = True

    def deconstruct(self) -> Any:  # noqa: ANN401 — Django's own
        """Tell migrations what a column is made of, not how it is sealed."""
        name, path, args, options = super().deconstruct()
        options.pop("null", None)
        return name, path, args, options

    def get_default(self) -> Any:  # noqa: ANN401 — Django's own
        """A row that was given none has ""."""
        return ""

    def opened(self, row: models.Model, sealed: bytes | None) -> str:
        """Open what stands in the column of a row.

        Raises:
            CryptoError: see `unseal`.
        """
        if not sealed:
            return ""
        return unseal(self._whose(row), **self._place(row), sealed=sealed).decode()

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401, FBT001, ARG002 — Django's own
        """Seal what was given anew."""
        held: _Held = model_instance.__dict__[self.attname]
        if held.sealed is None and held.plain:
            plain, whose = held.plain.encode(), self._whose(model_instance)
            seals = seal_often if whose == HOUSE else seal
            held.sealed = SealedBytes(seals(whose, **self._place(model_instance), plain=plain))
        return held.sealed

    def from_db_value(self, value: Any, *_: object) -> SealedBytes | None:  # noqa: ANN401 — Django's own
        """Mark what was read as sealed."""
        return None if value is None else SealedBytes(value)

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 — Django's own
        """Let only sealed bytes through.

        Raises:
            TypeError: a text; a row is written by `save`, which seals it.
        """
        if value is not None and not isinstance(value, SealedBytes):
            raise TypeError(f"{self.name} is sealed: save the row, do not update past it")
        return super().get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:  # noqa: ANN401 — Django's own
        """Allow only to ask whether there is a value.

        Raises:
            FieldError: anything else; ask by the blind index.
        """
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: ask by its blind index")
        return super().get_lookup(lookup_name)

    def _whose(self, row: models.Model) -> UUID:
        if not self.subject:
            return HOUSE
        whose: UUID = getattr(row, self.subject)
        return whose

    def _place(self, row: models.Model) -> Place:
        table = row._meta.db_table
        return {"table": table, "column": str(self.column), "row": str(getattr(row, self.row))}


class Place(TypedDict):
    """Where a value stands; it is bound to it."""

    table: str
    column: str
    row: str
