"""Who lives in the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "demo-tea-and-noodles"  # noqa: S105 — printed for everybody who tries the demo
PIN: Final = "271828"


@dataclass(frozen=True)
class Neighbour:
    """A demo person; nobody with these addresses exists (RFC 2606, unassigned numbers)."""

    key: str
    name: str
    email: str
    phone: str
    language: str = "zh-hans"


PEOPLE: Final[tuple[Neighbour, ...]] = (
    Neighbour("zhixia", "林知夏", "zhixia@demo.example", "+8613800138001"),
    Neighbour("xiaoning", "周晓宁", "xiaoning@demo.example", "+8613800138002"),
    Neighbour("qing", "许晴", "qing@demo.example", "+8613800138003"),
    Neighbour("alex", "Alex Morgan", "alex@demo.example", "+447400123456", "en"),
    Neighbour("yutong", "吴语桐", "yutong@demo.example", "+8613800138005"),
)
