"""The roles beside the owner: for the faces, for the engine, for the sealer, for auditors.

`okpay_app` reads the book and cannot write it. `okpay_book` is the engine's: it may add to the book
and move balances, and can change nothing else. `okpay_seal` adds seals and checkpoints and reads
what they are of. `okpay_audit` reads the book and what stands beside it: no password, no token,
no mail. Applied after every migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ROLES: Final = """
DO $$
DECLARE
  wanted text;
  way text := CASE WHEN current_setting('server_version_num')::int < 160000
                   THEN 'MEMBER' ELSE 'SET' END;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['okpay_app', 'okpay_book', 'okpay_seal', 'okpay_audit'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    IF NOT pg_has_role(current_user, wanted, way) THEN
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
    "payments_groupleg",
    "wallets_refund",
    "ledger_batch",
)
# What only the sealer adds to, and nobody changes.
SEALED: Final = ("ledger_seal", "kernel_auditseal", "kernel_log", "kernel_checkpoint")
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
    "wallets_record.captured",
    "wallets_record.fee",
)

# In order: everything an application does, then what it must never do.
GRANTS: Final = """
GRANT USAGE ON SCHEMA public TO okpay_app, okpay_book;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO okpay_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO okpay_app, okpay_book;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO okpay_app, okpay_book;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON
  ledger_account, ledger_transfer, ledger_hold, wallets_record, wallets_recordevent,
  payments_answer, payments_pending, payments_groupleg, wallets_refund,
  ledger_batch FROM okpay_app;
REVOKE UPDATE, DELETE, TRUNCATE ON kernel_audit FROM okpay_app;
DO $$ BEGIN
  IF to_regclass('public.liabilities_tree') IS NOT NULL THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON liabilities_statement, liabilities_tree FROM okpay_app;
    REVOKE UPDATE, TRUNCATE ON liabilities_block FROM okpay_app;
  END IF;
  IF to_regclass('public.crypto_datakey') IS NOT NULL THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON crypto_datakey, crypto_masterkey FROM okpay_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON crypto_shredding, crypto_rotation FROM okpay_app;
  END IF;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO okpay_book;
GRANT INSERT ON ledger_account, ledger_transfer, ledger_hold, wallets_record,
  wallets_recordevent, payments_answer, payments_pending, payments_groupleg, wallets_refund,
  ledger_batch, kernel_audit TO okpay_book;
REVOKE UPDATE ON ledger_account, ledger_hold, wallets_record FROM okpay_book;
GRANT UPDATE (posted, held, seq, frozen_out, frozen_in, out_day, out_day_sum,
  out_month, out_month_sum) ON ledger_account TO okpay_book;
GRANT UPDATE (state, resolved_at) ON ledger_hold TO okpay_book;
GRANT UPDATE (state, payee, completed_at, captured, fee) ON wallets_record TO okpay_book;
REVOKE INSERT, UPDATE ON procrastinate_jobs, procrastinate_events FROM okpay_book;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON
  ledger_seal, kernel_auditseal, kernel_log, kernel_checkpoint FROM okpay_app;
GRANT USAGE ON SCHEMA public TO okpay_seal, okpay_audit;
GRANT SELECT ON ledger_batch, kernel_audit TO okpay_seal;
GRANT SELECT, INSERT ON ledger_seal, kernel_auditseal, kernel_log, kernel_checkpoint TO okpay_seal;
GRANT INSERT ON procrastinate_jobs, procrastinate_events TO okpay_seal;
GRANT SELECT ON procrastinate_jobs TO okpay_seal;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO okpay_seal;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO okpay_seal;
DO $$
DECLARE book text;
BEGIN
  FOR book IN SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND relname ~ '^(kernel|ledger|wallets|payments|liabilities)_' LOOP
    EXECUTE format('GRANT SELECT ON %I TO okpay_audit', book);
  END LOOP;
END $$;
GRANT SELECT ON procrastinate_jobs, django_migrations TO okpay_audit;
GRANT SELECT (id, frozen_at) ON identity_person TO okpay_audit;
GRANT SELECT (id, dedupe) ON notices_message TO okpay_audit;
DO $$ BEGIN
  IF to_regclass('public.approvals_approval') IS NOT NULL THEN
    GRANT SELECT (id, kind, state, about, payload, maker, checker, closed_at)
      ON approvals_approval TO okpay_audit;
  END IF;
END $$;
"""


def apply(connection: BaseDatabaseWrapper) -> None:
    """Make the roles and give each exactly its rights; safe to run again."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES)
        cursor.execute(GRANTS)
