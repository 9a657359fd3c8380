"""Addresses of the security centre."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.security import devices, hub, questions, sign_ins, tips, word

urlpatterns = [
    path("security", hub.security, name="security"),
    path("security/password/later", hub.put_password_off, name="password_later"),
    path("security/tip", hub.put_tip_away, name="security_tip_away"),
    path("security/sign-ins", sign_ins.sign_ins, name="security_sign_ins"),
    path("security/not-me", sign_ins.not_me, name="security_not_me"),
    path("security/word", word.word, name="security_word"),
    path("security/questions", questions.questions, name="security_questions"),
    path("security/guide", tips.tips, name="security_tips"),
    path("security/devices", devices.devices, name="security_devices"),
    path("security/devices/others/end", devices.end_other_devices, name="session_end_others"),
    path("security/devices/<uuid:session_id>/end", devices.end_device, name="session_end"),
    path(
        "security/devices/known/<int:device_id>/forget",
        devices.forget_device,
        name="device_forget",
    ),
]
