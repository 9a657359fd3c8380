"""Addresses of registering, signing in, and a person's own pages."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.account import (
    credentials,
    entrance,
    forgotten,
    payment_password,
    phone,
    profile,
    tokens,
)

urlpatterns = [
    path("signin", entrance.sign_in, name="account_login"),
    path("signout", entrance.sign_out, name="account_logout"),
    path("signin/closed", entrance.inactive, name="account_inactive"),
    path("signup", entrance.sign_up, name="account_signup"),
    path("signup/mail", entrance.mail_sent, name="account_email_verification_sent"),
    path("signup/mail/<str:key>", entrance.confirm_email, name="account_confirm_email"),
    path("signup/phone", phone.verify_phone, name="account_verify_phone"),
    path("forgotten", forgotten.forgotten, name="account_reset_password"),
    path("forgotten/sent", forgotten.mail_sent, name="account_reset_password_done"),
    path("forgotten/code", forgotten.code, name="account_reset_password_code"),
    path(
        "forgotten/done",
        entrance.new_password_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "forgotten/<str:uidb36>/<str:key>",
        entrance.new_password,
        name="account_reset_password_from_key",
    ),
    path("me", profile.me, name="me"),
    path("me/name", profile.name, name="me_name"),
    path("me/tokens", tokens.tokens, name="tokens"),
    path("me/tokens/new", tokens.create, name="token_new"),
    path("me/tokens/<uuid:token_id>/revoke", tokens.revoke, name="token_revoke"),
    path("security/password", credentials.change_password, name="account_change_password"),
    path("security/email", credentials.change_email, name="account_email"),
    path("security/phone", phone.change_phone, name="account_change_phone"),
    path("security/phone/code", phone.change_phone_code, name="account_change_phone_code"),
    path("security/payment-password", payment_password.payment_password, name="payment_password"),
    path(
        "security/payment-password/forgotten",
        payment_password.forgotten,
        name="payment_password_forgotten",
    ),
]
