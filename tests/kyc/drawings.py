"""Pictures and numbers of documents that nobody holds."""

from __future__ import annotations

import io
import itertools
import random
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

_fresh = itertools.count()
_seeds = itertools.count(10_000)
EXPIRY = "2040-05-18"
BORN = "19900307"


def prc_number(serial: int, born: str = BORN) -> str:
    """Make a number of a resident that fits its check digit."""
    head = f"110105{born}{serial % 1000:03d}"
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(head))
    return head + "10X98765432"[total % 11]


def fresh_number() -> str:
    """Make a number that no other test has."""
    days, serial = divmod(next(_fresh), 999)
    day = datetime(1950, 1, 1, tzinfo=UTC) + timedelta(days=days)
    return prc_number(serial + 1, day.strftime("%Y%m%d"))


def picture(
    seed: int | None = None,
    *,
    kind: str = "JPEG",
    size: tuple[int, int] = (900, 600),
    **options: object,
) -> bytes:
    """Draw a picture that looks like no other, sharp and without glare."""
    chance = random.Random(next(_seeds) if seed is None else seed)
    image = Image.new("RGB", size, (90, 110, 130))
    pen = ImageDraw.Draw(image)
    for _ in range(160):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        colour = tuple(chance.randrange(30, 220) for _ in range(3))
        pen.rectangle(
            (x, y, x + chance.randrange(20, 160), y + chance.randrange(20, 120)), fill=colour
        )
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
