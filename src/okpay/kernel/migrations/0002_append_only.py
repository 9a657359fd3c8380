"""The audit trail can be added to and read; nobody changes or empties it, not even its owner (M2)."""

from __future__ import annotations

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION kernel_audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER kernel_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
  ON kernel_audit FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop)]
