"""What a batch names, gathered before anything is asked: tokens, people, accounts, holds, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from okpay.ledger.chart import HOUSE, HOUSE_KINDS, AccountKind
from okpay.payments.engine.commands import (
    AnyCommand,
    Flag,
    Group,
    Hold,
    Move,
    OpenAccount,
    Refund,
    Resolve,
    Send,
    TopUp,
    answer_key,
)
from okpay.payments.engine.decide_refund import sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from okpay.payments.engine.state import PayerFacts, PersonFacts, TokenFacts

Pair = tuple[str, int, int]  # owner, asset, kind


class Wanted:
    """What the commands of a batch name, gathered before the database is asked."""

    def __init__(self, commands: Sequence[AnyCommand]) -> None:
        """Sort the commands' names by how they are looked up."""
        self.commands: list[AnyCommand] = []  # the members of a group stand behind it
        self.tokens: set[str] = set()
        self.emails: set[str] = set()
        self.phones: set[str] = set()
        self.people: set[str] = set()
        self.payers: set[str] = set()  # those without a token: that names its own
        self.holds: set[str] = set()
        self.flagged: set[str] = set()
        self.originals: set[str] = set()
        for command in commands:
            self._add(command)

    def _add(self, command: AnyCommand) -> None:
        self.commands.append(command)
        if type(command) is Send:
            self._add_send(command)
        elif type(command) is Resolve:
            self.holds.add(command.record)
            if command.owner:
                self.people.add(command.owner)
        elif type(command) is Flag:
            self.flagged.add(command.person)
        elif type(command) is Refund:
            self.originals.add(command.original)
        elif type(command) is Group:
            for member in command.members:
                self._add(member)
        elif (type(command) is Hold or type(command) is Move) and command.payee:
            self.people.add(command.payee)
            if command.owner:
                self.payers.add(command.owner)

    def _add_send(self, command: Send) -> None:
        if command.owner:
            self.payers.add(command.owner)
        else:
            self.tokens.add(command.token)
        if command.payee:
            self.people.add(command.payee)
        elif "@" in command.alias:
            self.emails.add(command.alias)
        else:
            self.phones.add(command.alias)


class Names:
    """Names resolved to ids, without locks: none of these ever changes its meaning in a batch."""

    def __init__(self) -> None:
        """Start empty."""
        self.tokens: dict[str, TokenFacts] = {}
        self.people: dict[str, PersonFacts] = {}
        self.payers: dict[str, PayerFacts] = {}
        self.aliases: dict[str, str] = {}
        self.heads: dict[str, tuple[Any, ...]] = {}
        self.flagged: set[Pair] = set()
        self.originals: dict[str, tuple[Any, ...]] = {}


def pairs_of(wanted: Wanted, names: Names) -> set[Pair]:
    """Every account the batch may touch, by owner, asset and kind."""
    pairs: set[Pair] = set(names.flagged)
    for head in names.heads.values():
        pairs |= {(head[4], head[3], head[5]), (head[6], head[3], head[7])}
    for command in wanted.commands:
        if type(command) is Send:
            pairs |= _pairs_of_send(command, names)
        elif type(command) is TopUp:
            pairs.add((command.owner, command.asset, AccountKind.WALLET))
            pairs.add((HOUSE, command.asset, AccountKind.ACQUIRER))
            if command.fee:
                pairs.add((HOUSE, command.asset, AccountKind.FEES))
        elif type(command) is OpenAccount:
            pairs.add((command.owner, command.asset, AccountKind.WALLET))
        else:
            pairs |= _rarer_pairs(command, names)
    return pairs


def _rarer_pairs(command: AnyCommand, names: Names) -> set[Pair]:
    pairs: set[Pair] = set()
    if type(command) is Hold or type(command) is Move:
        pairs = _pairs_of_move(command, names)
    elif type(command) is Resolve and command.record in names.heads:
        asset = names.heads[command.record][3]
        if command.owner in names.people:
            pairs.add((command.owner, asset, AccountKind.WALLET))
        if command.fee or names.heads[command.record][-1]:
            pairs.add((HOUSE, asset, AccountKind.FEES))
    elif type(command) is Refund and command.original in names.originals:
        _, kind, asset, payer, payee = names.originals[command.original]
        pairs = {pair for pair in sides(kind, asset, payer, payee) if pair[0]}
    return pairs


def _pairs_of_move(command: Hold | Move, names: Names) -> set[Pair]:
    source = command.source if type(command) is Move else 0
    pairs: set[Pair] = {(HOUSE, command.asset, kind) for kind in (source, command.house)}
    pairs = {pair for pair in pairs if pair[2] in HOUSE_KINDS}
    if not source:
        pairs.add((command.owner, command.asset, AccountKind.WALLET))
    if command.payee in names.people:
        pairs.add((command.payee, command.asset, AccountKind.WALLET))
    if type(command) is Move and command.fee:
        pairs.add((HOUSE, command.asset, AccountKind.FEES))
    return pairs


def _pairs_of_send(command: Send, names: Names) -> set[Pair]:
    token = names.tokens.get(command.token) if not command.owner else None
    owner = token.person if token is not None else command.owner
    payee = command.payee or names.aliases.get(command.alias, "")
    pairs: set[Pair] = set()
    if owner:
        pairs.add((owner, command.asset, AccountKind.WALLET))
    if payee in names.people:
        pairs.add((payee, command.asset, AccountKind.WALLET))
    else:
        pairs.add((HOUSE, command.asset, AccountKind.CLAIMS))
    if command.fee:
        pairs.add((HOUSE, command.asset, AccountKind.FEES))
    return pairs


def keys_of(wanted: Wanted, names: Names) -> list[str]:
    """Every key under which an answer may be kept already."""
    keys = []
    for command in wanted.commands:
        owner = command.owner
        if not owner and type(command) is Send and command.token in names.tokens:
            owner = names.tokens[command.token].person
        keys.append(answer_key(owner, command.endpoint, command.client_key))
        if command.twin_key:
            keys.append(answer_key(owner, command.endpoint, command.twin_key))
    return keys
