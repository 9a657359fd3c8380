"""The colours: every pair in use reaches WCAG 2.2 AA, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import okpay.web

pytestmark = pytest.mark.no_database

CSS = (Path(okpay.web.__file__).parent / "static/web/tokens.css").read_text(encoding="utf-8")
TEXT, CONTROL = 4.5, 3.0

TEXT_PAIRS = """
ink on bg, ink on surface, ink on sunken, ink on raised, ink-2 on bg, ink-2 on surface,
ink-2 on sunken, ink-3 on bg, ink-3 on surface, ink-3 on sunken, accent-ink on bg,
accent-ink on surface, accent-ink on accent-soft, accent-ink on sunken, income on surface,
income on bg, warn on surface, warn on warn-soft, ink on warn-soft, ink-2 on warn-soft,
danger on surface, danger on danger-soft, danger on bg, ink on danger-soft, ink-2 on danger-soft,
ink on accent-soft, ink-2 on accent-soft, ink-3 on accent-soft, warn on accent-soft,
danger on accent-soft, on-accent on accent, on-accent on accent-press, on-danger on danger,
on-pine on pine, on-pine-2 on pine, on-pine on pine-mark, on-pine-2 on pine-mark, surface on ink,
code-ink on code-ground
"""
CONTROL_PAIRS = """
edge on surface, edge on bg, accent on surface, accent on bg, accent on sunken,
warn-solid on surface, warn-solid on sunken, focus on bg, focus on surface, focus on accent-soft
"""
# Colours that app.css and components.css fix for both themes.
FIXED = [
    ("#f2faf7", "#10201b"),  # toast
    ("#62cbb0", "#10201b"),  # its icon
    ("#0a5a4c", "#e9f1ee"),  # its link in the dark
    ("#8fe3cd", "#0c3c33"),  # focus on pine
    ("#465650", "#ffffff"),  # foot of a code card
]


def _block(start: str) -> dict[str, str]:
    body = CSS[CSS.index(start) :]
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", body[: body.index("}")]))


LIGHT = _block(":root {")
DARK = {**LIGHT, **_block(':root[data-theme="dark"] {')}


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _pairs(text: str, need: float) -> list[tuple[str, str, float]]:
    return [(*pair.strip().split(" on "), need) for pair in text.split(",")]  # type: ignore[misc]  # reason: two names by form


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_in_use_is_readable(theme: dict[str, str]) -> None:
    weak = [
        f"{front} on {ground}: {_contrast(theme[front], theme[ground]):.2f} < {need}"
        for front, ground, need in _pairs(TEXT_PAIRS, TEXT) + _pairs(CONTROL_PAIRS, CONTROL)
        if _contrast(theme[front], theme[ground]) < need
    ]
    assert weak == []


def test_fixed_colours_are_readable() -> None:
    assert [pair for pair in FIXED if _contrast(*pair) < TEXT] == []


def test_the_devices_dark_and_the_chosen_dark_are_the_same() -> None:
    assert {**LIGHT, **_block(':root:not([data-theme="light"])')} == DARK


def test_contrast_is_measured_as_wcag_says() -> None:
    assert round(_contrast("#000000", "#ffffff"), 2) == 21
    assert round(_contrast("#777777", "#ffffff"), 2) == 4.48
