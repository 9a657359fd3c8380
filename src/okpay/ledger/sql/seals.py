"""Seals are only added to; and nothing enters the book with a moment that has passed (M4)."""

from __future__ import annotations

from typing import Final

SEALS: Final = """
CREATE TRIGGER ledger_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON ledger_seal FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
"""

# A batch has its transaction's moment, give or take a minute. Later is refused too, but for the
# sandbox's clock, which runs ahead and never in production, only by `okpay verify`. The condition
# costs nothing worth counting: it is looked at once a batch, and the function runs for refusals
# only. The transfers' own moments are compared with their batch's by `okpay verify`.
BACKDATED: Final = """
CREATE FUNCTION ledger_batch_refuse_backdated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a batch of % cannot be booked at %', NEW.at, now()
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_batch_backdated BEFORE INSERT ON ledger_batch FOR EACH ROW
  WHEN (NEW.at < now() - interval '1 minute')
  EXECUTE FUNCTION ledger_batch_refuse_backdated();
CREATE TRIGGER ledger_transfer_backdated BEFORE INSERT ON ledger_transfer FOR EACH ROW
  WHEN (NEW.at < now() - interval '1 minute')
  EXECUTE FUNCTION ledger_batch_refuse_backdated();
"""

FORWARD: Final = SEALS + BACKDATED
