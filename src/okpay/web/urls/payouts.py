"""Addresses of paying many at once."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.payouts import confirm, detail, lists

urlpatterns = [
    path("payouts", lists.payouts, name="payouts"),
    path("payouts/template.csv", lists.template, name="payouts_template"),
    path("payouts/<str:public_id>", detail.payout, name="payout"),
    path("payouts/<str:public_id>/confirm", confirm.confirm, name="payout_confirm"),
    path("payouts/<str:public_id>/password", confirm.password, name="payout_password"),
    path("payouts/<str:public_id>/passkey", confirm.passkey, name="payout_passkey"),
    path("payouts/<str:public_id>/result.csv", detail.result, name="payout_result"),
]
