"""What was proposed is never altered, what was decided stays, and no step is taken back (E10, G7)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

GUARDS = """
CREATE FUNCTION approvals_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 1 OR (NEW.id, NEW.kind, NEW.subject, NEW.about, NEW.payload, NEW.version,
      NEW.reason, NEW.digest, NEW.maker, NEW.created_at, NEW.expires_at)
    IS DISTINCT FROM (OLD.id, OLD.kind, OLD.subject, OLD.about, OLD.payload, OLD.version,
      OLD.reason, OLD.digest, OLD.maker, OLD.created_at, OLD.expires_at) THEN
    RAISE EXCEPTION 'a proposal never changes, and is decided once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approvals_approval_fixed BEFORE UPDATE ON approvals_approval
  FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER approvals_approval_kept BEFORE DELETE OR TRUNCATE ON approvals_approval
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
CREATE TRIGGER approvals_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON approvals_approvalevent FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
"""


class Migration(migrations.Migration):
    """Install the guards; they are never taken off again."""

    dependencies: ClassVar = [("approvals", "0001_initial"), ("kernel", "0002_append_only")]
    operations: ClassVar = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
