"""A form's field as the look draws it: which control, and how label, hint and error are tied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField


def _shape(widget: forms.Widget, kind: str) -> str:
    """Return the shape of the control: check, switch, choices, select, password, text."""
    if isinstance(widget, forms.CheckboxInput):
        return "switch" if kind == "switch" else "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return kind or "choices"
    if isinstance(widget, forms.Select):
        return "select"
    return "password" if isinstance(widget, forms.PasswordInput) else "text"


def _described_by(bound: BoundField, hint: str) -> str:
    base = bound.id_for_label or bound.html_name
    ids = [f"{base}-hint" if hint else "", f"{base}-error" if bound.errors else ""]
    return " ".join(name for name in ids if name)


def describe(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    icon: str = "",
    kind: str = "",
    attrs: Mapping[str, str] | None = None,
    css: str = "input",
) -> dict[str, Any]:
    """Return what `web/partials/field.html` and its kin need to draw the field."""
    shape = _shape(bound.field.widget, kind)
    hint = str(hint or bound.help_text)
    own = {"check": "", "switch": "switch", "choices": "", "chips": "", "seg": ""}.get(shape, css)
    control: dict[str, str | bool] = {
        name.replace("_", "-"): str(value) for name, value in (attrs or {}).items()
    }
    described = _described_by(bound, hint)
    control |= {"class": own} if own else {}
    control |= {"aria-describedby": described} if described else {}
    control |= {"role": "switch"} if shape == "switch" else {}
    return {
        "field": bound,
        "shape": shape,
        "label": label or bound.label,
        "hint": hint,
        "icon": icon,
        "id": bound.id_for_label or bound.html_name,
        "control": bound.as_widget(attrs=control),
    }
