"""Addresses of the saved payees."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages import payees

urlpatterns = [
    path("payees", payees.listing, name="payees"),
    path("payees/save", payees.save, name="payee_save"),
    path("payees/undo", payees.undo, name="payees_undo"),
    path("payees/<str:public_id>", payees.payee, name="payee"),
    path("payees/<str:public_id>/delete", payees.delete, name="payee_delete"),
]
