"""Settings of sign-in: who a person is, how passwords are kept, how long a session lives."""

from __future__ import annotations

from okpay.config.env import ENV

_HTTPS = ENV.base_url.startswith("https://")

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = ["okpay.identity.backend.PersonBackend"]
PASSWORD_HASHERS = ["okpay.identity.hashing.BoundedArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "okpay.identity.passwords.LengthRule"},
    {"NAME": "okpay.identity.passwords.BlockListRule"},
    {"NAME": "okpay.identity.passwords.ContextRule"},
    {"NAME": "okpay.identity.safety.breached.BreachedRule"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds; the mail says one hour

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

# Opaque keys, hashed at rest, 15 minutes idle and 12 hours in all (see identity.sessions).
SESSION_ENGINE = "okpay.identity.sessions"
SESSION_COOKIE_NAME = "__Host-okpay" if _HTTPS else "okpay"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"

# Over https there is exactly one proxy in front, which ends TLS and names the client.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _HTTPS else 0

ACCOUNT_ADAPTER = "okpay.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that is signing up
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = False  # notices tell people, see identity.hooks
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_TIMEOUT = 60 * 60  # a sign-up waits this long for its mail link
# Guesses are counted in the database (identity.tries); these only slow floods from one address.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": None,
    "signup": "60/m/ip",
    "reset_password": "60/m/ip,3/m/key",
    "reset_password_from_key": "60/m/ip",
    "reauthenticate": "20/m/user",
    "change_password": "20/m/user",
    "change_phone": "20/m/user",
    "confirm_email": "3/m/key,20/h/key",
}

ACCOUNT_FORMS = {
    "login": "okpay.web.pages.account.forms.SignInForm",
    "signup": "okpay.web.pages.account.forms.SignUpForm",
    "reset_password_from_key": "okpay.web.pages.account.forms.NewPasswordForm",
    "change_password": "okpay.web.pages.account.forms.ChangePasswordForm",
    "reauthenticate": "okpay.web.pages.account.forms.ReauthenticateForm",
}
