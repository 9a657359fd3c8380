"""Addresses of customers."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.customers import pages

urlpatterns = [
    path("customers", pages.search, name="console_customers"),
    path("customers/<str:public_id>", pages.detail, name="console_customers_detail"),
    path("customers/<str:public_id>/unmask", pages.unmask, name="console_customers_unmask"),
]
