"""The forms of registering and signing in. They read input; the rules live in identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from allauth.account import forms as library
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from okpay.identity import guards, operations, people, phones, queries
from okpay.identity.errors import (
    BadNameError,
    PasswordWrongError,
    RegionNotSupportedError,
    SignInLockedError,
)
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.actor import Actor

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

ALIAS_LABEL = gettext_lazy("E-mail or mobile number")
PASSWORD_LABEL = gettext_lazy("Sign-in password")


def clean_alias(text: str) -> str:
    """Return an e-mail in lower case or a phone in E.164.

    Raises:
        ValidationError: it is neither.
    """
    text = text.strip()
    try:
        if "@" in text:
            validate_email(text)
            return text.lower()
        return phones.read_phone(text).e164
    except RegionNotSupportedError as refused:
        raise ValidationError(refused.text(), code=refused.code) from refused
    except (ValidationError, phones.BadPhoneError) as wrong:
        message = _("Enter an e-mail address or a mobile number.")
        raise ValidationError(message, code="bad_alias") from wrong


def _password(
    label: _StrOrPromise = PASSWORD_LABEL, autocomplete: str = "current-password"
) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": "128"})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget)


class SignInForm(library.LoginForm):
    """E-mail or phone, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = {"autocomplete": "username webauthn", "autocapitalize": "none"}
        attrs["spellcheck"] = "false"
        widget = forms.TextInput(attrs=attrs)
        self.fields["login"] = forms.CharField(label=ALIAS_LABEL, max_length=254, widget=widget)
        self.fields["password"] = _password()
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        return clean_alias(self.cleaned_data["login"])


def cleaned_name(text: str) -> str:
    """Return a name in its written form.

    Raises:
        ValidationError: it reads as a link.
    """
    try:
        return people.clean_name(text)
    except BadNameError as refused:
        raise ValidationError(refused.text(), code=refused.code) from refused


class RegionChoices:
    """The served regions with their dialling codes, in the language of the page."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for region, name in phones.SUPPORTED_REGIONS.items():
            yield region, f"+{phones.dialling_code(region)} {name}"


class SignUpForm(library.SignupForm):
    """Name, phone, e-mail, password. Whether an alias is taken is never said here."""

    field_order = ("name", "region", "phone", "email", "password1", "adult")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_widget = forms.TextInput(attrs={"autocomplete": "name"})
        self.fields["name"] = forms.CharField(
            label=_("Name"),
            max_length=people.NAME_LENGTH,
            widget=name_widget,
            help_text=_("As on your identity document. Others see it masked."),
        )
        self.fields["region"] = forms.ChoiceField(
            label=_("Country or region of the number"), choices=RegionChoices
        )
        phone_widget = forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel-national", "inputmode": "tel"}
        )
        self.fields["phone"] = forms.CharField(
            label=_("Mobile number"), max_length=32, widget=phone_widget
        )
        email_widget = forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"})
        self.fields["email"] = forms.EmailField(
            label=_("E-mail"), max_length=254, widget=email_widget
        )
        self.fields["password1"] = _password(autocomplete="new-password")
        self.fields["adult"] = forms.BooleanField(
            label=_("I am 18 or older"),
            error_messages={
                "required": _("OKPay is for people of 18 years and older. Nothing was stored.")
            },
        )
        self.order_fields(self.field_order)

    def clean_name(self) -> str:
        name = cleaned_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Enter your name."), code="required")
        return name

    def clean_phone(self) -> str:
        region = self.cleaned_data.get("region") or phones.DEFAULT_REGION
        try:
            return phones.read_phone(self.cleaned_data["phone"], region).e164
        except RegionNotSupportedError as refused:
            raise ValidationError(refused.text(), code=refused.code) from refused
        except phones.BadPhoneError as wrong:
            message = _("This is not a mobile number of the chosen country or region.")
            raise ValidationError(message, code="bad_phone") from wrong

    def validate_unique_email(self, value: str) -> str:
        """Let everybody claim an e-mail that nobody has proven; say nothing about proven ones."""
        self.account_already_exists = queries.find_person(value) is not None
        return value

    def _clean_phone(self) -> None:
        """Say nothing about taken phones: their owner is told when the code would be sent."""

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or self.cleaned_data
        password = cleaned.get("password1")
        if password:
            claimed = Person(
                name=cleaned.get("name", ""),
                email=cleaned.get("email", ""),
                phone=cleaned.get("phone", ""),
            )
            try:
                library.get_adapter().clean_password(password, claimed)
            except ValidationError as weak:
                self.add_error("password1", weak)
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponse | None]:
        """Take as long for a taken e-mail as for a free one."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        saved: tuple[Person | None, HttpResponse | None] = super().try_save(request)
        return saved

    def save(self, request: HttpRequest) -> Person:
        """Enter the person; the request has nothing that the form has not."""
        del request
        return operations.register_person(
            actor=Actor(person_id=None, kind="person", via="web"),
            name=self.cleaned_data["name"],
            email=self.cleaned_data["email"],
            phone=self.cleaned_data["phone"],
            password=self.cleaned_data["password1"],
            language=get_language() or "",
            now=clock.now(),
        )


def pin_field(label: _StrOrPromise) -> forms.RegexField:
    """Six digits, hidden while typed."""
    return forms.RegexField(
        r"^\d{6}$",
        label=label,
        error_messages={"invalid": gettext_lazy("The payment password has six digits.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class CodeForm(forms.Form):
    """Six digits from a text message."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=gettext_lazy("6-digit code"),
        error_messages={"invalid": gettext_lazy("The code has six digits.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}
        ),
    )


class LinkPasswordForm(forms.Form):
    """The password, for a mail link that is opened in another browser than it was asked for."""

    password = _password()


class AliasForm(forms.Form):
    """By which e-mail or phone an account is reached, where nobody is signed in."""

    alias = forms.CharField(
        label=ALIAS_LABEL,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean_alias(self) -> str:
        return clean_alias(self.cleaned_data["alias"])


class NewPasswordForm(library.ResetPasswordKeyForm):
    """One new password; the eye shows it, so it is not asked for twice."""

    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New sign-in password")
        self.fields["password1"].help_text = ""
        self.fields["password1"].max_length = 128
        self.fields["password1"].widget.attrs.pop("placeholder", None)


class ChangePasswordForm(library.ChangePasswordForm):
    """The current password, counted like a sign-in, and one new one."""

    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = _password(_("Current password"))
        self.fields["password1"].label = _("New sign-in password")
        self.fields["password1"].help_text = ""
        self.fields["password1"].widget.attrs.pop("placeholder", None)
        self.order_fields(["oldpassword", "password1"])

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        try:
            guards.prove_password(person=self.user, password=password, now=clock.now())
        except (PasswordWrongError, SignInLockedError) as refused:
            raise ValidationError(refused.text(), code=refused.code) from refused
        return password


class ReauthenticateForm(library.ReauthenticateForm):
    """The password again, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password()


class ChangeEmailForm(forms.Form):
    """The e-mail that is to replace the current one."""

    email = forms.EmailField(
        label=gettext_lazy("New e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, current: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if email == self.current:
            raise ValidationError(_("This is your e-mail already."), code="same")
        return email


class ChangePhoneForm(forms.Form):
    """The phone that is to replace the current one."""

    region = forms.ChoiceField(
        label=gettext_lazy("Country or region of the number"),
        choices=RegionChoices,
    )
    phone = forms.CharField(
        label=gettext_lazy("New mobile number"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel-national", "inputmode": "tel"}
        ),
    )

    def __init__(self, *args: Any, current: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_phone(self) -> str:
        region = self.cleaned_data.get("region") or phones.DEFAULT_REGION
        try:
            phone = phones.read_phone(self.cleaned_data["phone"], region).e164
        except RegionNotSupportedError as refused:
            raise ValidationError(refused.text(), code=refused.code) from refused
        except phones.BadPhoneError as wrong:
            message = _("This is not a mobile number of the chosen country or region.")
            raise ValidationError(message, code="bad_phone") from wrong
        if phone == self.current:
            raise ValidationError(_("This is your number already."), code="same")
        return phone
