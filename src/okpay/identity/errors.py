"""Refusals of sign-in, codes, payment passwords and tokens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class PaymentPasswordRequiredError(DomainError):
    """No payment password was given, or none is set."""

    code = "payment_password_required"
    status = 403
    title = _("A payment password is needed")
    message = _("This needs your 6-digit payment password. Nothing was charged.")
    cause = _("No payment password was sent, or you have not set one yet.")
    remedy = _("Set a payment password, then try again.")
    remedy_url_name = "payment_password"


class PaymentPasswordWrongError(DomainError):
    """The digits do not match; `tries_left` says how many remain before a lock."""

    code = "payment_password_wrong"
    status = 403
    title = _("That payment password is not right")
    message = _(
        "That payment password is not right. Tries left: %(tries_left)s. Nothing was charged."
    )
    cause = _("The six digits are not the ones you set.")
    remedy = _("Try again, or choose a new one if you forgot it.")
    remedy_url_name = "payment_password_forgotten"


class PaymentPasswordLockedError(DomainError):
    """Too many wrong tries; `until` is the moment the lock ends."""

    code = "payment_password_locked"
    status = 423
    title = _("The payment password is locked")
    message = _(
        "The payment password is locked until %(until)s after too many wrong tries."
        " Nothing was charged."
    )
    cause = _("It was entered wrongly too often, by you or by somebody else.")
    remedy = _("Wait, or choose a new one with a code sent to your phone.")
    remedy_url_name = "payment_password_forgotten"


class WeakPaymentPasswordError(DomainError):
    """Digits that are guessed first."""

    code = "payment_password_weak"
    status = 422
    title = _("Too easy to guess")
    message = _("These six digits are too easy to guess.")
    cause = _("Sequences, repeats, your birthday and the end of your phone number are tried first.")
    remedy = _("Choose six digits that mean nothing to others.")
    remedy_url_name = "payment_password"


class PaymentPasswordSetError(DomainError):
    """One is set already; changing it asks for the old one."""

    code = "payment_password_already_set"
    status = 409
    title = _("A payment password is set already")
    message = _("You have a payment password. To change it, enter the current one.")
    remedy = _("Open the security page and choose to change it.")
    remedy_url_name = "payment_password"


class PasswordWrongError(DomainError):
    """The sign-in password given again for a sensitive step does not match."""

    code = "password_wrong"
    status = 403
    title = _("That password is not right")
    message = _("That sign-in password is not right. Nothing was changed.")
    remedy = _("Try again, or reset the password.")
    remedy_url_name = "account_reset_password"


class SignInLockedError(DomainError):
    """Too many wrong sign-in passwords; `until` is the moment the lock ends."""

    code = "sign_in_locked"
    status = 423
    title = _("Sign-in is locked for a while")
    message = _("Too many wrong tries. Try again after %(until)s, or reset the password.")
    cause = _("A wrong password was entered several times.")
    remedy = _("Wait, or reset the password.")
    remedy_url_name = "account_reset_password"


class CodeWrongError(DomainError):
    """The code does not match; `tries_left` says how many remain before a lock."""

    code = "code_wrong"
    status = 403
    title = _("That code is not right")
    message = _("That code is not right. Tries left: %(tries_left)s.")
    remedy = _("Use the code of the latest message, or ask for a new one.")


class CodeExpiredError(DomainError):
    """No open code: never sent, used, replaced by a newer one, or older than its time."""

    code = "code_expired"
    status = 410
    title = _("This code no longer works")
    message = _("This code was used, replaced by a newer one, or is too old.")
    remedy = _("Ask for a new code.")


class CodeLockedError(DomainError):
    """Too many wrong codes; `until` is the moment the lock ends."""

    code = "code_locked"
    status = 423
    title = _("Codes are locked for a while")
    message = _("Too many wrong codes. Try again after %(until)s.")
    cause = _("A wrong code was entered several times.")
    remedy = _("Wait, then ask for a new code.")


class CodeCoolingError(DomainError):
    """A code was sent a moment ago; `seconds` says when the next may be."""

    code = "code_too_soon"
    status = 429
    title = _("A code is on its way")
    message = _("We sent a code a moment ago. You can ask for another in %(seconds)s seconds.")
    remedy = _("Wait a little, and check that the number is right.")


class TooManyCodesError(DomainError):
    """The share of a person, an address or a range of numbers is used up for now."""

    code = "too_many_codes"
    status = 429
    title = _("Too many codes were asked for")
    message = _("Too many codes were asked for. No message was sent.")
    cause = _("Codes are limited for each person, connection and range of numbers.")
    remedy = _("Use the code of the latest message, or try again in an hour.")


class PhoneTooNewError(DomainError):
    """The phone was changed less than a day ago; `until` is when a reset is possible again."""

    code = "phone_too_new"
    status = 403
    title = _("Your mobile number is new")
    message = _(
        "Your mobile number was changed less than 24 hours ago. Until %(until)s a code to it cannot"
        " replace the payment password. Nothing was changed."
    )
    cause = _("So nobody who changed the number without you can reach your money.")
    remedy = _("Wait, or use the payment password you have. If it was not you, write to us.")
    remedy_url_name = "security"


class BadNameError(DomainError):
    """A name that reads as an address or a link."""

    code = "name_not_allowed"
    status = 422
    title = _("This name cannot be used")
    message = _("A name has no links and none of the signs / : @. Nothing was changed.")
    cause = _("Others see your name, and must not be led to a page by it.")
    remedy = _("Enter the name on your identity document.")


class NameCheckedError(DomainError):
    """A checked person takes a name that is not the one on their document."""

    code = "name_checked"
    status = 422
    title = _("This is not your checked name")
    message = _("Only writings of the name on your document can be shown. Nothing was changed.")
    cause = _("Payers trust the name that stands beside “real name checked”.")
    remedy = _("Enter your name as on the document, or in pinyin. If it changed, have it checked.")
    remedy_url_name = "kyc"


class RegionNotSupportedError(DomainError):
    """The country of the phone number is not served."""

    code = "region_not_supported"
    status = 422
    title = _("Not available in this region")
    message = _("OKPay is not available for phone numbers of this region yet.")
    cause = _("We may serve only the regions where we hold a permission.")
    remedy = _("Use a phone number of a supported region.")


class AccountFrozenError(DomainError):
    """The person is frozen: reading only."""

    code = "account_frozen"
    status = 403
    title = _("This account is frozen")
    message = _("Your account is frozen. You can look at everything, but nothing can be changed.")
    cause = _("You, or our staff, froze it to keep the money safe.")
    remedy = _("Write to us to have it checked and released.")
    remedy_url_name = "security_freeze"


class TokenNotFoundError(DomainError):
    """No such access token of this person."""

    code = "access_token_not_found"
    status = 404
    title = _("Token not found")
    message = _("There is no such access token.")
    remedy = _("Open the list of your tokens.")
    remedy_url_name = "tokens"


class TokenInvalidError(DomainError):
    """An access token that cannot be created as asked."""

    code = "access_token_invalid"
    status = 422
    title = _("This token cannot be made")
    message = _("A token needs a name, at least one scope, and 1 to 366 days to live.")
    remedy = _("Check the name, the scopes and the days.")
    remedy_url_name = "tokens"


class SignInBusyError(DomainError):
    """Too many passwords are being checked at once."""

    code = "sign_in_busy"
    status = 503
    title = _("Sign-in is busy")
    message = _("Many people are signing in right now. Nothing was changed.")
    remedy = _("Try again in a few seconds.")


class SessionNotFoundError(DomainError):
    """No such session of this person."""

    code = "session_not_found"
    status = 404
    title = _("Session not found")
    message = _("This device is signed out already.")
    remedy = _("Open the list of your devices.")
    remedy_url_name = "security_devices"
