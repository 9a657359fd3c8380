"""Does the database itself still guard the book and its logs: triggers, constraints, rights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from okpay.kernel.sealed_sql import AUDIT_APPEND_ONLY
from okpay.kernel.sealed_sql import SEALED as KERNEL_SEALED
from okpay.ledger.models import Account, Hold, Transfer
from okpay.ledger.proof.check import Asked, Check
from okpay.ledger.sql import batches, guards, seals
from okpay.ledger.sql.grants import BOOK_UPDATES, READ_ONLY, SEALED

if TYPE_CHECKING:
    from psycopg import Connection

_SQL: Final = guards.FORWARD + batches.FORWARD + seals.FORWARD + AUDIT_APPEND_ONLY + KERNEL_SEALED
_TRIGGERS: Final = re.findall(
    r"CREATE TRIGGER (\w+).*?\bON (\w+).*?EXECUTE FUNCTION (\w+)", _SQL, re.DOTALL
)
_BODIES: Final = dict(re.findall(r"CREATE FUNCTION (\w+)\(\).*?AS \$\$(.*?)\$\$", _SQL, re.DOTALL))
# As PostgreSQL writes the condition of those triggers that have one.
_WHEN: Final = {
    "ledger_batch_backdated": "WHEN ((new.at < (now() - '00:01:00'::interval)))",
    "ledger_transfer_backdated": "WHEN ((new.at < (now() - '00:01:00'::interval)))",
}
_INSTALLED: Final = """
SELECT g.tgname, c.relname, p.proname, g.tgenabled IN ('O', 'A'), p.prosrc,
       g.tgqual IS NULL, pg_get_triggerdef(g.oid)
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
WHERE NOT g.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
_SWITCHED: Final = """
SELECT s.setdatabase::regclass::text, config
FROM pg_db_role_setting s, unnest(s.setconfig) AS config
WHERE config LIKE 'session_replication_role=%%'
"""
_CONSTRAINTS: Final = """
SELECT conname FROM pg_constraint WHERE convalidated
UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indisvalid AND i.indisunique
"""
# One row for each table, column and right that a role has and must not have.
_RIGHTS: Final = """
SELECT 'okpay_app', t.name, p.name, '' FROM unnest(%(tables)s::text[]) AS t(name),
  unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(name)
WHERE has_table_privilege('okpay_app', t.name, p.name)
   OR (p.name IN ('INSERT', 'UPDATE') AND has_any_column_privilege('okpay_app', t.name, p.name))
UNION ALL
SELECT w.role, 'kernel_audit', p.name, ''
FROM unnest(ARRAY['okpay_app', 'okpay_seal']) AS w(role),
     unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p(name)
WHERE has_table_privilege(w.role, 'kernel_audit', p.name)
UNION ALL
SELECT w.role, t.name, p.name, ''
FROM unnest(ARRAY['okpay_app', 'okpay_book', 'okpay_seal']) AS w(role),
     unnest(%(sealed)s::text[]) AS t(name),
     unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(name)
WHERE NOT (w.role = 'okpay_seal' AND p.name = 'INSERT')
  AND (has_table_privilege(w.role, t.name, p.name)
    OR (p.name IN ('INSERT', 'UPDATE') AND has_any_column_privilege(w.role, t.name, p.name)))
UNION ALL
SELECT 'okpay_seal', t.name, p.name, '' FROM unnest(%(tables)s::text[]) AS t(name),
  unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(name)
WHERE has_table_privilege('okpay_seal', t.name, p.name)
UNION ALL
SELECT 'okpay_audit', c.relname, p.name, '' FROM pg_class c,
  unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(name)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
  AND has_table_privilege('okpay_audit', c.oid, p.name)
UNION ALL
SELECT 'okpay_book', t.name, p.name, ''
FROM unnest(%(tables)s::text[] || ARRAY['kernel_audit']) AS t(name),
     unnest(ARRAY['DELETE', 'TRUNCATE']) AS p(name)
WHERE has_table_privilege('okpay_book', t.name, p.name)
UNION ALL
SELECT 'okpay_book', c.table_name, 'UPDATE', c.column_name
FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.table_name = ANY(%(tables)s::text[] || ARRAY['kernel_audit'])
  AND has_column_privilege('okpay_book', c.table_name, c.column_name, 'UPDATE')
  AND c.table_name || '.' || c.column_name <> ALL(%(allowed)s::text[])
UNION ALL
SELECT r.rolname, '', 'more than a role of the product may have', ''
FROM pg_roles r
WHERE r.rolname IN ('okpay_app', 'okpay_book', 'okpay_seal', 'okpay_audit')
  AND (r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolcanlogin
    OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))
"""


def _triggers(connection: Connection[Any]) -> tuple[int, list[str]]:
    """Each guard is there, switched on, unconditional, and says what the program says."""
    rows = {row[0]: row for row in connection.execute(_INSTALLED).fetchall()}
    broken = []
    for name, table, function in _TRIGGERS:
        row = rows.get(name)
        if row is None or row[1:3] != (table, function):
            broken.append(f"trigger {name} on {table} is missing")
            continue
        if not row[3]:
            broken.append(f"trigger {name} on {table} is switched off")
        if row[5] != (name not in _WHEN) or _WHEN.get(name, "") not in row[6]:
            broken.append(f"trigger {name} on {table} has another condition")
        if row[4] != _BODIES[function]:
            broken.append(f"function {function} of trigger {name} is not the program's")
    for _, config in connection.execute(_SWITCHED).fetchall():
        broken.append(f"setting {config} switches triggers off")
    return len(_TRIGGERS), broken


def _constraints(connection: Connection[Any]) -> tuple[int, list[str]]:
    found = {row[0] for row in connection.execute(_CONSTRAINTS).fetchall()}
    wanted = [
        (model._meta.db_table, constraint.name)
        for model in (Account, Transfer, Hold)
        for constraint in model._meta.constraints
    ]
    tables = [*READ_ONLY, *SEALED, "kernel_audit"]
    wanted += [(table, f"{table}_pkey") for table in tables]
    return len(wanted), [
        f"constraint {name} of {table} is missing or not valid"
        for table, name in wanted
        if name not in found
    ]


def _rights(connection: Connection[Any]) -> tuple[int, list[str]]:
    tables = [*READ_ONLY, *SEALED]
    words = {"tables": list(READ_ONLY), "sealed": list(SEALED), "allowed": list(BOOK_UPDATES)}
    rows = connection.execute(_RIGHTS, words).fetchall()
    return len(tables), [
        f"role {role} has {right} on {table}{'.' if column else ''}{column}"
        if table
        else f"role {role} has {right}"
        for role, table, right, column in rows
    ]


GUARDS: Final[tuple[Check, ...]] = (
    Asked("the triggers that guard the book are in force", _triggers),
    Asked("the constraints of the book are in force", _constraints),
    Asked("no role can write more of the book than it must", _rights),
)
