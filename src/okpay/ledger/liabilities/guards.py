"""What the database itself holds true about publications, whoever writes to them."""

from __future__ import annotations

from typing import Final

# `okpay_refuse_change` came with the book's own guards. Blocks may be deleted: they are a cache.
FORWARD: Final = """
CREATE TRIGGER liabilities_statement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON liabilities_statement FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
CREATE TRIGGER liabilities_tree_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON liabilities_tree FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
CREATE TRIGGER liabilities_block_never_changed BEFORE UPDATE
  ON liabilities_block FOR EACH STATEMENT EXECUTE FUNCTION okpay_refuse_change();
"""
