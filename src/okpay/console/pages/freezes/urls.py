"""Addresses of freezes."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.freezes import pages

urlpatterns = [
    path("freezes", pages.listing, name="console_freezes"),
    path("freezes/of/<str:public_id>", pages.begin, name="console_freezes_begin"),
    path("freezes/<str:public_id>", pages.detail, name="console_freezes_detail"),
    path("freezes/<str:public_id>/propose", pages.propose, name="console_freezes_propose"),
]
