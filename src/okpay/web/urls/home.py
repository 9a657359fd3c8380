"""Addresses of the first page and of the scan tab."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages import scan
from okpay.web.pages.home import page

urlpatterns = [
    path("", page.home, name="home"),
    path("scan", scan.scan, name="scan"),
]
