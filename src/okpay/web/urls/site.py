"""Addresses that belong to no area: appearance, language, gallery, guide, codes, installation."""

from __future__ import annotations

from django.urls import path

from okpay.web.pages import gallery, install, keys, site

urlpatterns = [
    path("appearance", site.appearance, name="appearance"),
    path("language", site.language, name="language"),
    path("guide", site.guide, name="guide"),
    path("help/codes/", site.error_codes, name="errors_catalogue"),
    path("help/codes/<slug:code>", site.error_code, name="error_code"),
    path("gallery", gallery.gallery, name="gallery"),
    path("offline", install.offline, name="offline"),
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path(".well-known/okpay-key.txt", keys.key, name="signing_key"),
    path("sw.js", install.service_worker, name="service_worker"),
]
