"""Refusals of the security centre."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class BadMailWordError(DomainError):
    """The word for our mails is too short, too long, or reads as a link."""

    code = "mail_word_not_allowed"
    status = 422
    title = _("This word cannot be used")
    message = _("Choose 2 to 24 letters, digits or spaces, without links. Nothing was changed.")
    cause = _("The word stands in every mail, where nothing may become a link.")
    remedy = _("Choose two words that only you would put together.")
    remedy_url_name = "security_word"


class MailWordIsSecretError(DomainError):
    """The word for our mails is a secret that opens something."""

    code = "mail_word_is_secret"
    status = 422
    title = _("Do not use a password here")
    message = _("This is one of your passwords. It would stand in every mail. Nothing was changed.")
    cause = _("Mails are read by many machines on their way.")
    remedy = _("Choose a word that opens nothing.")
    remedy_url_name = "security_word"


class BadQuestionsError(DomainError):
    """Questions or answers that cannot be kept."""

    code = "security_questions_not_allowed"
    status = 422
    title = _("These questions cannot be used")
    message = _(
        "Three different questions with three different answers of at least 2 characters are"
        " needed, and no answer may stand in its question. Nothing was changed."
    )
    remedy = _("Look at your three answers again.")
    remedy_url_name = "security_questions"


class AnswersWrongError(DomainError):
    """Fewer than two of the three answers are right; `tries_left` says how many remain."""

    code = "security_answers_wrong"
    status = 403
    title = _("These answers are not right")
    message = _("At least two answers have to be right. Tries left: %(tries_left)s.")
    cause = _("Capitals, spaces and the width of characters do not matter; the words do.")
    remedy = _("Try again.")


class AnswersLockedError(DomainError):
    """Too many wrong answers; `until` is the moment the lock ends."""

    code = "security_answers_locked"
    status = 423
    title = _("The questions are locked for a while")
    message = _("Too many wrong answers. Try again after %(until)s. Nothing was changed.")
    cause = _("The questions were answered wrongly several times, by you or by somebody else.")
    remedy = _("Wait, or write to us: we then check who you are in another way.")


class DeviceNotFoundError(DomainError):
    """No such known device of this person."""

    code = "device_not_found"
    status = 404
    title = _("Device not found")
    message = _("This device is forgotten already.")
    remedy = _("Open the list of your devices.")
    remedy_url_name = "security_devices"
