"""Sign-ins are written down as they happen, shown to their person alone, and thinned out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from okpay.identity.safety import history, places
from okpay.identity.safety.models import Result, SignIn
from okpay.kernel.ids import new_uuid

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def note(person: Any, result: Result, now: datetime, address: str = "198.51.100.7") -> None:
    history.note(person_id=person.id, result=result, user_agent=FIREFOX, address=address, now=now)


def rows(person: Any) -> list[tuple[str, int]]:
    found = SignIn.objects.filter(person_id=person.id).order_by("id")
    return list(found.values_list("result", "times"))


def test_a_flood_of_wrong_passwords_is_one_line(enrol: Any, now: datetime) -> None:
    person = enrol()
    for second in range(5):
        note(person, Result.WRONG_PASSWORD, now + timedelta(seconds=second))
    note(person, Result.LOCKED, now + timedelta(seconds=6))
    note(person, Result.OK, now + timedelta(seconds=7))
    note(person, Result.WRONG_PASSWORD, now + timedelta(seconds=8))
    assert rows(person) == [("wrong_password", 5), ("locked", 1), ("ok", 1), ("wrong_password", 1)]
    assert history.failures_since(person.id, now - timedelta(days=7)) == 7


def test_another_place_or_a_later_time_is_another_line(enrol: Any, now: datetime) -> None:
    person = enrol()
    note(person, Result.WRONG_PASSWORD, now)
    note(person, Result.WRONG_PASSWORD, now, "198.51.100.8")
    note(person, Result.WRONG_PASSWORD, now + history.SAME, "198.51.100.8")
    assert rows(person) == [("wrong_password", 1)] * 3


def test_two_sign_ins_are_two_lines(enrol: Any, now: datetime) -> None:
    person = enrol()
    note(person, Result.OK, now)
    note(person, Result.OK, now)
    assert rows(person) == [("ok", 1)] * 2


def test_only_one_s_own_newest_first_page_by_page(enrol: Any, now: datetime) -> None:
    person, other = enrol(), enrol()
    for minute in range(history.PAGE + 1):
        note(person, Result.OK, now + timedelta(minutes=minute))
    note(other, Result.OK, now)
    first, more = history.attempts(person.id)
    second, none_left = history.attempts(person.id, page=2)
    assert (len(first), more, len(second), none_left) == (history.PAGE, True, 1, False)
    assert first[0].at == now + timedelta(minutes=history.PAGE)
    assert str(first[0].device) == "Linux · Firefox"
    assert len(history.attempts(other.id)[0]) == 1


def test_m_old_addresses_are_cut_down_and_old_rows_forgotten(enrol: Any, now: datetime) -> None:
    person = enrol()
    note(person, Result.OK, now - history.KEPT - timedelta(days=1))
    note(person, Result.OK, now - history.ADDRESS_KEPT - timedelta(days=1), "198.51.100.7")
    note(person, Result.OK, now - history.ADDRESS_KEPT - timedelta(days=1), "2001:db8:1:2::3")
    note(person, Result.OK, now - timedelta(days=89), "198.51.100.7")
    history.thin_out(now=now)
    found = SignIn.objects.filter(person_id=person.id).order_by("id")
    assert list(found.values_list("address", "network")) == [
        (None, "198.51.100.0/24"),
        (None, "2001:db8:1::/48"),
        ("198.51.100.7", ""),
    ]


def test_nobody_leaves_no_line(now: datetime) -> None:
    stranger, browser = new_uuid(), f"{FIREFOX} {new_uuid()}"
    history.pretend(stranger=stranger, user_agent=browser, address="198.51.100.7", now=now)
    assert not SignIn.objects.filter(person_id=stranger).exists()
    assert not SignIn.objects.filter(user_agent=browser).exists()


class Reader:
    """A file of places, in the form `maxminddb` answers."""

    def get(self, address: str) -> Any:
        return {
            "1.2.3.4": {"country": {"iso_code": "cn"}, "city": {"names": {"en": "Shanghai"}}},
            "1.2.3.5": {"country": {"iso_code": "DE"}},
            "1.2.3.6": {"odd": 1},
        }.get(address)


def test_places_come_from_a_file_or_are_unknown() -> None:
    atlas = places.FileAtlas(Reader())
    assert atlas.find("1.2.3.4") == places.Place("CN", "Shanghai")
    assert atlas.find("1.2.3.5") == places.Place("DE", "")
    assert (atlas.find("1.2.3.6"), atlas.find("9.9.9.9")) == (places.UNKNOWN, places.UNKNOWN)
    assert places.place_of("127.0.0.1") == places.UNKNOWN
    assert (places.is_local("10.1.2.3"), places.is_local("8.8.8.8")) == (True, False)
    assert (places.is_local("::1"), places.is_local("")) == (True, False)


def test_a_file_that_is_not_there_leaves_places_unknown(settings: Any) -> None:
    settings.OKPAY_PLACES_FILE = "/nowhere/places.mmdb"
    places.atlas.cache_clear()
    try:
        assert places.place_of("8.8.8.8") == places.UNKNOWN
    finally:
        places.atlas.cache_clear()


def test_the_history_is_in_one_s_copy(enrol: Any, now: datetime) -> None:
    from okpay.identity.leaving.hooks import sections

    person, other = enrol(), enrol()
    note(person, Result.OK, now)
    note(other, Result.OK, now)
    rows = list(sections["sign_ins"](person.id))
    assert [(row["result"], row["times"], row["browser"]) for row in rows] == [("ok", 1, FIREFOX)]
