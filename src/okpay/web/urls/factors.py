"""Addresses of second factors: at the sign-in, once more before a change, and their own pages."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.factors import confirm, enrol, listing, recovery, sign_in

urlpatterns = [
    path("signin/second", sign_in.second, name="second_factor"),
    path("signin/passkey", sign_in.by_passkey, name="passkey_sign_in"),
    path("signin/passkey/options", sign_in.passkey_options, name="passkey_options"),
    path("security/confirm", confirm.confirm, name="account_reauthenticate"),
    path("security/factors", listing.factors, name="factors"),
    path("security/factors/app", enrol.app, name="factor_app"),
    path("security/factors/passkey", enrol.passkey, name="factor_passkey"),
    path("security/factors/by/<str:channel>", enrol.by_message, name="factor_message"),
    path("security/factors/recovery", recovery.codes, name="factor_recovery"),
    path("security/factors/<uuid:factor_id>", listing.rename, name="factor_rename"),
    path("security/factors/<uuid:factor_id>/remove", listing.remove, name="factor_remove"),
]
