"""Pure rules: masks, phones, names, devices, passwords."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from okpay.identity.errors import BadNameError, RegionNotSupportedError
from okpay.identity.models import Person
from okpay.identity.passwords import BlockListRule, ContextRule, LengthRule
from okpay.identity.people import clean_name, name_key
from okpay.identity.phones import BadPhoneError, Phone, read_phone
from okpay.identity.rules import mask_email, mask_name, mask_phone
from okpay.identity.user_agents import describe

pytestmark = pytest.mark.no_database


def test_masks() -> None:
    assert [mask_name(n) for n in ("周晓宁", "李娜", "欧阳晓明", "Alice Wong", "王", "Li")] == [
        "周*宁",
        "*娜",
        "欧**明",
        "A***e W**g",
        "*",
        "*i",
    ]
    assert mask_phone("+8613800138000") == "+86138****8000"
    assert mask_phone("+123") == "****"
    assert [mask_email(e) for e in ("xiaoning@okpay.example", "ab@x.cn", "a@x.cn")] == [
        "x***g@okpay.example",
        "a***@x.cn",
        "a***@x.cn",
    ]


@pytest.mark.parametrize(
    "text",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "008613800138000"],
)
def test_one_number_in_all_its_writings(text: str) -> None:
    assert read_phone(text) == Phone("+8613800138000", "CN")


@pytest.mark.parametrize(
    "text", ["", "abc", "123", "+86", "+8610", "1" * 40, "+999123456789", "１３８"]
)
def test_no_number_at_all(text: str) -> None:
    with pytest.raises(BadPhoneError):
        read_phone(text)


def test_regions_are_data() -> None:
    assert read_phone("+852 5123 4567").region == "HK"
    assert read_phone("51234567", "HK").e164 == "+85251234567"
    with pytest.raises(RegionNotSupportedError):
        read_phone("+98 912 345 6789")


def test_names_lose_what_cannot_be_seen() -> None:
    assert clean_name(" 周\u200b晓\u202e宁 ") == "周晓宁"
    assert clean_name("Lin\n\tYue  Chen") == "Lin Yue Chen"
    assert clean_name("\u200b\u2066") == ""
    assert len(clean_name("x" * 100)) == 60
    assert name_key("周晓宁") == "zhou xiao ning"


@pytest.mark.parametrize(
    "name",
    ["https://evil.example", "evil.cn", "www。evil。cn", "evil．cn", "a@b", "领奖 t.cn", "x:y",
     "a／b", "evil.\u200bcn", "a\\b", "支付.中国", "evil：8080"],
)  # fmt: skip
def test_h6_a_name_is_no_link(name: str) -> None:
    with pytest.raises(BadNameError):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    ["阿卜杜拉·买买提", "J. R. R. Tolkien", "J.R.R. Tolkien", "Mary-Jane O'Neil", "D’Arcy",
     "Martin Luther King Jr.", "José Núñez", "سارة", "Nguyễn Thị Ánh", "Anne Marie"],
)  # fmt: skip
def test_real_names_stay(name: str) -> None:
    assert clean_name(name) == name


def test_devices_are_named_without_guessing() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/130 Safari/537 Edg/130"
    assert [str(describe(agent)) for agent in (edge, "curl/8.5", "", "Mystery")] == [
        "Windows · Edge",
        "curl",
        "",
        "",
    ]


def refused(password: str, person: Person | None = None) -> list[str]:
    codes = []
    for rule in (LengthRule(), BlockListRule(), ContextRule()):
        try:
            rule.validate(password, person)
        except ValidationError as wrong:
            codes.append(str(wrong.code))
    return codes


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("seven quiet rivers run", []),
        ("七条安静的河流向东方的大海流去了", []),
        ("aaaa bbbb cccc d e", []),
        ("fourteen chars", ["password_too_short"]),
        ("x y z q w e r t" * 9, ["password_too_long"]),
        ("qwertyqwertyqwerty", ["password_too_common"]),
        ("Password12345678!", ["password_too_common"]),
        ("abcdefghijklmnopq", ["password_too_common"]),
        ("987654321098765432", ["password_too_common"]),
        ("111111111111111111", ["password_too_common"]),
        ("my O-K Pay secret", ["password_context"]),
    ],
)
def test_passwords(password: str, codes: list[str]) -> None:
    assert refused(password) == codes


@pytest.mark.parametrize(
    "password",
    [
        "i am lin yue ok fine",
        "river.lin.side.house",
        "call 00138000 tonight",
        "dear 周晓宁 hello you",
    ],
)
def test_context_words_of_the_person(password: str) -> None:
    person = Person(name="周晓宁", email="linyue.river@mail.example", phone="+8613800138000")
    assert refused(password, person) == ["password_context"]
