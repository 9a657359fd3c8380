"""Addresses of the records of money that moved."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.records import detail, export, listing

urlpatterns = [
    path("records", listing.records, name="records"),
    path("records/export", export.export, name="records_export"),
    path("records/export.csv", export.csv, name="records_csv"),
    path("records/<str:public_id>", detail.record, name="record_detail"),
    path("records/<str:public_id>/receipt", detail.receipt, name="record_receipt"),
]
