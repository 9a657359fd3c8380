"""Addresses of the way back to a stolen account, of freezing, and of a person's tickets."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.leaving import page as leaving
from okpay.web.pages.regain import asking, ending
from okpay.web.pages.rescue import own, prove, renew
from okpay.web.pages.support import tickets

urlpatterns = [
    path("rescue", prove.begin, name="rescue"),
    path("rescue/prove", prove.prove, name="rescue_prove"),
    path("rescue/freeze", prove.freeze, name="rescue_freeze"),
    path("rescue/steps", renew.steps, name="rescue_steps"),
    path("rescue/password", renew.password, name="rescue_password"),
    path("rescue/payment-password", renew.payment_password, name="rescue_pin"),
    path("rescue/payments", renew.payments, name="rescue_payments"),
    path("rescue/finish", renew.finish, name="rescue_finish"),
    path("rescue/done", renew.done, name="rescue_done"),
    path("regain", asking.begin, name="regain"),
    path("regain/code", asking.code, name="regain_code"),
    path("regain/show", asking.show, name="regain_show"),
    path("regain/asked", asking.asked, name="regain_asked"),
    path("regain/stop/<str:token>", ending.stop, name="regain_stop"),
    path("regain/link/<str:token>", ending.link, name="regain_link"),
    path("regain/done", ending.done, name="regain_done"),
    path("security/freeze", own.freeze, name="security_freeze"),
    path("security/freeze/appeal", own.appeal, name="security_freeze_appeal"),
    path("frozen", own.frozen, name="frozen"),
    path("me/leaving", leaving.overview, name="leaving"),
    path("me/leaving/close", leaving.close, name="leaving_close"),
    path("me/leaving/copy", leaving.ask_copy, name="leaving_copy"),
    path("me/leaving/copy/<uuid:export_id>", leaving.download, name="leaving_download"),
    path("leaving/asked", leaving.asked, name="leaving_asked"),
    path("support", tickets.listing, name="support"),
    path("support/new", tickets.new, name="support_new"),
    path("support/<uuid:ticket_id>", tickets.ticket, name="support_ticket"),
    path("support/<uuid:ticket_id>/close", tickets.close, name="support_ticket_close"),
]
