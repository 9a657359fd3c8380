"""`{% load okpay %}`: the parts of the look that need more than markup. See docs/look.md."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import Asset, Money
from okpay.web import fields, navigation, states, typeset

register = template.Library()
SIZES: Final = ("row", "lg", "xl", "2xl")
MASK: Final = "\N{ASTERISK OPERATOR}" * 6


@cache
def _svg(name: str, size: str) -> SafeString:
    classes = f"ic ic--{size}" if size else "ic"
    drawing = lucide(name, size=None, **{"class": classes, "aria-hidden": "true"})
    return mark_safe(drawing)  # noqa: S308 — a drawing from the icon package, no input of ours


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw a lucide icon, `size` "", "sm" or "lg". It is decorative: say it in words too."""
    return _svg(str(name), str(size))


@register.filter
def breakable(text: object) -> SafeString:
    """Let a masked e-mail break before its @, rather than anywhere, where it is too long."""
    return mark_safe(escape(str(text)).replace("@", "<wbr>@"))  # noqa: S308 — escaped, then one tag


@register.inclusion_tag("web/partials/mark.html")
def mark(css: str = "") -> dict[str, str]:
    """Draw the mark: the coin with the K cut out of it."""
    return {"css": css}


@register.simple_tag
def money(
    value: Money | None,
    size: str = "",
    sign: str = "",
    *,
    void: bool = False,
    word: bool = True,
) -> SafeString:
    """Typeset an amount. `sign`: "in", "out" or "" (a state or a price).

    A signed amount carries the word received or paid for screen readers; `word=False` leaves it
    out where the same row already says it. `void` strikes through money that did not move.
    """
    if value is None:
        return mark_safe("—")
    parts = typeset.figure(value)
    pieces = [
        _said(sign, void=void) if word else "",
        typeset.sign_of(value, sign),
        _span("money__cur", parts.symbol),
        parts.whole,
        _span("money__dec", parts.fraction),
        _span("money__code", parts.code),
    ]
    inner = format_html("{}" * len(pieces), *pieces)
    return format_html('<span class="{}">{}</span>', _classes(size, sign, void=void), inner)


def _classes(size: str, sign: str, *, void: bool) -> str:
    names = ["money", f"money--{size}" if size in SIZES else ""]
    names += ["money--in" if sign == "in" and not void else "", "money--void" if void else ""]
    return " ".join(name for name in names if name)


def _said(sign: str, *, void: bool) -> str | SafeString:
    words = {"in": _("Received"), "out": _("Paid")}
    word = _("Did not move") if void else words.get(sign, "")
    return format_html('<span class="sr">{} </span>', word) if word else ""


def _span(css: str, text: str) -> str | SafeString:
    return format_html('<span class="{}">{}</span>', css, text) if text else ""


@register.simple_tag
def amount_text(value: Money) -> str:
    """Write an amount as running text: ¥12,846.30, $318.75 USD."""
    return typeset.figure(value).plain()


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, style: str = "row") -> SafeString:
    """Write a moment: row (今天 12:41), day, date (11月21日), time, or full for receipts."""
    if moment is None:
        return mark_safe("—")
    text = typeset.when(moment, context.get("now") or clock.now(), style)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), text)


@register.inclusion_tag("web/partials/badge.html")
def badge(text: str, kind: str = "", icon: str = "") -> dict[str, str]:
    """Show a short state. `kind`: "", ok, warn, danger, line."""
    return {"text": text, "kind": kind, "icon": icon}


@register.inclusion_tag("web/partials/badge.html")
def state(name: str) -> dict[str, Any]:
    """Show the state of a record: completed, pending, canceled, expired, declined, unknown."""
    return states.badge_of(str(name))


@register.inclusion_tag("web/partials/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", icon: str = "", kind: str = "", **attrs: str
) -> dict[str, Any]:
    """Render a form's field: label, control, hint, errors, tied together for screen readers.

    `kind`: "switch" for a checkbox, "chips" or "seg" for a radio group. Other keywords become
    attributes of the control (underscores turn into hyphens).
    """
    return fields.describe(bound, label=label, hint=hint, icon=icon, kind=kind, attrs=attrs)


@register.inclusion_tag("web/partials/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:  # noqa: ANN401 — any Django form, also a formset's
    """Render what is wrong with the form as a whole, in one danger banner."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("web/partials/amount.html")
def amount(bound: BoundField, asset: Asset, label: str = "", hint: str = "") -> dict[str, Any]:
    """Render the large amount box of a flow, in the given asset."""
    symbol = asset.symbol if asset.number < typeset.DIGITAL_FROM else ""
    code = "" if asset.code == typeset.HOME_ASSET else asset.code
    attrs = {"inputmode": "decimal" if asset.decimals else "numeric", "autocomplete": "off"}
    described = fields.describe(bound, label=label, hint=hint, attrs=attrs, css="")
    return {**described, "symbol": symbol, "code": code}


@register.inclusion_tag("web/partials/pin.html")
def pin(bound: BoundField, label: str = "", *, autosubmit: bool = False) -> dict[str, Any]:
    """Render six boxes over a real input. `autosubmit` sends the form at the sixth digit."""
    attrs = {
        "inputmode": "numeric",
        "maxlength": "6",
        "pattern": "[0-9]{6}",
        "autocomplete": "off",
        "data-pin": "submit" if autosubmit else "",
    }
    described = fields.describe(bound, label=label, attrs=attrs, css="pin__in")
    return {**described, "boxes": range(6)}


@register.inclusion_tag("web/partials/keypad.html")
def keypad(
    target: BoundField | str, go: str = "", *, dock: bool = False, point: bool = False
) -> dict[str, Any]:
    """Render a number pad that types into the field. `dock`: fixed below on phones, with `go`."""
    name = target if isinstance(target, str) else target.id_for_label
    return {"target": name, "go": go, "dock": dock, "point": point, "digits": "123456789"}


@register.inclusion_tag("web/partials/submit.html")
def submit(
    label: str, busy: str = "", kind: str = "primary", icon: str = "", **options: Any
) -> dict[str, Any]:
    """Render a form's button. `busy` is what it says while the request runs.

    Options: `block` (default true), `lg` (default true), `pay` (disabled offline), `name`, `value`,
    `css`.
    """
    chosen = {
        "block": True,
        "lg": True,
        "pay": False,
        "name": "",
        "value": "",
        "css": "",
        **options,
    }
    return {"label": label, "busy": busy or _("One moment"), "kind": kind, "icon": icon, **chosen}


@register.inclusion_tag("web/partials/copy.html")
def copy(value: str, label: str = "") -> dict[str, str]:
    """Render a button that copies `value`; `label` names what is copied."""
    return {"value": value, "label": label or _("Copy")}


@register.simple_block_tag
def sheet(
    content: SafeString,
    name: str,
    title: str,
    *,
    back: str = "",
    shown: bool = False,
    wide: bool = False,
) -> str:
    """Wrap a dialog sheet. Open it with `data-open="<name>"`, or render it with `shown=True`."""
    context = {"id": name, "title": title, "content": content}
    return render_to_string(
        "web/partials/sheet.html", {**context, "back": back, "shown": shown, "wide": wide}
    )


@register.simple_block_tag
def veil(content: SafeString) -> str:
    """Wrap an amount that the eye button hides and shows."""
    said = _("Amount hidden")
    hidden = format_html('<span class="veil__m" role="img" aria-label="{}">{}</span>', said, MASK)
    return format_html(
        '<span class="veil"><span class="veil__v">{}</span>{}</span>', content, hidden
    )


@register.inclusion_tag("web/partials/nav.html", takes_context=True)
def nav(context: Context) -> dict[str, Any]:
    """Render the five tabs with the current one marked; `tab` in the context overrides."""
    request = context.get("request")
    current = navigation.current_tab(request, str(context.get("tab", "")))
    unread, sandbox = context.get("unread", 0), context.get("sandbox", False)
    return {"tabs": navigation.TABS, "current": current, "unread": unread, "sandbox": sandbox}


@register.simple_tag
def request_id(bound: BoundField | None = None, name: str = "request_id") -> SafeString:
    """Render the hidden client-made id; after a refusal the form's own, kept for the retry."""
    value = (bound.value() if bound is not None else None) or new_uuid()
    used = bound.html_name if bound is not None else name
    return format_html('<input type="hidden" name="{}" value="{}" data-request-id>', used, value)
