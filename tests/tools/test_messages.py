from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from tools.messages import compile_all, main

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: zh_Hans\\n"\n'
CODE = "src/okpay/web/pages.py"
PAGE = "src/okpay/web/templates/web/a.html"
PO = "src/okpay/web/locale/zh_Hans/LC_MESSAGES/django.po"


def tree(root: Path, **files: str) -> Path:
    """Write files; `po` gets the head of a catalogue."""
    names = {"code": CODE, "page": PAGE, "po": PO}
    for key, text in files.items():
        file = root / names.get(key, key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD + "\n" + text if key == "po" else text, encoding="utf-8")
    return root


def complaints(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    status = main(["check"], root)
    lines = capsys.readouterr().out.splitlines()
    assert status == (0 if lines[0].startswith("catalogues:") else 1)
    return [] if status == 0 else lines


def entry(text: str, chinese: str) -> str:
    return f'msgid "{text}"\nmsgstr "{chinese}"\n\n'


@pytest.mark.parametrize(
    "code",
    ['_("Pay")', 'gettext("Pay")', 'gettext_lazy("Pay")', 'x = _("P"\n  "ay")'],
)
def test_a_text_in_code_needs_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    assert complaints(tree(tmp_path, code=code, po=""), capsys) == [
        f"{CODE}:1: no Chinese for 'Pay'"
    ]
    assert complaints(tree(tmp_path, code=code, po=entry("Pay", "付款")), capsys) == []


@pytest.mark.parametrize(
    "page",
    [
        '{% translate "Pay" %}',
        '{% trans "Pay" as x %}',
        "{% blocktranslate %}Pay{% endblocktranslate %}",
        '{% include "x.html" with title=_("Pay") %}',
    ],
)
def test_a_text_in_a_template_needs_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], page: str
) -> None:
    page = "\n" + page
    assert complaints(tree(tmp_path, page=page, po=""), capsys) == [
        f"{PAGE}:2: no Chinese for 'Pay'"
    ]
    assert complaints(tree(tmp_path, page=page, po=entry("Pay", "付款")), capsys) == []


def test_plurals_and_contexts_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = 'ngettext("%(n)s day", "%(n)s days", n)\npgettext("verb", "Order")'
    good = (
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s 天"\n\n'
        'msgctxt "verb"\nmsgid "Order"\nmsgstr "下单"\n'
    )
    assert complaints(tree(tmp_path, code=code, po=good), capsys) == []
    without = good.replace('msgctxt "verb"\n', "")
    assert [line.split(": ")[1] for line in complaints(tree(tmp_path, po=without), capsys)] == [
        "no Chinese for 'Order'",
        "stale, nothing uses 'Order'",
    ]


def test_an_empty_entry_is_no_translation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path, code='_("Pay")', po=entry("Pay", ""))
    assert complaints(root, capsys) == [f"{CODE}:1: no Chinese for 'Pay'"]


def test_stale_fuzzy_and_obsolete_entries_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    po = (
        entry("Gone", "没有")
        + "#, fuzzy\n"
        + entry("Pay", "付款")
        + '#~ msgid "Old"\n#~ msgstr "旧"'
    )
    lines = complaints(tree(tmp_path, code='_("Pay")', po=po), capsys)
    assert [line.split(": ", 1)[1] for line in lines] == [
        "obsolete entry 'Old'; delete it",
        "stale, nothing uses 'Gone'",
        "fuzzy 'Pay'; check it and remove the mark",
    ]


def test_a_reworded_text_of_a_library_is_not_stale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path, po="# library: django\n" + entry("This field is required.", "请填写。"))
    assert complaints(root, capsys) == []


@pytest.mark.parametrize(
    ("text", "chinese", "fault"),
    [
        ("Hi %(name)s", "你好 %(nom)s", "places ['%(nom)s'] instead of ['%(name)s']"),
        ("Hi %(name)s", "你好", "places [] instead of ['%(name)s']"),
        ("Short", "余额不够,请充值", "half-width '够,'"),
        ("Short", "余额不够.请充值", "half-width '够.'"),
        ("Short", "余额(元)", "half-width '额('"),
        ("Short", "没有扣款.", "half-width '款.'"),
        ("Short", "您的余额", "您 in"),
        ("Short", "付款成功！", "！ in"),
    ],
)
def test_a_badly_written_translation_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, chinese: str, fault: str
) -> None:
    root = tree(tmp_path, code=f'_("{text}")', po=entry(text, chinese))
    lines = complaints(root, capsys)
    assert len(lines) == 1
    assert fault in lines[0]


@pytest.mark.parametrize(
    "chinese",
    ["余额不够，还差 ¥12.50。", "导出 CSV（表格）", "11:30 前", "例如 a.b@c.example", "共 3 笔"],
)
def test_well_written_chinese_is_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], chinese: str
) -> None:
    assert complaints(tree(tmp_path, code='_("A")', po=entry("A", chinese)), capsys) == []


def test_a_place_that_only_chinese_needs_is_declared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, chinese = "%(day)s %(name)s", "%(month)s月%(day)s日"
    code = f'# Translators: a date; %(month)s is its number.\n_("{text}")'
    root = tree(tmp_path, code=code, po=entry(text, chinese))
    assert complaints(root, capsys) == []
    assert len(complaints(tree(tmp_path, code=f'_("{text}")'), capsys)) == 1


def test_any_catalogue_of_the_product_counts_and_two_must_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "src/okpay/notices/locale/zh_Hans/LC_MESSAGES/django.po"
    root = tree(tmp_path, code='_("Pay")', po=entry("Pay", "付款"))
    tree(root, **{other: HEAD + "\n" + entry("Pay", "付款")})
    assert complaints(root, capsys) == []
    tree(root, **{other: HEAD + "\n" + entry("Pay", "支付")})
    assert complaints(root, capsys) == [f"{PO}: 'Pay' reads otherwise in {other}"]


def test_missing_texts_are_listed_and_added_to_the_catalogue_of_their_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree(tmp_path, code='_("Say \\"hi\\"")\nngettext("%(n)s day", "%(n)s days", 2)')
    assert main(["extract"], root) == 1
    assert f"{PO}: 2 missing" in capsys.readouterr().out
    assert main(["extract", "--add"], root) == 0
    capsys.readouterr()
    assert complaints(root, capsys) == [
        f"{CODE}:1: no Chinese for 'Say \"hi\"'",
        f"{CODE}:2: no Chinese for '%(n)s day'",
    ]
    assert main(["extract"], root) == 0


def test_compiling_makes_what_gettext_reads_and_only_when_needed(tmp_path: Path) -> None:
    root = tree(tmp_path, po=entry("Pay", "付款"))
    assert compile_all(root) == 1
    with (root / PO).with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("Pay") == "付款"
    assert compile_all(root) == 0
    os.utime(root / PO, (2**31, 2**31))
    assert compile_all(root) == 1
    assert [p.name for p in (root / PO).parent.iterdir()].count("django.mo") == 1
    assert len(list((root / PO).parent.iterdir())) == 2
