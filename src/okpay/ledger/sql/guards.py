"""What the database itself holds true about the book, whoever writes to it."""

from __future__ import annotations

from typing import Final

APPEND_ONLY: Final = """
CREATE FUNCTION okpay_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
CREATE TRIGGER ledger_account_kept BEFORE DELETE OR TRUNCATE
  ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
CREATE TRIGGER ledger_hold_kept BEFORE DELETE OR TRUNCATE
  ON ledger_hold FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
"""

# Checked once a statement, over all rows it touched: the cost is shared by the whole batch.
SUM_ZERO: Final = """
CREATE FUNCTION ledger_account_opens_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM opened WHERE posted <> 0 OR held <> 0 OR seq <> 0) THEN
    RAISE EXCEPTION 'an account opens with nothing in it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_opens_empty AFTER INSERT ON ledger_account
  REFERENCING NEW TABLE AS opened
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_opens_empty();

CREATE FUNCTION ledger_account_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (
      SELECT asset, sum(posted) AS moved FROM (
        SELECT asset, posted FROM after_rows
        UNION ALL
        SELECT asset, -posted FROM before_rows
      ) AS both_sides GROUP BY asset
    ) AS per_asset WHERE moved <> 0
  ) THEN
    RAISE EXCEPTION 'debits and credits differ'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_balanced AFTER UPDATE ON ledger_account
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_balanced();
"""

# Half-empty pages let balances change in place, without touching an index.
STORAGE: Final = """
ALTER TABLE ledger_account SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02);
"""

FORWARD: Final = APPEND_ONLY + SUM_ZERO + STORAGE
