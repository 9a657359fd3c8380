"""Numbers, machine-readable zones, names: against published examples, and any changed digit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kyc.checks import mrz, numbers
from okpay.kyc.checks.names import same_name
from tests.kyc.drawings import prc_number

pytestmark = pytest.mark.no_database
TODAY = date(2026, 11, 22)
# ICAO Doc 9303 part 4, appendix A, and part 5, appendix B: the specimens of Utopia.
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
DAYS = st.dates(date(1930, 1, 1), date(2010, 12, 31))


def test_the_passport_of_the_standard_is_read() -> None:
    zone = mrz.read(TD3, TODAY)
    assert (zone.number, zone.issuer, zone.nationality) == ("L898902C3", "UTO", "UTO")
    assert (zone.born, zone.expires) == (date(1974, 8, 12), date(2012, 4, 15))
    assert (zone.surname, zone.given, zone.sex) == ("ERIKSSON", "ANNA MARIA", "F")


def test_the_card_of_the_standard_is_read() -> None:
    zone = mrz.read(TD1.lower(), TODAY)
    assert (zone.kind, zone.number, zone.born) == ("I", "D23145890", date(1974, 8, 12))
    assert (zone.name, zone.expires) == ("ERIKSSON ANNA MARIA", date(2012, 4, 15))


@pytest.mark.parametrize(("field", "expected"), [("520727", "3"), ("AB2134<<<", "5")])
def test_the_check_digits_of_the_standard(field: str, expected: str) -> None:
    """Part 3, §4.9: the two worked examples."""
    assert mrz.digit(field) == expected


@given(at=st.integers(0, 43), by=st.integers(1, 9))
def test_any_changed_digit_of_the_lower_line_is_seen(at: int, by: int) -> None:
    upper, lower = TD3.split()
    if not lower[at].isdigit():
        return
    changed = lower[:at] + str((int(lower[at]) + by) % 10) + lower[at + 1 :]
    with pytest.raises(mrz.MrzError):
        mrz.read(upper + changed, TODAY)


@given(st.text(max_size=100))
def test_strange_texts_are_no_zone_and_no_number(text: str) -> None:
    with pytest.raises(mrz.MrzError):
        mrz.read(text, TODAY)
    plain = numbers.normal(text)
    assert len(plain) <= 3 * (numbers.LONGEST + 1)
    for kind in numbers.CHECKS:
        assert numbers.is_number(kind, plain) in {True, False}


@given(serial=st.integers(0, 999), born=DAYS, at=st.integers(0, 16), by=st.integers(1, 9))
def test_a_number_of_a_resident_fits_and_with_another_digit_does_not(
    serial: int, born: date, at: int, by: int
) -> None:
    number = prc_number(serial, f"{born:%Y%m%d}")
    assert (numbers.is_prc(number), numbers.born_of_prc(number)) == (True, born)
    changed = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not numbers.is_prc(changed)


def test_a_published_number_of_a_resident_fits() -> None:
    """The example of GB 11643-1999, annex A."""
    assert numbers.is_prc("11010519491231002X")
    assert not numbers.is_prc("110105194912310029")
    assert not numbers.is_prc("11010519490231002X")  # no such day


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("hkid", "A1234563", "A1234564"),
        ("hkid", "AB9876543", "AB9876544"),
        ("taiwan", "A123456789", "A123456788"),
        ("macau", "12345678", "22345678"),
        ("hkmo_permit", "H0123456701", "K0123456701"),
        ("tw_permit", "01234567", "0123456"),
        ("passport", "E12345678", "E123456789"),
    ],
)
def test_numbers_of_other_documents(kind: str, good: str, bad: str) -> None:
    assert (numbers.is_number(kind, good), numbers.is_number(kind, bad)) == (True, False)


def test_a_number_is_written_in_one_way() -> None:
    assert numbers.normal(" a123456(3) ") == "A1234563"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("周晓宁", "ZHOU XIAONING"),
        ("周晓宁", "Xiao Ning Zhou"),
        ("周晓宁", "zhou xiao-ning"),
        ("欧阳修", "OUYANG XIU"),
        ("吕布", "LYU BU"),
        ("吕布", "Lü Bu"),
        ("曾国藩", "Zeng Guofan"),
        ("ERIKSSON ANNA MARIA", "Anna Maria Eriksson"),
        ("José Núñez", "NUNEZ JOSE"),
        ("O'Neil Ann", "ONEIL ANN"),
    ],
)
def test_the_same_name_in_another_writing(first: str, second: str) -> None:
    assert same_name(first, second)
    assert same_name(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [("周晓宁", "周小宁"), ("周晓宁", "ZHOU XIAOLING"), ("Anna", "Anne"), ("", ""), ("周", "")],
)
def test_another_name_is_another(first: str, second: str) -> None:
    assert not same_name(first, second)
