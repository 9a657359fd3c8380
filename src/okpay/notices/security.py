"""Security events of identity become messages, and mail to the address that was replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from okpay.identity.models import Person
from okpay.identity.safety import word
from okpay.notices import letters, operations
from okpay.notices.kinds import KINDS

if TYPE_CHECKING:
    from okpay.identity.hooks import SecurityNews

CODES: Final = {"registered": "welcome"}
SMS_TOO: Final = frozenset(
    {
        "payment_password_changed",
        "phone_changed",
        "email_changed",
        "signed_in_new_device",
        "factor_added",
        "factor_removed",
        "factor_locked",
        "recovery_codes_made",
        "recovery_code_used",
        "account_frozen",
        "account_released",
    }
)


def tell_security(news: SecurityNews) -> None:
    """Tell the person in the app and by mail; the replaced e-mail or phone is told as well."""
    code = CODES.get(news.event.value, news.event.value)
    if code not in KINDS:
        return
    params = {**news.params, "happened_at": news.at.isoformat()}
    operations.notify(
        person_id=news.person_id,
        code=code,
        params=params,
        link=_path("kyc" if code.startswith("kyc_") else "security"),
        mail=True,
        sms=news.event.value in SMS_TOO,
        now=news.at,
    )
    _tell_replaced(news, code, params)


def send_code(phone: str, text: str, purpose: str) -> None:
    """Send a text message for identity."""
    operations.send_sms(to=phone, text=text, purpose=purpose)


def _tell_replaced(news: SecurityNews, code: str, params: dict[str, str]) -> None:
    language = Person.objects.values_list("language", flat=True).get(pk=news.person_id)
    with translation.override(language):
        if news.old_email:
            subject, text = letters.mail_text(code, params, "")
            headed = letters.headed(word.letterhead(person_id=news.person_id), text)
            operations.send_mail(to=news.old_email, subject=subject, text=headed, purpose=code)
        if news.old_phone:
            text = letters.sms_text(code, params)
            operations.send_sms(to=news.old_phone, text=text, purpose=code)


def _path(name: str) -> str:
    """Return the page's address; an installation without that page gets no link."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
