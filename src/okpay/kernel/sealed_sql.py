"""What the database itself holds true about trails, seals and checkpoints: nothing is changed."""

from __future__ import annotations

from typing import Final

# Installed by migration 0002; here so that the proof can ask whether it is still in force.
AUDIT_APPEND_ONLY: Final = """
CREATE FUNCTION kernel_audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER kernel_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON kernel_audit FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
"""
SEALED: Final = """
CREATE TRIGGER kernel_auditseal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON kernel_auditseal FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
CREATE TRIGGER kernel_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON kernel_log FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
CREATE TRIGGER kernel_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON kernel_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
"""

# Rows older than the column get 0 without a rewrite of the table, and are sealed first.
ORDERED: Final = """
ALTER TABLE kernel_audit ADD COLUMN xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE kernel_audit ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX kernel_audit_xid ON kernel_audit (xid, id);
"""
