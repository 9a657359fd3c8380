"""Addresses of the real-name check."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages.kyc import choose, details, files, guide, pictures, review

urlpatterns = [
    path("me/real-name/", guide.kyc, name="kyc"),
    path("me/real-name/document", choose.document, name="kyc_document"),
    path("me/real-name/pictures/<slug:slot>", pictures.picture, name="kyc_picture"),
    path("me/real-name/details", details.details, name="kyc_details"),
    path("me/real-name/review", review.review, name="kyc_review"),
    path("me/real-name/give-up", review.give_up, name="kyc_give_up"),
    path("me/real-name/appeal", review.appeal, name="kyc_appeal"),
    path("me/real-name/files/<str:token>", files.file, name="kyc_file"),
]
