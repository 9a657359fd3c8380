"""Addresses of the desk of real-name checks."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.kyc import decisions, pages

urlpatterns = [
    path("kyc", pages.listing, name="console_kyc"),
    path("kyc/file/<str:token>", pages.file, name="console_kyc_file"),
    path("kyc/<str:public_id>", pages.detail, name="console_kyc_detail"),
    path("kyc/<str:public_id>/take", decisions.take, name="console_kyc_take"),
    path("kyc/<str:public_id>/release", decisions.release, name="console_kyc_release"),
    path("kyc/<str:public_id>/approve", decisions.approve, name="console_kyc_approve"),
    path("kyc/<str:public_id>/more", decisions.more, name="console_kyc_more"),
    path("kyc/<str:public_id>/reject", decisions.reject, name="console_kyc_reject"),
    path("kyc/<str:public_id>/final", decisions.final, name="console_kyc_final"),
]
