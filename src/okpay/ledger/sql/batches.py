"""Batches: append-only as all of the book, and a list of ids that is not worth compressing."""

from __future__ import annotations

from typing import Final

FORWARD: Final = """
CREATE TRIGGER ledger_batch_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON ledger_batch FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
ALTER TABLE ledger_batch ALTER news SET STORAGE EXTERNAL;
"""
