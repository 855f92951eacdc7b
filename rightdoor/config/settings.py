"""Django's settings. What differs between installations comes from env.py; nothing else does."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from rightdoor.config.env import ROOT, read_env, secret

ENV = read_env()

SECRET_KEY = secret(ENV.home, "django")
FENCE_SECRET = secret(ENV.home, "fence")  # signs for whom the database works; see rightdoor/foundation/fence
DEBUG = ENV.debug and ENV.is_local
ALLOWED_HOSTS = list(ENV.hosts)
ROOT_URLCONF = "rightdoor.config.urls"
WSGI_APPLICATION = "rightdoor.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "procrastinate.contrib.django",
    "rightdoor.config",
    "rightdoor.foundation.audit",
    "rightdoor.foundation.jobs",
    "rightdoor.foundation.accounts",
    "rightdoor.foundation.access",
    "rightdoor.foundation.jurisdiction",
    "rightdoor.foundation.sealing",
    "rightdoor.foundation.files",
    "rightdoor.foundation.drafts",
    "rightdoor.foundation.imports",
    "rightdoor.foundation.notices",
    "rightdoor.foundation.printing",
    "rightdoor.foundation.ui",
    "rightdoor.foundation.questionnaires",
    "rightdoor.foundation.doorway",
    "rightdoor.community.partners",
    "rightdoor.community.teams",
    "rightdoor.community.meetings",
    "rightdoor.community.minutes",
    "rightdoor.community.program",
    "rightdoor.community.assessments",
    "rightdoor.community.surveys",
    "rightdoor.casework.clients",
    "rightdoor.casework.consents",
    "rightdoor.casework.intake",
    "rightdoor.casework.screening",
    "rightdoor.casework.referrals",
    "rightdoor.casework.cases",
    "rightdoor.casework.documents",
    "rightdoor.casework.plans",
    "rightdoor.casework.notes",
    "rightdoor.casework.services",
    "rightdoor.casework.safety",
    "rightdoor.casework.missing",
    "rightdoor.casework.justice",
    "rightdoor.casework.staffings",
    "rightdoor.casework.closure",
    "rightdoor.oversight.submissions",
    "rightdoor.oversight.published",
    "rightdoor.oversight.statistics",
    "rightdoor.oversight.annual_reports",
    "rightdoor.oversight.exports",
    "rightdoor.oversight.evidence",
    "rightdoor.oversight.emergency",
    "rightdoor.oversight.leaving",
    "rightdoor.oversight.privacy",
    "rightdoor.oversight.desk",
    "rightdoor.oversight.search",
    "rightdoor.oversight.trail",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "rightdoor.foundation.ui.middleware.HardeningHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rightdoor.foundation.audit.middleware.RequestContext",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "rightdoor.foundation.ui.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "rightdoor.foundation.ui.middleware.SameSiteOnly",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rightdoor.foundation.access.middleware.ViewerAndNow",
    "rightdoor.foundation.access.middleware.SecondFactorWall",
    "rightdoor.foundation.ui.middleware.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "rightdoor.foundation.ui.context.page",
                "rightdoor.oversight.emergency.web.context.banner",
            ],
            "builtins": [
                "rightdoor.foundation.ui.templatetags.ui",
                "rightdoor.foundation.jurisdiction.templatetags.words",
            ],
        },
    }
]
FORM_RENDERER = "rightdoor.foundation.ui.forms.UswdsRenderer"


def _database(url: str, owner_url: str) -> dict[str, object]:
    chosen = owner_url if ENV.db_role == "owner" else url
    # Without an address there is nothing to connect to; commands that compute never ask.
    parsed = dj_database_url.parse(chosen or "postgres:///rightdoor")
    parsed["ENGINE"] = "rightdoor.foundation.fence"
    parsed["CONN_MAX_AGE"] = 0
    parsed["CONN_HEALTH_CHECKS"] = True
    if ENV.db_role == "app":
        parsed["OPTIONS"] = {**parsed.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8, "timeout": 20}}
    return parsed


DATABASES = {
    "default": _database(ENV.database_url, ENV.database_owner_url),
    "keyring": _database(ENV.keyring_url, ENV.keyring_owner_url),
}
DATABASE_ROUTERS = ["rightdoor.foundation.sealing.router.KeyringRouter"]

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "rightdoor.foundation.accounts.passwords.NotEasilyGuessed"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "rightdoor.foundation.accounts.session_store"
SESSION_COOKIE_NAME = "rd_session" if ENV.is_local else "__Host-rd_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = not ENV.is_local
SESSION_COOKIE_AGE = ENV.session_hours * 3600
CSRF_COOKIE_NAME = "rd_form" if ENV.is_local else "__Host-rd_form"
CSRF_COOKIE_AGE = None  # ends with the browser
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = not ENV.is_local
CSRF_TRUSTED_ORIGINS = [ENV.origin] if ENV.origin else []
CSRF_FAILURE_VIEW = "rightdoor.foundation.ui.refusals.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_HSTS_SECONDS = 0 if ENV.is_local else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not ENV.is_local
SECURE_SSL_REDIRECT = False  # the proxy in front speaks TLS
SECURE_PROXY_SSL_HEADER = None if ENV.is_local else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# 100,000 characters in any script fit; a 5 MB paste is refused by the form in words, with the text kept.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# Nothing that is sent ever lies on a disk in clear.
FILE_UPLOAD_HANDLERS = ["rightdoor.foundation.files.uploads.InMemoryOnly"]

USE_TZ = True
TIME_ZONE = "UTC"  # storage; people see the pack's zone
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("vi", "Tiếng Việt")]
LOCALE_PATHS = [ROOT / "rightdoor" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = ENV.home / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for our files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Far above what is ever in it: an entry thrown out early would let a one-time code be used twice.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

_mail = urlsplit(ENV.email_url)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if ENV.email_url else "rightdoor.foundation.notices.mail.KeptMail"
)
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or 587
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = parse_qs(_mail.query).get("tls", ["1"])[0] == "1"
DEFAULT_FROM_EMAIL = ENV.email_from

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited to an address; the invitation proves it
ACCOUNT_ADAPTER = "rightdoor.foundation.doorway.adapters.InvitedOnly"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = False  # tries are counted in foundation/accounts/attempts.py, without addresses of machines
MFA_ADAPTER = "rightdoor.foundation.doorway.adapters.SealedFactors"
MFA_SUPPORTED_TYPES = ["webauthn", "totp"]  # recovery codes are ours: only their digests are kept
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # a code typed as it changes still counts, once
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENV.is_local
MFA_TOTP_ISSUER = "Rightdoor"

_requests = ENV.request_log or ("off" if ENV.is_local else "stderr")
_request_log: dict[str, str] = {"class": "logging.NullHandler"}
if _requests != "off":
    _request_log = {"class": "logging.StreamHandler", "formatter": "line"}
if _requests.startswith("/"):
    _request_log = {"()": "rightdoor.foundation.audit.logs.private_file", "path": _requests, "formatter": "line"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "rightdoor.foundation.audit.logs.AllowedFields"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}, "requests": _request_log},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "rightdoor": {"level": "INFO"},
        "rightdoor.requests": {
            "handlers": ["requests"],
            "level": "WARNING" if _requests == "off" else "INFO",
            "propagate": False,
        },
        # Django writes the path, and with it codes, of every refused request: the route's name is enough for us.
        # A fault is written: its kind and its place in the program, never its words.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": [], "propagate": False},
    },
}

PROCRASTINATE_ON_APP_READY = "rightdoor.foundation.jobs.queue.ready"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "procrastinate_tasks"  # ours are found by foundation/jobs
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # TLS redirect is the proxy's
