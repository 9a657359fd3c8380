"""A form field for phone numbers as people write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okpay.identity.errors import RegionNotSupportedError
from okpay.identity.phones import BadPhoneError, read_phone


class PhoneField(forms.CharField):
    """Cleans to E.164; refuses numbers that cannot exist and regions that are not served."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Mobile number"))
        kwargs.setdefault("max_length", 32)
        attrs = {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value: object) -> str:
        """Return E.164, or "" when it is empty and may be."""
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return read_phone(text).e164
        except BadPhoneError as wrong:
            message = _(
                "This is not a mobile number. Outside mainland China,"
                " begin with + and the country code."
            )
            raise ValidationError(message, code="bad_phone") from wrong
        except RegionNotSupportedError as refused:
            raise ValidationError(refused.text(), code=refused.code) from refused
