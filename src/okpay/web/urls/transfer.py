"""Addresses of paying a person, and of what may be done while a transfer waits.

No e-mail, phone number or amount stands in an address: a draft in the session keeps them.
"""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.transfer import amount, claim, confirm, payee, pending, result

urlpatterns = [
    path("transfer", payee.transfer, name="transfer"),
    path("pay/<str:public_id>", payee.pay_person, name="pay_person"),
    path("transfer/<str:draft_id>/amount", amount.amount, name="transfer_amount"),
    path("transfer/<str:draft_id>/confirm", confirm.confirm, name="transfer_confirm"),
    path("transfer/<str:draft_id>/password", confirm.password, name="transfer_password"),
    path("transfer/<str:draft_id>/passkey", confirm.passkey, name="transfer_passkey"),
    path("transfer/<str:draft_id>/checking", result.checking, name="transfer_checking"),
    path("transfer/<str:draft_id>/refused", result.refused, name="transfer_refused"),
    path("transfers/<str:public_id>", result.result, name="transfer_result"),
    path("transfers/<str:public_id>/cancel", pending.cancel, name="transfer_cancel"),
    path("transfers/<str:public_id>/remind", pending.remind, name="transfer_remind"),
    path("transfers/<str:public_id>/decline", pending.decline, name="transfer_decline"),
    path("claim/<str:public_id>", claim.claim, name="claim"),
]
