"""The settings of tests, type checker and migration check, whatever the environment and .env say.

TEST_DATABASE_URL alone is taken from the environment: `python -m tests.postgres` sets it to its own server.
"""

import os

os.environ |= {
    "SECRET_KEY": "for tests only, and long enough to be no warning",
    "READ_ACCESS": "public",
    "SUGGESTIONS": "everyone",
    "DEBUG": "false",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "SECURE_SSL": "false",
    "BEHIND_PROXY": "false",
    "TIME_ZONE": "UTC",
    "LOAD_REVIEW": "none",
    "REVIEW_MONTHS": "",
    "SITE_URL": "",
    "EMAIL_URL": "",
    "MAIL_FROM": "",
    "ACCOUNT_LOG_DAYS": "",
    "API_RATE_TOKEN": "1000000/second",
    "API_RATE_ADDRESS": "1000000/second",
    "CORS_ORIGINS": "",
    "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    "OIDC_SERVER_URL": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
    "OIDC_NAME": "",
    "OIDC_GROUPS_CLAIM": "",
    "OIDC_GROUPS": "",
    "OIDC_ONLY": "",
}

from catalogue.settings import *  # noqa: F403

# A good hash takes a tenth of a second, for each account of each test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each process of tests counts for itself.
API_METER = None
# Each test's client begins with middleware of its own, which would list all static files each time.
WHITENOISE_AUTOREFRESH = True
