"""Addresses of sign-in, overview, four eyes, audit trail and staff."""

from __future__ import annotations

from django.urls import path

from okpay.console.pages import approvals, audit, entrance, home, staff

urlpatterns = [
    path("", home.overview, name="console_home"),
    path("sign-in", entrance.sign_in, name="console_sign_in"),
    path("sign-in/second", entrance.second, name="console_second"),
    path("sign-out", entrance.sign_out, name="console_sign_out"),
    path("approvals", approvals.inbox, name="console_approvals"),
    path("approvals/<str:number>", approvals.detail, name="console_approvals_detail"),
    path("approvals/<str:number>/approve", approvals.approve, name="console_approvals_approve"),
    path("approvals/<str:number>/decline", approvals.decline, name="console_approvals_decline"),
    path("approvals/<str:number>/withdraw", approvals.withdraw, name="console_approvals_withdraw"),
    path("audit", audit.trail, name="console_audit"),
    path("audit/export", audit.export, name="console_audit_export"),
    path("staff", staff.members, name="console_staff"),
    path("staff/change", staff.change, name="console_staff_change"),
]
