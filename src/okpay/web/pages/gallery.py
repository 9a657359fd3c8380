"""The living gallery: every part in every state, rendered from the partials the product uses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from okpay.identity.safety.score import Part, score
from okpay.kernel import clock
from okpay.kernel.money import ASSETS, Money, parse_amount
from okpay.web.pages.security import score_words
from okpay.web.permissions import public
from okpay.web.states import BADGES

COLOURS: Final = (
    "bg surface sunken line edge ink ink-2 ink-3 accent accent-soft pine income warn danger".split()
)
TIMES: Final = [
    ("today", gettext_lazy("Today")),
    ("week", gettext_lazy("Past 7 days")),
    ("month", gettext_lazy("This month")),
]
KINDS: Final = [
    ("all", gettext_lazy("All")),
    ("transfer", gettext_lazy("Transfers")),
    ("topup", gettext_lazy("Top-ups")),
]


class SampleForm(forms.Form):
    """One field of every shape."""

    payee = forms.CharField(
        label=gettext_lazy("Phone or e-mail"), help_text=gettext_lazy("Only used to find the payee")
    )
    limited = forms.CharField(label=gettext_lazy("Amount"))
    password = forms.CharField(label=gettext_lazy("Password"), widget=forms.PasswordInput)
    bank = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in ASSETS], required=False
    )
    memo = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    save_payee = forms.BooleanField(label=gettext_lazy("Save as a payee"), required=False)
    alerts = forms.BooleanField(label=gettext_lazy("Tell me about sign-ins"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS, widget=forms.RadioSelect)
    time = forms.ChoiceField(label=gettext_lazy("Time"), choices=TIMES, widget=forms.RadioSelect)
    amount = forms.CharField(label=gettext_lazy("Amount"))
    pin = forms.CharField(
        label=gettext_lazy("Payment password"), widget=forms.PasswordInput(render_value=True)
    )
    wrong_pin = forms.CharField(
        label=gettext_lazy("Payment password, refused"),
        widget=forms.PasswordInput(render_value=True),
    )


def _form() -> SampleForm:
    given = {"payee": "138 0000 9920", "limited": "25,000.00", "kind": "all", "time": "today"}
    form = SampleForm(
        {**given, "amount": "1280.00", "alerts": "on", "pin": "000", "wrong_pin": "000000"}
    )
    form.fields["password"].required = False
    form.full_clean()
    form.add_error("limited", _("Over today's limit. You can still send ¥18,520.00 today."))
    form.add_error(
        "wrong_pin", _("That payment password is not right. 2 tries left. Nothing was charged.")
    )
    return form


def _money(amount: str, asset: str = "CNY") -> Money:
    return parse_amount(amount, ASSETS[asset])


def _steps(now: datetime) -> dict[str, list[dict[str, Any]]]:
    deadline = now + timedelta(days=7)
    waiting: list[dict[str, Any]] = [
        {
            "state": "done",
            "title": _("Payment confirmed"),
            "note": _("Check code 7K2Q-M9"),
            "at": now,
        },
        {
            "state": "wait",
            "title": _("Waiting for the payee to verify"),
            "note": _("The payee acts"),
            "at": deadline,
            "style": "date",
        },
        {
            "state": "todo",
            "title": _("Arrival"),
            "note": _("Comes back in full if they do not"),
            "time": "—",
        },
    ]
    back: list[dict[str, Any]] = [
        {"state": "done", "title": _("Withdrawal handed in"), "at": now, "style": "date"},
        {
            "state": "bad",
            "title": _("Returned by the bank"),
            "note": _("All of it is in your balance"),
            "at": now,
            "style": "date",
        },
    ]
    states = ("done", "done", "now", "")
    names = (_("Fill in"), _("Upload"), _("Review"), _("Done"))
    progress: list[dict[str, Any]] = [
        {"state": s, "title": n} for s, n in zip(states, names, strict=True)
    ]
    return {"waiting": waiting, "back": back, "progress": progress}


def _context() -> dict[str, Any]:
    now = clock.now()
    tabs = [{"url": "#", "label": label, "current": code == "all"} for code, label in KINDS]
    return {
        "tab": "",
        "colours": COLOURS,
        "form": _form(),
        "cny": ASSETS["CNY"],
        "usd": ASSETS["USD"],
        "balance": _money("12846.30"),
        "income": _money("128.00"),
        "lunch": _money("36.50"),
        "total": _money("1280.00"),
        "zero": Money(ASSETS["CNY"], 0),
        "foreign": [_money("318.75", "USD"), _money("1200", "JPY"), _money("1.005", "KWD")],
        "ether": [_money("0.004182", "ETH"), _money("1.000000000000000001", "ETH")],
        "moments": [
            now,
            now - timedelta(days=1),
            now - timedelta(days=40),
            now - timedelta(days=400),
        ],
        "steps": _steps(now),
        "states": list(BADGES),
        "tabs": tabs,
        "facts": [
            (_("Arrives"), _("At once"), ""),
            (_("Paid with"), _("Balance"), _("Both sides are told")),
        ],
        "score": score_words.shown(
            score({part: part not in {Part.PASSKEY, Part.MAIL_WORD} for part in Part})
        ),
        "tiles": [(_("Received today"), "112"), (_("Success rate"), "99.1%")],
    }


@public
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the gallery. Its people and amounts are made up."""
    return render(request, "web/gallery.html", _context())
