"""How the keys stand, line by line."""

from __future__ import annotations

from collections.abc import Iterator


def lines() -> Iterator[str]:
    """Tell of master keys, sealed columns, what was shredded, and what is unfinished."""
    from okpay.kernel.crypto import resealing, rotation
    from okpay.kernel.crypto.columns import columns
    from okpay.kernel.crypto.models import Rotation, Shredding

    masters = rotation.masters()
    if not masters:
        yield "Nothing is sealed yet."
    for version, phase, count in masters:
        yield f"master key {version:<4} {phase:9} {count:>10,} data keys"
    for column in columns():
        old = resealing.waiting_rows(column)
        yield f"{column.table}.{column.column}: {old:,} rows sealed by an older data key"
    yield f"{Shredding.objects.count():,} subjects shredded"
    if any(phase == "retiring" for _, phase, _ in masters):
        yield "A rotation of the master key is unfinished: okpay keys rotate goes on."
    if Rotation.objects.filter(finished_at=None).exists():
        yield "A rotation of data keys is unfinished: okpay keys rotate --data goes on."
