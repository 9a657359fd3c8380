"""The address of one's limits."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.limits import page

urlpatterns = [path("me/limits", page.limits, name="limits")]
