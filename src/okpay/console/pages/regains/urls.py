"""Addresses of claims to lost accounts."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages.regains import pages

urlpatterns = [
    path("regains", pages.listing, name="console_regains"),
    path("regains/<str:public_id>", pages.detail, name="console_regains_detail"),
    path("regains/<str:public_id>/propose", pages.propose, name="console_regains_propose"),
    path("regains/<str:public_id>/refuse", pages.refuse, name="console_regains_refuse"),
    path("regains/picture/<uuid:picture_id>", pages.picture, name="console_regains_picture"),
]
