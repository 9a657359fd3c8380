"""Addresses of returning received money."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.refund import amount, confirm

urlpatterns = [
    path("records/<str:public_id>/refund", amount.amount, name="refund"),
    path("records/<str:public_id>/refund/confirm", confirm.confirm, name="refund_confirm"),
    path("records/<str:public_id>/refund/checking", confirm.checking, name="refund_checking"),
    path("records/<str:public_id>/returned", confirm.result, name="refund_result"),
]
