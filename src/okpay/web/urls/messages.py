"""Addresses of the message centre."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages import messages

urlpatterns = [
    path("messages", messages.inbox, name="messages"),
    path("messages/read", messages.read_all, name="messages_read_all"),
    path("messages/preferences", messages.preferences, name="message_preferences"),
    path("messages/<str:public_id>", messages.message, name="message"),
]
