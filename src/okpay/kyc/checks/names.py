"""Whether two writings can be the same person's name: characters, pinyin, order and spacing."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import Final

_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
MOST_READINGS: Final = 64
MOST_WORDS: Final = 8


def same_name(first: str, second: str) -> bool:
    """Whether one can be the other, written in another order, spacing, case or in pinyin.

    周晓宁 is ZHOU XIAONING, Xiao Ning Zhou and zhou xiao-ning; ü may be written u, v or yu
    (ICAO 9303 part 3, §6). Accents do not count.
    """
    one, other = _han(first), _han(second)
    if one and other:
        return one == other
    return bool(_writings(first, one) & _writings(second, other))


def _han(name: str) -> str:
    return "".join(_HAN.findall(unicodedata.normalize("NFKC", name)))


def _writings(name: str, han: str) -> set[str]:
    if han:
        return _pinyin(han)
    return _turned(_words(unicodedata.normalize("NFKC", name)))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text.casefold().replace("ü", "v"))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.findall(r"[a-z]+", plain.replace("'", ""))[:MOST_WORDS]


def _turned(words: list[str]) -> set[str]:
    """Join the words, beginning at each of them: the surname may stand first or last."""
    joined = {"".join(words[at:] + words[:at]) for at in range(len(words))}
    return {form for one in joined for form in _umlauts(one)}


def _umlauts(text: str) -> set[str]:
    return {text.replace("v", one) for one in ("v", "u", "yu")} - {""}


def _pinyin(han: str) -> set[str]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 — its dictionary takes memory and time

    found = pinyin(han, style=Style.NORMAL, heteronym=True, v_to_u=False)
    syllables = [sorted(set(one))[:4] for one in found]
    readings = [
        list(one) for _, one in zip(range(MOST_READINGS), product(*syllables), strict=False)
    ]
    return {form for reading in readings for form in _turned([one for one in reading if one])}
