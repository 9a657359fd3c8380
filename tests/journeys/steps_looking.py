"""What every page of a journey must be: whole, in one language, and usable by everybody."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = Axe()
OPTIONS: Final = {"resultTypes": ["violations"]}
GRAVE: Final = frozenset({"serious", "critical"})

# Every text that a person can read or hear, but not what is marked as another language, as code or
# as a name.
TEXTS: Final = """() => {
  const found = [document.title];
  const other = "[lang]:not(html), bdi, code, .code, script, noscript, style, template";
  const foreign = (node) => node.closest(other);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!foreign(parent)) found.push(walk.currentNode.textContent);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const node of document.querySelectorAll(`[${name}]`))
      if (!foreign(node)) found.push(node.getAttribute(name));
  return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
WIDER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
KEY: Final = re.compile(r"(?<=/)[^/]*\d[^/]*")  # the part of a path that names one thing
HAN: Final = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
ENGLISH: Final = re.compile(r"[A-Za-z]{2,}(?:[ ,.]+[A-Za-z]{2,})+")
# Names of things, the same in both languages; and addresses.
NAMES: Final = re.compile(
    r"Lin Yue|Chrome|Linux|Visa|Mastercard|UnionPay|OKPay|\S+@\S+|https?://\S+"
)


def looks_right(page: Page, language: str, *, name: str, seen: set[str]) -> None:
    """Fail when a page scrolls sideways, mixes languages, or keeps somebody out.

    What keeps people out (axe) takes a while, so it is measured once for each address.

    Args:
        page: as it stands now.
        language: `zh` or `en`.
        name: of this sight; each is looked at once a run.
        seen: the sights so far.
    """
    if name in seen:
        return
    seen.add(name)
    _photograph(page, name)
    faults = strangers(page, language)
    if page.evaluate(WIDER) > 0:
        faults.append("scrolls sideways")
    kind = f"{KEY.sub('*', urlsplit(page.url).path)} {page.viewport_size}"
    if kind not in seen:  # each part in each state is measured in the gallery's own test
        seen.add(kind)
        faults += barriers(page)
    assert not faults, f"{name}: {faults}"


def strangers(page: Page, language: str) -> list[str]:
    """List the texts that are not in the page's language."""
    pattern = HAN if language == "en" else ENGLISH
    texts: list[str] = page.evaluate(TEXTS)
    return [text for text in texts if pattern.search(NAMES.sub("", text))]


def barriers(page: Page) -> list[str]:
    """List what axe finds grave."""
    found: list[dict[str, Any]] = AXE.run(page, options=OPTIONS).response["violations"]
    grave = [one for one in found if one["impact"] in GRAVE]
    return [f"{one['id']}: {node['html'][:160]}" for one in grave for node in one["nodes"]]


def _photograph(page: Page, name: str) -> None:
    """Keep a picture of each sight when `OKPAY_JOURNEY_PICTURES` names a folder."""
    folder = os.environ.get("OKPAY_JOURNEY_PICTURES")
    if folder:
        path = Path(folder) / f"{len(list(Path(folder).glob('*.png'))):03d}-{name}.png"
        page.screenshot(path=path, full_page=True)
