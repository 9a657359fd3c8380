"""Django's settings. Everything an operator may choose comes from `okpay.config.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from okpay.config.auth_settings import *  # noqa: F403 — settings of sign-in, one file of their own
from okpay.config.env import ENV
from okpay.config.production import assert_safe
from okpay.config.secrets import envelope_file, envelope_keys, secret

PACKAGE = Path(__file__).resolve().parent.parent
SECRET_KEY = secret("django")
assert_safe(ENV)  # whatever starts it: no command line stands between a server and this file
OKPAY_PEPPER = secret("pepper")
OKPAY_SIGNING_KEY = secret("signing")
OKPAY_BLIND_KEY = secret("blind")
OKPAY_ENVELOPE_KEYS, OKPAY_ENVELOPE_FILE = envelope_keys(), envelope_file()
OKPAY_KNOWN_KEYS = ENV.known_keys
OKPAY_CODES_AN_HOUR = ENV.codes_an_hour
OKPAY_CHECKPOINT_EVERY = ENV.checkpoint_every
OKPAY_CHECKPOINT_FILE = ENV.checkpoint_file
OKPAY_CHECKPOINT_WEBHOOK = ENV.checkpoint_webhook
DEBUG = False
HOST = urlsplit(ENV.base_url).hostname or "localhost"
ALLOWED_HOSTS = [HOST, *(["localhost", "127.0.0.1", "testserver"] if not ENV.production else [])]
CSRF_TRUSTED_ORIGINS = [ENV.base_url]
SECURE = ENV.base_url.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    "okpay.kernel",
    "okpay.kernel.approvals",
    "okpay.kernel.crypto",
    "okpay.ledger",
    "okpay.ledger.liabilities",
    "okpay.identity",
    "okpay.identity.factors",
    "okpay.identity.staff",
    "okpay.identity.caution",
    "okpay.identity.safety",
    "okpay.identity.freezing",
    "okpay.identity.leaving",
    "okpay.notices",
    "okpay.kyc",
    "okpay.limits",
    "okpay.fees",
    "okpay.wallets",
    "okpay.payments",
    "okpay.funding",
    "okpay.support",
    "okpay.web",
    "okpay.console",
    "okpay.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "okpay.web.middleware.Appearance",
]

ROOT_URLCONF = "okpay.config.urls"
WSGI_APPLICATION = "okpay.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "okpay.web.context.shell",
                "okpay.console.context.frame",
            ],
        },
    },
]


# A host that died without a word is noticed within seconds, not after the kernel's hours.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_DJANGO_ASKS = frozenset({"dbname", "user", "password", "host", "port", "options"})


def database(url: str, role: str) -> dict[str, Any]:
    """Turn a PostgreSQL address into Django's form; the session takes the least role it needs.

    Whatever else the address says (TLS, several hosts and which of them is meant) goes on to libpq.
    """
    parts = conninfo_to_dict(url) if url else {}
    options = f"{parts.get('options') or ''} {f'-c role={role}' if role else ''}".strip()
    others = {name: value for name, value in parts.items() if name not in _DJANGO_ASKS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "okpay"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "") or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_PATIENCE, **others, "options": options},
    }


OKPAY_DATABASE_URL = ENV.database_url()
DATABASES = {"default": database(OKPAY_DATABASE_URL, ENV.db_role)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "okpay_language"
LOCALE_PATHS = [
    PACKAGE / "web" / "locale",
    PACKAGE / "web" / "locale_account",
    PACKAGE / "web" / "locale_factors",
    PACKAGE / "web" / "locale_money",
    PACKAGE / "web" / "locale_refund",
    PACKAGE / "web" / "locale_payouts",
    PACKAGE / "web" / "locale_topup",
    PACKAGE / "web" / "locale_proof",
    PACKAGE / "web" / "locale_rescue",
    PACKAGE / "web" / "locale_caution",
    PACKAGE / "web" / "locale_kyc",
    PACKAGE / "web" / "locale_security",
    PACKAGE / "console" / "locale_desk",
    PACKAGE / "config" / "locale",
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = ENV.home / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

EMAIL_BACKEND = "okpay.notices.backend.EmailBackend"
DEFAULT_FROM_EMAIL = "OKPay <no-reply@okpay.example>"
SMTP = urlsplit(ENV.smtp_url)  # smtp://user:password@host:587, smtps:// for TLS from the start
EMAIL_HOST, EMAIL_PORT = SMTP.hostname or "localhost", SMTP.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(SMTP.username or ""), unquote(SMTP.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = SMTP.scheme == "smtps", SMTP.scheme == "smtp"

PROCRASTINATE_IMPORT_PATHS = ["okpay.config.procrastinate"]

OKPAY_PLACES_FILE = ENV.places_file
OKPAY_BREACH_FILE, OKPAY_BREACH_URL = ENV.breach_file, ENV.breach_url

OKPAY_BASE_URL = ENV.base_url
OKPAY_ENGINE_BATCH = ENV.engine_batch
OKPAY_API_URL = ENV.api_url
OKPAY_API_RATE = ENV.api_rate
OKPAY_PROXIES = ENV.proxies
OKPAY_SANDBOX_URL = ENV.sandbox_url
OKPAY_MAIL_PROVIDER = "smtp" if ENV.smtp_url else "sandbox"
OKPAY_SMS_PROVIDER = ENV.sms
OKPAY_ACQUIRER = ENV.acquirer
OKPAY_ACQUIRER_KEY = secret("acquirer_key")
OKPAY_ACQUIRER_SECRET = secret("acquirer_webhook")
OKPAY_VERIFIER, OKPAY_VERIFIER_URL = ENV.verifier, ENV.verifier_url
OKPAY_VERIFIER_KEY = secret("verifier") if ENV.verifier != "none" else ""

SECURE_SSL_REDIRECT = False  # the proxy in front ends TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-okpay_csrf" if SECURE else "okpay_csrf"
CSRF_FAILURE_VIEW = "okpay.web.pages.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 4  # no page takes more than one; see okpay.web.uploads
FILE_UPLOAD_HANDLERS = ["okpay.web.uploads.LimitedUpload"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", ENV.sandbox_url],
    },
}

OKPAY_CLOCK_FILE = None if ENV.production else ENV.home / "clock.offset"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "okpay.kernel.logs.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"okpay": {"level": "INFO"}},
}
