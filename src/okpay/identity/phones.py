"""Phone numbers: one written form (E.164), and the regions that are served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import phonenumbers
from django.utils.translation import gettext_lazy as _

from okpay.identity.errors import RegionNotSupportedError

# Regions with their dialling code. Data, not a rule: an operator's region pack replaces it later.
SUPPORTED_REGIONS: Final = {
    "CN": _("Mainland China"),
    "HK": _("Hong Kong"),
    "MO": _("Macao"),
    "TW": _("Taiwan"),
    "SG": _("Singapore"),
    "MY": _("Malaysia"),
    "TH": _("Thailand"),
    "JP": _("Japan"),
    "KR": _("South Korea"),
    "AE": _("United Arab Emirates"),
    "KW": _("Kuwait"),
    "GB": _("United Kingdom"),
    "DE": _("Germany"),
    "FR": _("France"),
    "US": _("United States"),
    "CA": _("Canada"),
    "AU": _("Australia"),
}
DEFAULT_REGION: Final = "CN"


class BadPhoneError(ValueError):
    """The text is no phone number that could exist."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that could exist, in E.164, and the region it belongs to."""

    e164: str
    region: str


def read_phone(text: str, region: str = DEFAULT_REGION) -> Phone:
    """Read a number as people write it: `138 0013 8000`, `+44 7911 123456`, `0086…`.

    Args:
        text: what was typed, at most 32 characters are looked at.
        region: where a number without a country code belongs.

    Raises:
        BadPhoneError: no number that could exist.
        RegionNotSupportedError: a good number of a region that is not served.
    """
    cleaned = text.strip()[:32]
    if cleaned.startswith("00"):
        cleaned = "+" + cleaned[2:]
    try:
        number = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException as wrong:
        raise BadPhoneError from wrong
    found = phonenumbers.region_code_for_number(number)
    if found is None or not phonenumbers.is_valid_number(number):
        raise BadPhoneError
    if found not in SUPPORTED_REGIONS:
        raise RegionNotSupportedError
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), found)


def shown_phone(e164: str) -> str:
    """Write a number for its owner, in groups: +86 138 0013 8000."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def dialling_code(region: str) -> int:
    """Return the country code of a region: CN → 86."""
    return phonenumbers.country_code_for_region(region)
