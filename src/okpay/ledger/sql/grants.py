"""Two roles beside the owner: one for the faces, one for the engine.

`okpay_app` reads the book and cannot write it. `okpay_book` is the engine's: it may add to the book
and move balances, and can change nothing else. Applied after every migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ROLES: Final = """
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['okpay_app', 'okpay_book'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', wanted, current_user);
    END IF;
  END LOOP;
END $$;
"""

# What the faces can only read.
READ_ONLY: Final = (
    "ledger_account",
    "ledger_transfer",
    "ledger_hold",
    "wallets_record",
    "wallets_recordevent",
    "payments_answer",
    "payments_pending",
)
# The only columns of them that even the engine may change.
BOOK_UPDATES: Final = (
    *(
        f"ledger_account.{name}"
        for name in (
            "posted held seq frozen_out frozen_in out_day out_day_sum out_month out_month_sum"
        ).split()
    ),
    "ledger_hold.state",
    "ledger_hold.resolved_at",
    "wallets_record.state",
    "wallets_record.payee",
    "wallets_record.completed_at",
)

# In order: everything an application does, then what it must never do.
GRANTS: Final = """
GRANT USAGE ON SCHEMA public TO okpay_app, okpay_book;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO okpay_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO okpay_app, okpay_book;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO okpay_app, okpay_book;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON
  ledger_account, ledger_transfer, ledger_hold, wallets_record, wallets_recordevent,
  payments_answer, payments_pending FROM okpay_app;
REVOKE UPDATE, DELETE, TRUNCATE ON kernel_audit FROM okpay_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO okpay_book;
GRANT INSERT ON ledger_account, ledger_transfer, ledger_hold, wallets_record,
  wallets_recordevent, payments_answer, payments_pending, kernel_audit,
  procrastinate_jobs, procrastinate_events TO okpay_book;
REVOKE UPDATE ON ledger_account, ledger_hold, wallets_record FROM okpay_book;
GRANT UPDATE (posted, held, seq, frozen_out, frozen_in, out_day, out_day_sum,
  out_month, out_month_sum) ON ledger_account TO okpay_book;
GRANT UPDATE (state, resolved_at) ON ledger_hold TO okpay_book;
GRANT UPDATE (state, payee, completed_at) ON wallets_record TO okpay_book;
GRANT UPDATE ON procrastinate_jobs TO okpay_book;
"""


def apply(connection: BaseDatabaseWrapper) -> None:
    """Make the roles and give each exactly its rights; safe to run again."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES)
        cursor.execute(GRANTS)
