"""Settings of the role catalogue. What each place chooses comes from the environment; see .env.example."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from catalogue.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

# The process's own environment wins over the file.
environ.Env.read_env(BASE_DIR / ".env")
env = Environment(os.environ)

# Who may read, and how safely

SECRET_KEY = env.required("SECRET_KEY", "Set it to 50 or more random characters, the same at every start.")
READ_ACCESS = env.choice(
    "READ_ACCESS",
    ("public", "login"),
    "Set it to public if whoever reaches the catalogue may read it, to login if only signed-in people may.",
)
SUGGESTIONS = env.choice(
    "SUGGESTIONS",
    ("everyone", "signed-in", "off"),
    "It says which readers may suggest changes of a role.",
    default="everyone",
)
DEBUG = env.boolean("DEBUG", default=False)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.boolean("SECURE_SSL", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE_SSL_REDIRECT else 0
BEHIND_PROXY = env.boolean("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whoever asks for health does so from inside, without a certificate.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# HSTS for sibling hosts, and for browsers' built-in lists, is not the catalogue's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Everything that the public site shows is its own; the paths that need more are listed beside the middleware.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "catalogue.passwords.NewPasswordValidator"},
]
# Single sign-on, off unless the first is set
OIDC_SERVER_URL = env.server("OIDC_SERVER_URL")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
env.together("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_GROUPS = env.pairs("OIDC_GROUPS")
OIDC_ONLY = env.boolean("OIDC_ONLY", default=False) and bool(OIDC_SERVER_URL)
SOCIALACCOUNT_ADAPTER = "catalogue.single_sign_on.SocialAccountAdapter"

AUTHENTICATION_BACKENDS = [
    # Before the other, because it refuses whoever has failed too often.
    "axes.backends.AxesStandaloneBackend",
    "catalogue.single_sign_on.NoPasswords" if OIDC_ONLY else "django.contrib.auth.backends.ModelBackend",
]
ACCOUNT_LOG_DAYS = env.number("ACCOUNT_LOG_DAYS", 365, least=1, most=36_500)
# By account and address together: guessing from elsewhere locks nobody out of their own account.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "catalogue.accounts.typed_name"
AXES_CLIENT_IP_CALLABLE = "catalogue.accounts.client_address"
AXES_LOCKOUT_CALLABLE = "catalogue.accounts.locked_out"
# Sign-ins are in the log of accounts. The failures are listed in the admin's theme, not as axes would.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# The application

INSTALLED_APPS = [
    # Before the admin, whose templates it replaces.
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    # For its protocol; none of its pages has an address.
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "corsheaders",
    "csp",
    "django_htmx",
    # Listed for its own copies of what the API's browsable documentation loads.
    "roles",
]
MIDDLEWARE = [
    # Around all that make or change an answer.
    "catalogue.middleware.CompressionMiddleware",
    # Around the others, because errors below /api/ that they make are to have the API's form too.
    "api.errors.ProblemMiddleware",
    "catalogue.middleware.CrossOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "catalogue.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before whatever asks who the user is.
    "api.auth.TokenMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "catalogue.middleware.AccountLogMiddleware",
    "catalogue.middleware.ReadAccessMiddleware",
    "catalogue.middleware.PasswordChangeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "catalogue.urls"
WSGI_APPLICATION = "catalogue.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A role's form in the admin holds a few fields for each of its statements; Django's limit is 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# As many as may be loaded at once.
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000
NINJA_PAGINATION_MAX_LIMIT = 100
UNFOLD = {
    "SITE_TITLE": _("Role catalogue"),
    "SITE_HEADER": _("Role catalogue"),
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/favicon.svg"}],
    "SIDEBAR": {"navigation": "roles.admin.navigation.sidebar"},
    "SCRIPTS": ["catalogue.admin_frame.script"],
    "STYLES": ["catalogue.admin_frame.style"],
    # Shades of the site's own accent.
    "COLORS": {
        "primary": {
            "50": "oklch(0.975 0.010 205)",
            "100": "oklch(0.945 0.020 205)",
            "200": "oklch(0.885 0.040 205)",
            "300": "oklch(0.805 0.060 205)",
            "400": "oklch(0.705 0.075 205)",
            "500": "oklch(0.560 0.080 205)",
            "600": "oklch(0.450 0.075 205)",
            "700": "oklch(0.400 0.065 205)",
            "800": "oklch(0.340 0.055 205)",
            "900": "oklch(0.290 0.045 205)",
            "950": "oklch(0.220 0.035 205)",
        }
    },
}

# Which changes from files wait as proposals until somebody approves them
LOAD_REVIEW = env.choice(
    "LOAD_REVIEW",
    ("none", "prompts", "all"),
    "Set it to none if files change roles at once, to prompts if what they tell agents waits for review, to "
    "all if everything waits that readers would see.",
    default="none",
)

# The API: how much programs may ask for, and the sites whose scripts may read it

API_RATE_TOKEN = env.rate("API_RATE_TOKEN", "1200/minute")
API_RATE_ADDRESS = env.rate("API_RATE_ADDRESS", "600/minute")
# Where the workers of a machine count together.
API_METER: Path | None = BASE_DIR / "var" / "api-meter"
CORS_ALLOWED_ORIGINS = env.readers("CORS_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = CORS_ALLOWED_ORIGINS == ["*"]
if CORS_ALLOW_ALL_ORIGINS:
    CORS_ALLOWED_ORIGINS = []
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "authorization", "if-modified-since", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
]

# The database

database: dict[str, Any] = env.database("DATABASE_URL", "sqlite:///var/catalogue.sqlite3", root=BASE_DIR)
database.update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
if database.get("ENGINE") == "django.db.backends.sqlite3":
    database["OPTIONS"] = {
        # Writers wait for each other, from their first statement on, instead of failing in the middle.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    }
DATABASES = {"default": database}

# Language and time

LANGUAGE_CODE = "en"
# Grows with the catalogues in locale/: a language that only Django speaks would give half-translated pages.
LANGUAGES = [("en", _("English")), ("de", _("German"))]
USE_THOUSAND_SEPARATOR = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

# Reviews, and the daily mail that owners get of them

REVIEW_MONTHS = env.number("REVIEW_MONTHS", 12, least=1, most=120)
SITE_URL = env.origin("SITE_URL")
mail = env.mail("EMAIL_URL")
EMAIL_BACKEND = mail.get("EMAIL_BACKEND", "")
EMAIL_HOST, EMAIL_PORT = mail.get("EMAIL_HOST") or "", mail.get("EMAIL_PORT", 0)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.get("EMAIL_HOST_USER"), mail.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = mail.get("EMAIL_USE_TLS", False), mail.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "catalogue@localhost")
EMAIL_TIMEOUT = 20

# The hosts inside the own network to which webhooks may send

WEBHOOK_ALLOWED_HOSTS = env.exact_hosts("WEBHOOK_ALLOWED_HOSTS")

# Static files, which whitenoise finds where they lie: no step of collecting them is needed

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "catalogue.static.VersionedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Addresses change with the files, except those of the fonts and images that a style sheet names.
WHITENOISE_MAX_AGE = 0 if DEBUG else 24 * 60 * 60
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Django by itself mails errors to nobody when DEBUG is off.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": []},
        # Its warnings are one line for each address that was not found.
        "django.request": {"level": "ERROR"},
    },
}

env.verify()
