"""The engine on the real book against the reference: the machine of `decide`, in fewer steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.payments.deeds import Story, Word, said, words
from tests.payments.reference import Reference
from tests.payments.world import World, broken

NAMES = ["ann", "ben", "cy", "di"]
EMAILS = {name: f"@{name}" for name in NAMES}  # drawn by name, written as each story's own people


class Book(RuleBasedStateMachine):
    """One world for all stories; each has people of its own."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.people = dict(zip(NAMES, self.world.people(4), strict=True))
        emails = {f"{one}@world.example": one for one in self.people.values()}
        self.reference = Reference(
            money=dict.fromkeys(["", *self.people.values()], 0), emails=emails
        )
        self.story = Story(self.reference)

    @initialize(amounts=st.lists(st.sampled_from([1, 1000, 3_000_000]), min_size=4, max_size=4))
    def some_have_money(self, amounts: list[int]) -> None:
        self.batch([("top_up", who, minor) for who, minor in zip(NAMES, amounts, strict=True)])

    @rule(drawn=st.lists(words(NAMES, EMAILS), min_size=1, max_size=6))
    def batch(self, drawn: list[Word]) -> None:
        """Run commands at once; the book must say what the reference says."""
        now = datetime.now(UTC)
        made = [self.story.deed(self._real(word), now) for word in drawn]
        deeds = [deed for deed in made if deed is not None]
        expected = [self.story.expect(deed, now) for deed in deeds]
        outcomes = self.world.run(*[deed.command for deed in deeds]) if deeds else []
        assert [said(outcome) for outcome in outcomes] == expected
        self.story.heard(deeds, outcomes)

    def _real(self, word: Any) -> Any:
        """Put this story's people for the names in a word."""
        if isinstance(word, str) and word.startswith("@"):
            return f"{self.people[word[1:]]}@world.example"
        if isinstance(word, tuple | list):
            return type(word)(self._real(part) for part in word)
        return self.people.get(word, word) if isinstance(word, str) else word

    def teardown(self) -> None:
        """Freeze the people too, as operations do beside their accounts."""
        with self.world.owner() as connection:
            connection.execute(
                "UPDATE identity_person SET frozen_at = now() WHERE id = ANY(%s::uuid[])",
                [list(self.reference.frozen)],
            )

    @invariant()
    def balances_are_the_references(self) -> None:
        for person in self.people.values():
            held = self.reference.held(person)
            assert self.world.balance(person) == (self.reference.money[person], held)


def test_the_real_book_says_what_the_reference_says(world: World) -> None:
    Book.world = world
    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=12, stateful_step_count=10, deadline=None, phases=[Phase.generate]
        ),
    )
    assert broken(world.url) == []
