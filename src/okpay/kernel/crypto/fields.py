"""A column that can be looked up by what it was given, and not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from okpay.kernel.crypto.envelope import blind

if TYPE_CHECKING:
    _Binary = models.BinaryField[str | bytes | None, bytes | None]
else:
    _Binary = models.BinaryField


class Blinded(_Binary):
    """Keeps the blind index of a text; `exact` and `in` are asked by the text itself.

    A row that was read carries the 32 bytes, and saves them as they are.
    """

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        """Take the kind of value, as `blind` does."""
        self.kind = kind
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:  # noqa: ANN401 — Django's own
        """Tell migrations the kind as well."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "kind": self.kind}

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 — Django's own
        """Turn a text into its index."""
        return blind(self.kind, value) if isinstance(value, str) else super().get_prep_value(value)
