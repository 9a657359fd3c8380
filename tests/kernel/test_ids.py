from __future__ import annotations

import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel.ids import BadId, decode, encode, encode_text, new_uuid

pytestmark = pytest.mark.no_database


@given(st.uuids())
def test_what_is_written_is_read_back(value: UUID) -> None:
    text = encode("trf", value)
    assert len(text) == 30
    assert decode(text, "trf") == value
    assert decode(text, "tup", "trf") == value


@given(st.uuids(), st.uuids())
def test_ids_sort_as_texts_as_they_do_as_numbers(one: UUID, two: UUID) -> None:
    assert (encode("trf", one) < encode("trf", two)) is (one < two)


@pytest.mark.parametrize(
    "text",
    [
        "", "trf", "trf_", "_", "trf_0", "tup_" + "0" * 26, "trf_" + "0" * 25, "trf_" + "0" * 27,
        "trf_" + "Z" * 26, "trf_" + "8" + "z" * 25, "trf_" + "z" * 26, "trf_" + "0" * 25 + "i",
        "trf_" + "0" * 25 + "u", "TRF_" + "0" * 26, "trf-" + "0" * 26, "trf_" + "０" * 26,
        " trf_" + "0" * 26, "trf_" + "0" * 26 + "\n", "trf__" + "0" * 25,
        "00000000-0000-7000-8000-000000000001",
    ],
)  # fmt: skip
def test_what_is_not_written_by_us_is_refused(text: str) -> None:
    with pytest.raises(BadId):
        decode(text, "trf")


@given(st.text(max_size=40))
def test_only_the_one_form_of_an_id_is_read(text: str) -> None:
    try:
        value = decode(text, "trf")
    except BadId:
        return
    assert encode("trf", value) == text


def test_new_ids_are_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    made = [new_uuid() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == 1000
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert all(before <= one.int >> 80 <= after for one in made)


def test_an_id_at_hand_as_text_is_written_the_same() -> None:
    value = new_uuid()
    assert encode_text("trf", str(value)) == encode("trf", value)
