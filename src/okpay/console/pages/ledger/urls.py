"""Addresses of the ledger explorer, below `/console/ledger/`."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.ledger import account, entries, search

urlpatterns = [
    path("ledger", search.ledger, name="console_ledger"),
    path("ledger/accounts/<int:number>", account.account, name="console_ledger_account"),
    path("ledger/owners/<str:public_id>", account.owner, name="console_ledger_owner"),
    path("ledger/transfers/<str:entry_id>", entries.transfer, name="console_ledger_transfer"),
    path("ledger/holds/<str:entry_id>", entries.hold, name="console_ledger_hold"),
    path("ledger/batches/<int:number>", entries.batch, name="console_ledger_batch"),
]
