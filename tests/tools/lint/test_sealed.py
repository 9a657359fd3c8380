from __future__ import annotations

import pytest

from tests.support.linting import found
from tools.lint.rules.sealed import RULE

PATH = "src/okpay/identity/operations.py"
PAST = [
    'Person.objects.filter(email="a@b.example")',
    'Person.objects.exclude(phone__startswith="+86")',
    'rows.get(person__email="a@b.example")',
    'rows.update(email="")',
    'Outgoing.objects.filter(Q(recipient="x"))',
    'rows.values("email")',
    'rows.values_list("id", "person__phone")',
    'rows.order_by("-email")',
    'run("SELECT p.email FROM identity_person p")',
    'run("SELECT email_sealed FROM identity_person")',
    'run("SELECT recipient_sealed FROM notices_outgoing")',
]


@pytest.mark.parametrize("code", PAST)
def test_a_way_past_a_seal_is_found(code: str) -> None:
    assert 1 in found(RULE, PATH, code)


@pytest.mark.parametrize(
    "code",
    [
        'Person.objects.filter(email_index="a@b.example", email_verified_at=None)',
        "Person.objects.filter(email__isnull=True)",
        "OneTimeCode.objects.filter(phone=phone)",
        "mine = EmailAddress.objects.filter(user=1)\nmine.exclude(email=email)",
        "rows = OneTimeCode.objects.all()\nrows.filter(phone=phone)",
        'run("SELECT p.email_index, p.phone_verified_at FROM identity_person p")',
        'options.get("email")',
        "send_mail(email=person.email)",
    ],
)
def test_what_asks_by_an_index_is_fine(code: str) -> None:
    assert found(RULE, PATH, code) == []


def test_migrations_and_the_kernel_may() -> None:
    for path in ("identity/migrations/0010_sealed_filled.py", "kernel/crypto/resealing.py"):
        assert found(RULE, f"src/okpay/{path}", PAST[-1]) == []
