"""Why care is taken. The values are kept in rows and in audit; they never change."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Cause(TextChoices):
    """What happened just now that a thief would also do first."""

    NEW_DEVICE = "new_device", _("a sign-in from a new device")
    PASSWORD_CHANGED = "password_changed", _("a changed sign-in password")
    PASSWORD_RESET = "password_reset", _("a sign-in password chosen anew")
    PHONE_CHANGED = "phone_changed", _("a changed mobile number")
    EMAIL_CHANGED = "email_changed", _("a changed e-mail")
    PAYMENT_PASSWORD_CHANGED = "payment_password_changed", _("a changed payment password")
    FACTOR_ADDED = "factor_added", _("a new second factor")
    FACTOR_REMOVED = "factor_removed", _("a removed second factor")
    RECOVERED = "recovered", _("an account that was recovered")
