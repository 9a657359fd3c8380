"""Addresses of the proof of funds, and of balances at a past moment."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.proof import page, past, published

urlpatterns = [
    path("proof", page.proof, name="proof"),
    path("proof/file", page.file, name="proof_file"),
    path("proof/published", published.published, name="proof_published"),
    path("proof/published/<str:day>.txt", published.statement, name="proof_statement"),
    path("proof/okpay_proof.py", published.verifier, name="proof_verifier"),
    path("balance", past.balance_on, name="balance_on"),
]
