"""What the front pages say is so: commands, sign-ins, pictures, paths, records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from okpay.cli.demo import SIGN_INS

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[2]
README, README_ZH = ROOT / "README.md", ROOT / "README.zh.md"
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PARTS = ("Context", "Decision", "Consequences", "Considered")
LARGEST_PICTURE = 200 * 1024
CODE = re.compile(r"`([^`\n]+)`")


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _commands(page: Path) -> list[str]:
    """The lines of a page's shell blocks, without their remarks."""
    blocks = re.findall(r"```sh\n(.*?)```", _text(page), re.DOTALL)
    return [re.sub(r"\s+# .*|        #.*", "", line) for b in blocks for line in b.splitlines()]


def _shape(page: Path) -> list[int]:
    """How many cells each row of the tables has, and where the headings stand between them."""
    lines = _text(page).splitlines()
    return [line.count("|") if line.startswith("|") else 0 for line in lines if line[:1] in "|#"]


def test_both_languages_give_the_same_commands_links_and_tables() -> None:
    assert _commands(README) == _commands(README_ZH)
    assert _shape(README) == _shape(README_ZH)
    links = [re.findall(r"\]\(([^)]+)\)", _text(page))[1:] for page in (README, README_ZH)]
    assert links[0] == links[1]
    assert "](README.zh.md)" in _text(README)
    assert "](README.md)" in _text(README_ZH)


@pytest.mark.parametrize("page", [README, README_ZH, ROOT / "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", _text(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", _text(page), re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("page", [README, README_ZH])
def test_the_demo_sign_ins_are_those_that_are_loaded(page: Path) -> None:
    named = re.findall(r"`(\w+@demo\.example)`\s?[(（]([\w ]+)", _text(page))
    assert sorted(named) == sorted((one.sign_in, one.name) for one in SIGN_INS)
    for person in SIGN_INS:
        assert f"`{person.password}`" in _text(page)
        assert f"`{person.payment_password}`" in _text(page)


def test_pictures_are_used_and_small() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    pages = _text(README) + _text(README_ZH)
    assert pictures
    for picture in pictures:
        assert picture.read_bytes().startswith(b"\x89PNG"), picture.name
        assert picture.stat().st_size <= LARGEST_PICTURE, picture.name
        assert f"docs/images/{picture.name}" in pages


@pytest.mark.parametrize("record", RECORDS, ids=[record.stem for record in RECORDS])
def test_a_decision_record_has_its_form_and_stands_in_the_index(record: Path) -> None:
    text = _text(record)
    number = int(record.name[:4])
    title = re.match(
        rf"# {number}\. (.+)\n\n\d{{4}}-\d\d-\d\d · (proposed|accepted|replaced)", text
    )
    assert title is not None
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == PARTS
    row = f"| [{record.name[:4]}]({record.name}) | {title[1]} | {title[2]} |"
    assert row in _text(record.parent / "README.md").splitlines()


def test_decision_records_are_numbered_without_gaps() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_the_drawing_names_every_package_and_no_other() -> None:
    text = _text(ROOT / "ARCHITECTURE.md")
    tree = re.search(r"```\nsrc/okpay/\n(.*?)```", text, re.DOTALL)
    assert tree is not None
    drawn = {name for line in tree[1].splitlines() for name in re.findall(r"\w+", line[:29])}
    found = {file.parent.name for file in (ROOT / "src" / "okpay").glob("*/__init__.py")}
    assert drawn - {"beside", "the", "layers"} == found
    empty = text.rstrip().splitlines()[-1]
    assert set(re.findall(r"`(\w+)`", empty)) & found == set()


@pytest.mark.parametrize("page", [ROOT / "ARCHITECTURE.md", *RECORDS], ids=lambda page: page.stem)
def test_every_path_that_is_named_exists(page: Path) -> None:
    """A name with a slash is a path of the repository, of the product, or of a package of it."""
    roots = [ROOT, ROOT / "src", ROOT / "src" / "okpay", ROOT / "src" / "okpay" / "payments"]
    names = [
        name for name in CODE.findall(_text(page)) if re.fullmatch(r"[\w.]+(/[\w.]+)+/?", name)
    ]
    assert [name for name in names if not any((root / name).exists() for root in roots)] == []
