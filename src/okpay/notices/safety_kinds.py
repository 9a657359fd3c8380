"""The kinds of messages about a person's own safety and identity; nobody can mute them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from okpay.notices.schemas import Category, Kind

SAFETY: Final = Category.SECURITY

SECURITY: Final[dict[str, Kind]] = {
    "signed_in_new_device": Kind(
        SAFETY,
        _("New sign-in to your account"),
        _(
            "%(device)s signed in on %(happened_at)s. If this was not you, end that session "
            "and change your password."
        ),
        "monitor-smartphone",
        _("See devices"),
    ),
    "sign_in_locked": Kind(
        SAFETY,
        _("Sign-in is locked for now"),
        _(
            "Your password was entered wrongly too often. Sign-in opens again on "
            "%(until_at)s. If this was not you, change your password."
        ),
        "lock",
        _("Open security"),
    ),
    "password_reset": Kind(
        SAFETY,
        _("Your sign-in password was reset"),
        _("It happened on %(happened_at)s. If this was not you, reset it again at once."),
        "key-round",
        _("Open security"),
    ),
    "password_changed": Kind(
        SAFETY,
        _("Your sign-in password was changed"),
        _("It happened on %(happened_at)s. If this was not you, reset it at once."),
        "key-round",
        _("Open security"),
    ),
    "payment_password_set": Kind(
        SAFETY,
        _("Your payment password is set"),
        _("It was set on %(happened_at)s. Nobody from OKPay will ever ask you for it."),
        "lock-keyhole",
        _("Open security"),
    ),
    "payment_password_changed": Kind(
        SAFETY,
        _("Your payment password was changed"),
        _("It happened on %(happened_at)s. If this was not you, open security at once."),
        "lock-keyhole",
        _("Open security"),
    ),
    "payment_password_locked": Kind(
        SAFETY,
        _("Your payment password is locked for now"),
        _("It was entered wrongly too often. It opens again on %(until_at)s. No money moved."),
        "lock-keyhole",
        _("Open security"),
    ),
    "sessions_revoked": Kind(
        SAFETY,
        _("Other devices were signed out"),
        _("It happened on %(happened_at)s. They need your password to come back."),
        "log-out",
        _("See devices"),
    ),
    "token_created": Kind(
        SAFETY,
        _("An access token was created"),
        _("The token %(name)s can use your account by program. If this was not you, revoke it."),
        "key-round",
        _("See tokens"),
    ),
    "token_revoked": Kind(
        SAFETY,
        _("An access token was revoked"),
        _("The token %(name)s no longer works."),
        "key-round",
        _("See tokens"),
    ),
    "factor_added": Kind(
        SAFETY,
        _("A second factor was added"),
        _("%(factor)s, on %(happened_at)s. If this was not you, remove it at once."),
        "shield-check",
        _("Open security"),
    ),
    "factor_removed": Kind(
        SAFETY,
        _("A second factor was removed"),
        _("%(factor)s, on %(happened_at)s. If this was not you, open security at once."),
        "shield-alert",
        _("Open security"),
    ),
    "factor_renamed": Kind(
        SAFETY,
        _("A second factor has a new name"),
        _("%(old)s is called %(factor)s from now on."),
        "shield-check",
        _("Open security"),
    ),
    "factor_locked": Kind(
        SAFETY,
        _("Wrong codes at your second factor"),
        _(
            "It is locked there until %(until_at)s. Whoever tried knows your sign-in password: if "
            "it was not you, change it now."
        ),
        "shield-alert",
        _("Open security"),
    ),
    "recovery_codes_made": Kind(
        SAFETY,
        _("You have new recovery codes"),
        _(
            "They were made on %(happened_at)s; the old ones are worthless. If this was not you, "
            "open security at once."
        ),
        "life-buoy",
        _("Open security"),
    ),
    "recovery_code_used": Kind(
        SAFETY,
        _("A recovery code was used"),
        _(
            "It happened on %(happened_at)s; %(left)s are left. If this was not you, open security "
            "at once."
        ),
        "life-buoy",
        _("Open security"),
    ),
    "email_changed": Kind(
        SAFETY,
        _("Your e-mail address was changed"),
        _("It happened on %(happened_at)s. If this was not you, open security at once."),
        "mail",
        _("Open security"),
    ),
    "phone_changed": Kind(
        SAFETY,
        _("Your phone number was changed"),
        _("It happened on %(happened_at)s. If this was not you, open security at once."),
        "smartphone",
        _("Open security"),
    ),
    "mail_word_changed": Kind(
        SAFETY,
        _("The word in our mails was changed"),
        _(
            "It happened on %(happened_at)s. A mail without your word is not from us. If this was "
            "not you, open security at once."
        ),
        "flag",
        _("Open security"),
    ),
    "questions_changed": Kind(
        SAFETY,
        _("Your security questions were changed"),
        _("It happened on %(happened_at)s. If this was not you, open security at once."),
        "circle-question-mark",
        _("Open security"),
    ),
    "account_frozen": Kind(
        SAFETY,
        _("Your account is frozen"),
        _("No money can leave it. Your balance and records stay visible to you."),
        "snowflake",
        _("Open security"),
    ),
    "regain_waits": Kind(
        SAFETY,
        _("Somebody asks for your account"),
        _(
            "They showed your identity document and cannot get in. On %(opens_at)s they get a link "
            "for new passwords. If it is not you, stop it here, or sign in: that stops it too."
        ),
        "shield-alert",
        _("Stop it"),
    ),
    "regain_stopped": Kind(
        SAFETY,
        _("Nobody gets your account"),
        _("The request for new passwords was stopped. Nothing was changed."),
        "shield-check",
        _("Open security"),
    ),
    "regain_done": Kind(
        SAFETY,
        _("You have your account back"),
        _("New passwords are chosen, and every other way in is gone. Add a second factor now."),
        "shield-check",
        _("Open security"),
    ),
    "closing_asked": Kind(
        SAFETY,
        _("Your account will be closed"),
        _("It closes on %(ends_at)s. Sign in before that, and it stays."),
        "door-open",
        _("Open security"),
    ),
    "closing_undone": Kind(
        SAFETY,
        _("Your account stays open"),
        _("You signed in, so it is not closed."),
        "door-closed",
        _("Open security"),
    ),
    "closing_stopped": Kind(
        SAFETY,
        _("Your account was not closed"),
        _("Money arrived, or something else came up. Take it out, and ask again."),
        "door-closed",
        _("Open security"),
    ),
    "closed": Kind(
        SAFETY,
        _("Your account is closed"),
        _("What the law makes us keep stays sealed; nothing of it is used for anything else."),
        "door-closed",
        _("Open security"),
    ),
    "export_ready": Kind(
        SAFETY,
        _("The copy of your data is ready"),
        _("Download it once, until %(expires_at)s. After that it is gone."),
        "package-open",
        _("Download it"),
    ),
    "ticket_answered": Kind(
        SAFETY,
        _("Your ticket was answered"),
        _("We wrote to you in ticket %(ticket)s. Read it in the app; we never ask for passwords."),
        "message-square-text",
        _("Read the answer"),
    ),
    "ticket_closed": Kind(
        SAFETY,
        _("Your ticket was closed"),
        _("Ticket %(ticket)s is closed. Write in it to open it again."),
        "message-square-text",
        _("Open the ticket"),
    ),
    "account_released": Kind(
        SAFETY,
        _("Your account is open again"),
        _("You can pay as before."),
        "shield-check",
        _("Open security"),
    ),
}

REAL_NAME: Final[dict[str, Kind]] = {
    "kyc_approved": Kind(
        SAFETY,
        _("Your real name is checked"),
        _("Your limits are higher from now on, and what waited for it can arrive."),
        "badge-check",
        _("See the limits"),
    ),
    "kyc_more_asked": Kind(
        SAFETY,
        _("Your real-name check needs one thing more"),
        _("Nothing is refused. Open it to see what we ask for and why."),
        "file-plus",
        _("Open the real-name check"),
    ),
    "kyc_rejected": Kind(
        SAFETY,
        _("Something in your real-name check must be corrected"),
        _("Only what is marked is needed again; the rest stays as you sent it."),
        "rotate-ccw",
        _("Open the real-name check"),
    ),
    "kyc_final_rejected": Kind(
        SAFETY,
        _("Your real-name check was refused"),
        _("The page says why. If you think that we are wrong, you may appeal once."),
        "circle-x",
        _("Open the real-name check"),
    ),
    "kyc_expires_soon": Kind(
        SAFETY,
        _("Your identity document runs out soon"),
        _("On %(until_day)s it is no longer valid, and your limits fall. Show a new one before."),
        "calendar-clock",
        _("Open the real-name check"),
    ),
    "kyc_expired": Kind(
        SAFETY,
        _("Your identity document has run out"),
        _("Your limits are lower from today. Your money is safe; show a new document."),
        "calendar-x",
        _("Open the real-name check"),
    ),
}
