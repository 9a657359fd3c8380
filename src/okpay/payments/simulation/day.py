"""What people do on a day: salaries, rent, shops, friends, refunds, dinners, trips, newcomers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.payments.simulation.wishes import CNY, USD, Wish, Wishes
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from okpay.payments.engine.commands import AnyCommand
    from okpay.payments.simulation.desk import Desk
    from okpay.payments.simulation.dice import Dice
    from okpay.payments.simulation.town import Town

# How busy each hour is: quiet nights, two meals, an evening.
HOURS: Final = (1, 1, 0, 0, 0, 1, 4, 9, 10, 7, 6, 12, 14, 8, 6, 6, 7, 10, 14, 13, 10, 7, 4, 2)
MINUTES: Final = 24 * 60
PAYDAYS: Final = frozenset({5, 20})
LOW: Final = 50_00  # fen; below it people think of a top-up
SWEEP: Final = 30  # minutes between two looks for what is overdue
# Of a thousand people on a day.
SHOPPING, FRIENDLY, INVITING, DINING, TRAVELLING, TRIPS, FREEZING = 420, 110, 6, 9, 6, 25, 3


class Day:
    """One day of the town, put into the desk's queue."""

    def __init__(self, town: Town, desk: Desk, dice: Dice, wishes: Wishes, number: int) -> None:
        """`number` counts from 1."""
        self.town = town
        self.desk = desk
        self.dice = dice
        self.wishes = wishes
        self.number = number
        self.midnight = (number - 1) * MINUTES
        self.made: list[Wish] = []

    def plan(self, yesterday: list[Wish]) -> list[Wish]:
        """Queue everything and return it."""
        self._clock()
        for place, person in enumerate(self.town.people):
            self._person(place, person)
        self._newcomers()
        self._returns(yesterday)
        return self.made

    def ask(self, minute: int, command: AnyCommand) -> None:
        """Queue one wish at a minute of this day."""
        wish = Wish(command)
        self.made.append(wish)
        self.desk.put(self.midnight + minute, wish)

    def sweep(self) -> None:
        """Let the system return what is overdue by the clock, and shops take what they hold."""
        now = self.desk.now()
        for record, hold in list(self.desk.book.holds.items()):
            if hold.open and hold.deadline <= now:
                self.ask(self.desk.minute - self.midnight, self.wishes.end(record, "expire", ""))

    def _clock(self) -> None:
        """On some days the machine's clock is wrong for a while, forward or back."""
        if self.dice.chance(300):
            self.desk.faults["clock jump"] += 1
            self.desk.skew = self.dice.between(-90, 90)
        else:
            self.desk.skew = 0

    def _minute(self) -> int:
        place = self.dice.below(sum(HOURS))
        for hour, busy in enumerate(HOURS):
            if place < busy:
                return hour * 60 + self.dice.below(60)
            place -= busy
        return 0

    def _person(self, place: int, person: str) -> None:
        dice, wishes = self.dice, self.wishes
        purse = self.desk.rules.money.get((person, CNY), 0)
        if self.number in PAYDAYS:
            salary = dice.between(2_500, 9_000) * 100
            self.ask(9 * 60 + dice.below(30), wishes.top_up(person, salary, "Salary"))
        elif self.number == 1:
            self.ask(dice.below(60), wishes.top_up(person, dice.between(1, 30) * 100_00, "Bank"))
        elif purse < LOW and dice.chance(600):
            top_up = dice.between(2, 10) * 100_00
            self.ask(self._minute(), wishes.top_up(person, top_up, "Card"))
        if self.number == 6 and dice.chance(400):  # noqa: PLR2004 — rent is due after payday
            rent = dice.between(900, 2_400) * 100
            self.ask(self._minute(), wishes.send(person, dice.pick(self.town.landlords), rent))
        if dice.chance(SHOPPING):
            shop = dice.pick(self.town.shops)
            if shop != person:
                self.ask(self._minute(), wishes.buy(person, shop, dice.between(3_00, 90_00)))
        if dice.chance(FRIENDLY):
            friend = self.town.friend_of(place, dice)
            self.ask(self._minute(), wishes.send(person, friend, dice.between(5_00, 300_00)))
        self._seldom(place, person)

    def _seldom(self, place: int, person: str) -> None:
        dice, wishes = self.dice, self.wishes
        if dice.chance(TRIPS):
            until = self.desk.start + timedelta(
                minutes=self.midnight + MINUTES, days=dice.between(0, 2)
            )
            shop = dice.pick(self.town.shops)
            self.ask(
                self._minute(), wishes.hold(person, shop, dice.between(50, 1_500) * 100, until)
            )
        if dice.chance(INVITING):
            stranger = f"p{self.dice.below(4 * len(self.town.people))}@town.example"
            self.ask(self._minute(), wishes.send(person, stranger, dice.between(10_00, 100_00)))
        if dice.chance(DINING):
            self._dinner(place, person)
        if dice.chance(TRAVELLING):
            give = dice.between(70, 700) * 100
            self.ask(self._minute(), wishes.exchange(person, give, give * 1000 // 7125))
        if dice.chance(FREEZING):
            self.ask(self._minute(), wishes.flag(person, frozen=True))
            later = MINUTES * dice.between(1, 3)
            self.ask(later, wishes.flag(person, frozen=False))

    def _dinner(self, place: int, person: str) -> None:
        """Friends share a bill: all pay their part, or nobody does."""
        share = self.dice.between(20_00, 120_00)
        guests = [self.town.friend_of(place, self.dice) for _ in range(self.dice.between(2, 4))]
        parts = [
            self.wishes.send(guest, person, share, at_once=True) for guest in dict.fromkeys(guests)
        ]
        self.ask(self._minute(), self.wishes.together(person, [*parts]))

    def _newcomers(self) -> None:
        """Some who were invited open a wallet, and claim what waits for them."""
        for _ in range(self.dice.below(3 + len(self.town.newcomers) // 20)):
            if not self.town.newcomers:
                return
            one = self.town.newcomers.pop()
            self.desk.book.enrol(one)
            self.town.people.append(one.id)
            for record, hold in self.desk.book.holds.items():
                if hold.open and hold.alias == one.email:
                    self.ask(self._minute(), self.wishes.end(record, "claim", one.id))

    def _returns(self, yesterday: list[Wish]) -> None:
        """Shops end what was set aside and give some money back; cards take some back too."""
        rules = self.desk.rules
        for wish in yesterday:
            told = wish.told
            if told is None or told.result != "done" or not told.record:
                continue
            waits = rules.waits.get(told.record)
            if waits is not None and told.reason == "authorised":
                self._end(told.record, waits[1], waits[3])
            elif told.state == RecordState.COMPLETED and told.asset != USD:
                self._give_back(told.record)

    def _end(self, record: str, shop: str, amount: int) -> None:
        fate = self.dice.below(10)
        if fate < 7:  # noqa: PLR2004 — seven of ten are captured, half of them in part
            part = None if self.dice.chance(500) else self.dice.between(1, amount)
            self.ask(self._minute(), self.wishes.end(record, "capture", shop, part))
            if self.dice.chance(100):  # the shop changes its mind at the same moment
                self.ask(self._minute(), self.wishes.end(record, "void", shop))
        elif fate < 9:  # noqa: PLR2004 — the last one is forgotten and expires
            self.ask(self._minute(), self.wishes.end(record, "void", shop))

    def _give_back(self, record: str) -> None:
        found = self.desk.rules.left.get(record)
        if found is None or not found[0]:
            return
        _, payee, _, left = found
        if payee in self.town.shops and left > 0 and self.dice.chance(25):
            part = left if self.dice.chance(600) else self.dice.between(1, left + 50)
            self.ask(self._minute(), self.wishes.refund(record, part, payee))
            if self.dice.chance(200):  # again, or the bank takes it back too
                by = payee if self.dice.chance(500) else ""
                self.ask(self._minute(), self.wishes.refund(record, part, by))
