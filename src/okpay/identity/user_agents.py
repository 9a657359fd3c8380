"""Name a browser and its system from the User-Agent header, for the list of devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Order matters: every browser also claims to be the ones it descends from.
_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS", True),
    ("Android", "Android", True),
    ("iPhone", "iPhone", True),
    ("iPad", "iPad", True),
    ("Windows", "Windows", False),
    ("Mac OS X", "macOS", False),
    ("CrOS", "ChromeOS", False),
    ("Linux", "Linux", False),
)


@dataclass(frozen=True, slots=True)
class Device:
    """What can be said about a browser without guessing; names are the makers' own."""

    browser: str
    system: str
    mobile: bool

    def __bool__(self) -> bool:
        """Whether the header said anything that we know."""
        return bool(self.browser or self.system)

    def __str__(self) -> str:
        """Name both in one line; empty when the header said nothing."""
        return " · ".join(part for part in (self.system, self.browser) if part)


def describe(user_agent: str) -> Device:
    """Name the browser and the system; unknown parts stay empty."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system, mobile = next(
        ((name, phone) for mark, name, phone in _SYSTEMS if mark in user_agent), ("", False)
    )
    return Device(browser=browser, system=system, mobile=mobile)
