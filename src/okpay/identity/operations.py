"""Everything that changes a person's identity, by name. Each lives in the room beside this file."""

from __future__ import annotations

from okpay.identity.access_tokens import (
    create_access_token,
    revoke_access_token,
    use_access_token,
)
from okpay.identity.codes import check_code, send_code
from okpay.identity.ending import end_all_access
from okpay.identity.guards import prove_password
from okpay.identity.payment_passwords import (
    change_payment_password,
    check_payment_password,
    reset_payment_password,
    send_reset_code,
    set_payment_password,
)
from okpay.identity.people import (
    begin_email_change,
    choose_language,
    claim_phone,
    confirm_email,
    confirm_phone,
    drop_email_change,
    enrol_person,
    register_person,
    rename,
    send_phone_code,
)
from okpay.identity.proofs import send_holder_code
from okpay.identity.sign_ins import (
    end_other_sessions,
    end_session,
    note_sign_in,
    set_password,
)

__all__ = [
    "begin_email_change",
    "change_payment_password",
    "check_code",
    "check_payment_password",
    "choose_language",
    "claim_phone",
    "confirm_email",
    "confirm_phone",
    "create_access_token",
    "drop_email_change",
    "end_all_access",
    "end_other_sessions",
    "end_session",
    "enrol_person",
    "note_sign_in",
    "prove_password",
    "register_person",
    "rename",
    "reset_payment_password",
    "revoke_access_token",
    "send_code",
    "send_holder_code",
    "send_phone_code",
    "send_reset_code",
    "set_password",
    "set_payment_password",
    "use_access_token",
]
