"""What an insider with the owner's rights may do to the book, and what the proof must say."""

from __future__ import annotations

from typing import LiteralString

OFF: LiteralString = """
ALTER TABLE ledger_transfer DISABLE TRIGGER USER;
ALTER TABLE ledger_account DISABLE TRIGGER USER;
ALTER TABLE ledger_hold DISABLE TRIGGER USER;
ALTER TABLE ledger_batch DISABLE TRIGGER USER;
"""

# name, what the insider does, and what the proof must say. Places: names of the story.
TAMPERINGS: list[tuple[str, str, str]] = [
    (
        "amount of a transfer changed",
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE id = '{paid}'",
        "record {paid}: amount 1200, transfer's 1201",
    ),
    (
        "balance raised",
        "UPDATE ledger_account SET posted = posted + 5 WHERE owner = '{eve}'",
        "asset 156: all its accounts together hold 5 instead of 0",
    ),
    (
        "balance moved between two customers without a transfer",
        (
            "UPDATE ledger_account SET posted = posted"
            " + CASE WHEN owner = '{eve}' THEN 7 ELSE -7 END WHERE owner IN ('{eve}', '{ben}')"
        ),
        "its transfers make posted 450,",
    ),
    (
        "balance after of a leg changed",
        "UPDATE ledger_transfer SET credit_posted = credit_posted + 3 WHERE id = '{paid}'",
        "transfer {paid}: on account",
    ),
    (
        "held after of a leg changed",
        "UPDATE ledger_transfer SET debit_held = debit_held + 3 WHERE id = '{waiting}'",
        "transfer {waiting}: on account",
    ),
    (
        "transfer deleted",
        "DELETE FROM ledger_transfer WHERE id = '{paid}'",
        "record {paid}: amount 1200, transfer's None",
    ),
    (
        "one leg inserted",
        (
            "INSERT INTO ledger_transfer (id, at, kind, code, asset, amount, debit_account,"
            " credit_account, debit_seq, debit_posted, debit_held, batch)"
            " SELECT 'aaaaaaaa-0000-7000-8000-000000000001', now(), 1, 1, 156, 5, a.id, b.id,"
            " a.seq + 1, a.posted - 5, a.held, 1 FROM ledger_account a, ledger_account b"
            " WHERE a.owner = '{ben}' AND b.owner = '{eve}'"
        ),
        "transfer aaaaaaaa-0000-7000-8000-000000000001: kind 1 of 5 in asset 156",
    ),
    (
        "payee swapped in the book",
        (
            "UPDATE ledger_transfer SET credit_account = (SELECT id FROM ledger_account"
            " WHERE owner = '{eve}'), credit_seq = 99 WHERE id = '{paid}'"
        ),
        (
            "record {paid}: amount 1200, transfer's 1200; payer {ann}, debited {ann}; "
            "payee {ben}, credited {eve}"
        ),
    ),
    (
        "payee swapped in the record",
        "UPDATE wallets_record SET payee = '{eve}' WHERE id = '{paid}'",
        "payee {eve}, credited {ben}",
    ),
    (
        "two transfers of an account exchanged",
        (
            "UPDATE ledger_transfer SET debit_seq = -debit_seq WHERE debit_account ="
            " (SELECT id FROM ledger_account WHERE owner = '{ann}' AND asset = 156)"
            " AND debit_seq IN (2, 4);"
            "UPDATE ledger_transfer SET debit_seq = CASE debit_seq WHEN -2 THEN 4 ELSE 2 END"
            " WHERE debit_seq < 0"
        ),
        "transfer {paid}: on account",
    ),
    (
        "hold closed without a transfer",
        "UPDATE ledger_hold SET state = 3, resolved_at = now() WHERE id = '{waiting}'",
        "hold {waiting}: state 3 of 700, its end is transfer None",
    ),
    (
        "hold opened again",
        "UPDATE ledger_hold SET state = 1, resolved_at = NULL WHERE id = '{canceled}'",
        "hold {canceled}: state 1 of 800",
    ),
    (
        "hold without its row",
        "DELETE FROM ledger_hold WHERE id = '{waiting}'",
        "hold {waiting}: account None",
    ),
    (
        "hold without a resolver",
        "UPDATE ledger_hold SET resolver = '' WHERE id = '{waiting}'",
        "reason 'payee_unregistered', resolver ''",
    ),
    (
        "hold forgotten past its deadline",
        "UPDATE ledger_hold SET deadline = now() - interval '6 minutes' WHERE id = '{waiting}'",
        "hold {waiting}: its deadline was",
    ),
    (
        "end of a hold deleted",
        "DELETE FROM ledger_transfer WHERE pending = '{claimed}'",
        "hold {claimed}: state 2 of 400, its end is transfer None",
    ),
    (
        "end of a hold with another amount",
        "UPDATE ledger_transfer SET amount = 401 WHERE pending = '{claimed}'",
        "hold {claimed}: state 2 of 400",
    ),
    (
        "answer dropped",
        "DELETE FROM payments_answer WHERE record = '{paid}'",
        "record {paid}: done with state 1 is due as an answer, state none was answered",
    ),
    (
        "answer forged",
        "UPDATE payments_answer SET balance = balance + 5 WHERE record = '{paid}'",
        "of record {paid} it says that",
    ),
    (
        "written answer forged",
        (
            "UPDATE payments_answer SET body = replace(body, '\"amount\":800', '\"amount\":8')"
            " WHERE body LIKE '%{canceled}%'"
        ),
        "of record {canceled} it says amount 8,",
    ),
    (
        "answer about a record that is not there",
        (
            "INSERT INTO payments_answer (key, at, fingerprint, record, balance, payee_name, body)"
            " SELECT '{ann}', at, fingerprint, '{eve}', balance, '', '' FROM payments_answer"
            " WHERE record = '{paid}'"
        ),
        "of record {eve} it says that",
    ),
    (
        "end answered otherwise",
        (
            "UPDATE payments_answer SET body = replace(body, '\"state\":3', '\"state\":5')"
            " WHERE body LIKE '%{canceled}%'"
        ),
        "record {canceled}: done with state 3 is due as an answer, state 5 was answered",
    ),
    (
        "amount of a record changed",
        "UPDATE wallets_record SET amount = 12 WHERE id = '{paid}'",
        "record {paid}: amount 12, transfer's 1200",
    ),
    (
        "record deleted",
        "DELETE FROM wallets_record WHERE id = '{topped}'",
        "record {topped}: amount None, transfer's 100000",
    ),
    (
        "fee of a record changed",
        "UPDATE wallets_record SET fee = 8 WHERE fee = 9",
        "fee 8, the linked leg has 9",
    ),
    (
        "state of a record changed",
        "UPDATE wallets_record SET state = 1, completed_at = created_at WHERE id = '{canceled}'",
        "record {canceled}: state 1, its hold's 3",
    ),
    (
        "history taken back",
        "DELETE FROM wallets_recordevent WHERE record = '{expired}' AND state <> 2",
        "record {expired}: its history goes from None to 2, its state is 4",
    ),
    (
        "history with a step that is not allowed",
        (
            "INSERT INTO wallets_recordevent (record, state, reason, at)"
            " VALUES ('{expired}', 1, 'claim', now())"
        ),
        "record {expired}: its history goes from 4 to 1",
    ),
    (
        "reason of a pending transfer changed",
        "UPDATE payments_pending SET reason = 'because' WHERE record = '{waiting}'",
        "record {waiting}: waits because 'because'",
    ),
    (
        "nobody told",
        "UPDATE ledger_batch SET news = array_remove(news, '{claimed}')",
        "record {claimed}: nobody is told of what batch",
    ),
    (
        "news read without becoming a job",
        (
            "UPDATE payments_outboxmark SET (xid, batch) = (SELECT xid, id FROM ledger_batch"
            " ORDER BY xid DESC, id DESC LIMIT 1)"
        ),
        "nobody is told of it, though the outbox was read",
    ),
    (
        "news never read",
        (
            "UPDATE payments_outboxmark SET (xid, batch) = (SELECT xid, id FROM ledger_batch"
            " ORDER BY xid, id LIMIT 1);"
            "UPDATE ledger_batch SET at = at - interval '1 hour'"
        ),
        "nobody reads its news; does the worker run?",
    ),
    (
        "transfer put into another batch",
        "UPDATE ledger_transfer SET batch = batch + 1 WHERE id = '{paid}'",
        "with another digest",
    ),
    (
        "moment of a transfer changed",
        "UPDATE ledger_transfer SET at = at - interval '1 day' WHERE id = '{paid}'",
        "with the same digest",
    ),
    (
        "pair of legs raised, with balances and records to match",
        (
            "UPDATE ledger_transfer SET amount = amount + 1, debit_posted = debit_posted - 1,"
            " credit_posted = credit_posted + 1 WHERE id = '{bought}';"
        ),
        "with another digest",
    ),
    (
        "batch deleted",
        (
            "DELETE FROM ledger_batch WHERE id = (SELECT batch FROM ledger_transfer"
            " WHERE id = '{paid}')"
        ),
        "None transfers were booked in it at None, now it has 3",
    ),
    (
        "batch emptied",
        (
            "DELETE FROM ledger_transfer WHERE batch = (SELECT batch FROM ledger_transfer"
            " WHERE id = '{bought}')"
        ),
        "2 transfers were booked in it",
    ),
    (
        "limit counter taken back",
        "UPDATE ledger_account SET out_day_sum = 0 WHERE owner = '{ben}'",
        "counted 0 for its day where 700 left",
    ),
    (
        "account unfrozen behind the person's back",
        "UPDATE identity_person SET frozen_at = now() WHERE id = '{eve}'",
        "owner {eve} (exists: True) frozen at",
    ),
    (
        "floor lowered",
        "UPDATE ledger_account SET floor = -100 WHERE owner = '{eve}'",
        "floor -100 (by the chart 0)",
    ),
    (
        "account of nobody",
        (
            "INSERT INTO ledger_account (owner, asset, kind, floor)"
            " VALUES ('aaaaaaaa-0000-7000-8000-00000000000a', 156, 1, 0)"
        ),
        "owner aaaaaaaa-0000-7000-8000-00000000000a (exists: False)",
    ),
    (
        "guard replaced by an empty one",
        (
            "CREATE OR REPLACE FUNCTION okpay_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$"
        ),
        "function okpay_refuse_change of trigger ledger_transfer_append_only is not the program's",
    ),
    (
        "guard dropped",
        "DROP TRIGGER ledger_account_balanced ON ledger_account",
        "trigger ledger_account_balanced on ledger_account is missing",
    ),
    (
        "constraint dropped",
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_above_floor",
        "constraint ledger_account_above_floor of ledger_account is missing or not valid",
    ),
    (
        "right to write given to the faces",
        "GRANT UPDATE (posted) ON ledger_account TO okpay_app",
        "role okpay_app has UPDATE on ledger_account",
    ),
    (
        "right to seal given to the faces",
        "GRANT INSERT ON ledger_seal TO okpay_app",
        "role okpay_app has INSERT on ledger_seal",
    ),
    (
        "right to write given to auditors",
        "GRANT DELETE ON identity_person TO okpay_audit",
        "role okpay_audit has DELETE on identity_person",
    ),
    (
        "auditors made members of another role",
        "GRANT okpay_book TO okpay_audit",
        "role okpay_audit has more than a role of the product may have",
    ),
    (
        "guard against backdating weakened",
        (
            "DROP TRIGGER ledger_batch_backdated ON ledger_batch;"
            "CREATE TRIGGER ledger_batch_backdated BEFORE INSERT ON ledger_batch FOR EACH ROW"
            " WHEN (NEW.at < now() - interval '1 year')"
            " EXECUTE FUNCTION ledger_batch_refuse_backdated()"
        ),
        "trigger ledger_batch_backdated on ledger_batch has another condition",
    ),
    (
        "guard of the audit trail dropped",
        "DROP TRIGGER kernel_audit_append_only ON kernel_audit",
        "trigger kernel_audit_append_only on kernel_audit is missing",
    ),
    (
        "right to rewrite given to the engine",
        "GRANT UPDATE ON ledger_transfer TO okpay_book",
        "role okpay_book has UPDATE on ledger_transfer.amount",
    ),
]
