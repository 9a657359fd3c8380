"""Every rule, in the order of its code. One rule, one file."""

from __future__ import annotations

from typing import Final

from tools.lint.rules import (
    clock,
    floats,
    ledger_writes,
    markup,
    models,
    names,
    network,
    operations,
    permissions,
    requirements,
    sealed,
    size,
    state_writes,
    suppressions,
    template_text,
    transactions,
)
from tools.lint.source import Rule

RULES: Final[tuple[Rule, ...]] = (
    floats.RULE,
    ledger_writes.RULE,
    state_writes.RULE,
    network.RULE,
    permissions.RULE,
    suppressions.RULE,
    size.RULE,
    template_text.RULE,
    markup.RULE,
    models.RULE,
    names.RULE,
    clock.RULE,
    requirements.RULE,
    operations.RULE,
    transactions.RULE,
    sealed.RULE,
)
