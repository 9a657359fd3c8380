"""Composite values as PostgreSQL reads them: any text comes back as it went."""

from __future__ import annotations

import hashlib

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from okpay.payments.engine import lines
from okpay.payments.engine.state import TransferRow
from tests.payments.wishes import send, top_up
from tests.payments.world import World

KEY = "00000000-0000-7000-8000-000000000001"
# PostgreSQL keeps no NUL; a lone surrogate is no text.
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_every_text_survives(world: World, texts: list[str]) -> None:
    rows = [lines.answer(KEY, KEY, None, text) for text in texts]
    with psycopg.connect(world.url) as connection:
        found = connection.execute(
            "SELECT v.body, v.payee_name, v.record FROM unnest(%s::payments_answer_line[]) AS v",
            [lines.array(rows).decode()],
        ).fetchall()
    assert found == [(text, "", None) for text in texts]


def test_nothing_is_an_empty_array() -> None:
    assert lines.array([]) == b"{}"


def test_the_digest_is_of_the_rows_in_the_order_of_their_ids() -> None:
    first = TransferRow("a", 1, 2, 156, 5, 7, 8, 9, -3, 0, 4, 5, None, None)
    second = TransferRow("b", 2, 2, 156, 6, 7, 8, 10, -3, 6, None, None, None, "a")
    text = "a|1|2|156|5|7|8|9|-3|0|4|5||\nb|2|2|156|6|7|8|10|-3|6||||a\n"
    found = lines.digest([lines.transfer(second), lines.transfer(first)])
    assert found == hashlib.sha256(text.encode()).digest()


def test_a_memo_full_of_quotes_is_paid_and_shown(world: World) -> None:
    payer, payee = world.people(2)
    world.done(top_up(payer, 100))
    memo = 'a"b\\c,(d){e}\n\u4f60\\"\'--'
    done = world.done(send(payer, payee, 1, memo=memo, key="quoted"))[0]
    assert world.rows("SELECT memo FROM wallets_record WHERE id = %s", done.record) == [(memo,)]
    again = world.done(send(payer, payee, 1, memo=memo, key="quoted"))[0]
    assert (again.memo, again.replayed, again.balance) == (memo, True, 99)
