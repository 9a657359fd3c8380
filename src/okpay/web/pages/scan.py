"""The scan tab. There are no merchant codes yet: it reads what people type or paste."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.web.pages.transfer import payee
from okpay.web.permissions import permission


class CodeForm(forms.Form):
    """A receive or claim link, an e-mail address or a phone number."""

    code = forms.CharField(
        label=_("Receive link, e-mail or phone"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


@permission(Permission.TRANSFERS_WRITE)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Lead from a link or an alias to the transfer it means."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"].strip()
        path = own_path(request, code)
        if path:
            return redirect(path)
        if "/" not in code:
            return payee.choose(request, code)
        form.add_error("code", _("This is not a link of OKPay. Nothing was paid."))
    return render(request, "web/scan/scan.html", {"form": form})


def own_path(request: HttpRequest, code: str) -> str:
    """Return the path of a receive or claim link of this site, "" for anything else."""
    parts = urlsplit(code)
    if parts.scheme not in {"http", "https"} or parts.netloc != request.get_host():
        return ""
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    return parts.path if match.url_name in {"pay_person", "claim"} else ""
