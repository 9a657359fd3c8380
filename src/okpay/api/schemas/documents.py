"""Parameters of the human pages."""

from __future__ import annotations

from typing import Literal

import msgspec


class DocsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """In which language to read."""

    lang: Literal["zh", "en"] | None = None
