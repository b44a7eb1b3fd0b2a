"""What the environment may say, and what happens when it says something else."""

import os
import re
import runpy
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django import DjangoDbBlocker

from catalogue.environment import Environment, SettingsError

ROOT: Path = project.BASE_DIR
EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
REQUIRED = {"SECRET_KEY": "x" * 50, "READ_ACCESS": "public"}


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> dict[str, Any]:
    """The settings module, run anew with these variables and no others, whatever .env says."""
    for name in EXAMPLE:
        monkeypatch.setenv(name, values.get(name, ""))
    return runpy.run_path(str(ROOT / "catalogue" / "settings.py"))


def faults(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **REQUIRED | values)
    return str(caught.value)


def test_required_settings_that_are_missing_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch)
    first, second = str(caught.value).splitlines()
    assert first.startswith("SECRET_KEY is not set. Set it to")
    assert second.startswith("READ_ACCESS is not set. Set it to public")


def test_what_is_not_set_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **REQUIRED)
    assert settings["DEBUG"] is False
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] > 0
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert "SECURE_PROXY_SSL_HEADER" not in settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("READ_ACCESS", "Public"),
        ("DEBUG", "maybe"),
        ("SECURE_SSL", "2"),
        ("BEHIND_PROXY", "y"),
        ("ALLOWED_HOSTS", "https://roles.example.org"),
        ("ALLOWED_HOSTS", "roles.example.org:8000"),
        ("CSRF_TRUSTED_ORIGINS", "roles.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://roles.example.org/"),
        ("API_RATE_TOKEN", "600"),
        ("API_RATE_TOKEN", "0/minute"),
        ("API_RATE_ADDRESS", "10/day"),
        ("API_RATE_ADDRESS", "-1/second"),
        ("API_RATE_ADDRESS", "²/second"),
        ("CORS_ORIGINS", "board.example.org"),
        ("CORS_ORIGINS", "https://board.example.org,*"),
        ("WEBHOOK_ALLOWED_HOSTS", "*"),
        ("WEBHOOK_ALLOWED_HOSTS", "hr.example.org, .example.org"),
        ("WEBHOOK_ALLOWED_HOSTS", "http://hr.example.org"),
        ("WEBHOOK_ALLOWED_HOSTS", "hr.example.org:8080"),
        ("WEBHOOK_ALLOWED_HOSTS", "hr..example.org"),
        ("WEBHOOK_ALLOWED_HOSTS", f"{'x' * 64}.example.org"),
        ("TIME_ZONE", "Berlin"),
        ("TIME_ZONE", "../UTC"),
        ("DATABASE_URL", "mysql://catalogue@db/catalogue"),
        ("DATABASE_URL", "postgresql://catalogue@db:port/catalogue"),
        ("DATABASE_URL", "postgresql://catalogue@db"),
        ("DATABASE_URL", "sqlite://var/catalogue.sqlite3"),
        ("DATABASE_URL", "sqlite://"),
    ],
)
def test_a_value_that_is_not_understood_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert faults(monkeypatch, **{name: value}).startswith(f"{name} ")


def test_the_message_names_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    message = faults(monkeypatch, READ_ACCESS="private", DEBUG="maybe")
    assert "READ_ACCESS is 'private', which is not one of public, login." in message
    assert "DEBUG is 'maybe', which is not one of true, yes, on, 1, false, no, off, 0." in message


def test_a_faulty_database_url_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in faults(monkeypatch, DATABASE_URL="mysql://catalogue:hunter2@db/catalogue")


@pytest.mark.parametrize(
    ("value", "meaning"), [("10/second", (10, 1)), ("600/minute", (600, 60)), (" 5000/hour ", (5_000, 3_600))]
)
def test_a_rate_is_a_number_in_a_span_of_time(value: str, meaning: tuple[int, int]) -> None:
    assert Environment({"API_RATE_TOKEN": value}).rate("API_RATE_TOKEN", "1/hour") == meaning


@pytest.mark.parametrize(
    ("value", "meaning"), [("YES", True), ("1", True), ("Off", False), (" false ", False)]
)
def test_booleans_have_a_few_spellings(value: str, meaning: bool) -> None:
    assert Environment({"DEBUG": value}).boolean("DEBUG", default=not meaning) is meaning


def test_postgresql_is_reached_by_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://catalogue:p%40ss@db.example.org:5433/roles?sslmode=require"
    database = load(monkeypatch, **REQUIRED, DATABASE_URL=url)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("catalogue", "p@ss")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.org", 5433, "roles")
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", ROOT / "var/catalogue.sqlite3"),
        ("sqlite:///a.db", ROOT / "a.db"),
        ("sqlite:////a.db", Path("/a.db")),
    ],
)
def test_sqlite_is_a_file_below_the_project_or_anywhere(
    monkeypatch: pytest.MonkeyPatch, url: str, path: Path
) -> None:
    assert load(monkeypatch, **REQUIRED, DATABASE_URL=url)["DATABASES"]["default"]["NAME"] == path


def test_sqlite_writers_wait_for_each_other_from_their_first_statement_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    file = tmp_path / "test.sqlite3"
    settings = load(monkeypatch, **REQUIRED, DATABASE_URL=f"sqlite:///{file}")
    wrapper = DatabaseWrapper(project.DATABASES["default"] | settings["DATABASES"]["default"], "file")
    with django_db_blocker.unblock(), closing(sqlite3.connect(file, timeout=0)) as other:
        wrapper.ensure_connection()
        try:
            assert wrapper.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert wrapper.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
            wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        finally:
            wrapper.connection.close()


def test_the_example_lists_each_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **REQUIRED)
    assert settings["env"].read == set(EXAMPLE)
    again = load(monkeypatch, **EXAMPLE | REQUIRED)
    names = [name for name in settings if name.isupper()]
    assert {name: again[name] for name in names} == {name: settings[name] for name in names}


def test_the_example_explains_each_setting_in_one_line() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    explained = {line.partition("=")[0] for above, line in pairwise(lines) if above.startswith("# ")}
    assert explained >= set(EXAMPLE)


def test_tests_do_not_depend_on_the_environment() -> None:
    source = (ROOT / "tests/settings.py").read_text()
    assert set(re.findall(r'^    "([A-Z_]+)":', source, flags=re.MULTILINE)) == set(EXAMPLE)


@pytest.mark.each_database
def test_tests_run_on_the_database_that_was_asked_for() -> None:
    assert connection.vendor == ("postgresql" if os.environ.get("TEST_DATABASE_URL") else "sqlite")


def test_a_command_says_what_is_missing_without_a_traceback(tmp_path: Path) -> None:
    environment = dict.fromkeys(EXAMPLE, "") | {"PATH": os.environ["PATH"]}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is not set.")
    assert "Traceback" not in done.stderr
