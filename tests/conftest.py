"""What all tests share."""

import gc
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.test import Client
from hypothesis import HealthCheck, settings

from tests import tables
from tests.accounts import account
from tests.threads import Threads

# Deadlines measure the machine, not the code; continuous integration tries the same examples every time. On
# PostgreSQL a few say whether it does the same.
settings.register_profile(
    "catalogue",
    deadline=None,
    max_examples=25 if connection.vendor == "sqlite" else 8,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
settings.load_profile("catalogue")


# What is shown, to whom, and the forms: over code whose own tests run on each database.
OF_SCREENS = (
    "test_admin_",
    "test_pages_",
    "test_drafts_stay_hidden",
    "test_languages",
    "test_permissions",
    "test_previews",
    "test_single_sign_on",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what may come out otherwise there: the rest has been run on SQLite."""
    if not os.environ.get("TEST_DATABASE_URL", "").startswith("postgres"):
        return
    chosen = [item for item in items if asks_its_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def asks_its_database(item: pytest.Item) -> bool:
    """Whether a test asks a database for something and, if it is of screens, counts the queries.

    Those that count show every page with several rows of everything. Others say that they are for each.
    """
    fixtures = set(getattr(item, "fixturenames", ()))
    asks = fixtures & {"db", "transactional_db", "live_server"} or item.get_closest_marker("django_db")
    counts = fixtures & {"django_assert_num_queries", "django_assert_max_num_queries"}
    chosen = counts if item.path.name.startswith(OF_SCREENS) else asks
    return bool(chosen or item.get_closest_marker("each_database"))


def pytest_collection_finish() -> None:
    keep_from_collector()


@pytest.fixture(autouse=True, scope="module")
def collected() -> Iterator[None]:
    yield
    keep_from_collector()


def keep_from_collector() -> None:
    """Keep the collector of garbage from looking again and again at what stays, as modules, tests and caches.

    Else it takes a third of all time: a load calls it after each batch, and each look takes a third of a
    second in a process of this size.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Before pytest-django migrates its database in memory, put tables there that are migrated already."""
    if connection.vendor != "sqlite":
        yield
        return
    creation: Any = connection.creation
    name = creation._get_test_db_name()
    # It lasts as long as somebody is connected to it.
    with closing(sqlite3.connect(name, uri=True)) as memory:
        with closing(sqlite3.connect(tables.migrated())) as made:
            made.backup(memory)
        yield


@pytest.fixture
def viewer(db: None) -> User:
    """Somebody of the group Viewers."""
    return account("viewer")


@pytest.fixture
def editor(db: None) -> User:
    """Somebody of the group Editors, who proposes changes of published roles."""
    return account("editor")


@pytest.fixture
def reviewer(db: None) -> User:
    """Somebody of the group Reviewers, whose changes count at once."""
    return account("reviewer")


@pytest.fixture
def administrator(db: None) -> User:
    """Somebody of the group Administrators, and no superuser."""
    return account("administrator")


@pytest.fixture
def viewer_client(viewer: User) -> Client:
    """A browser in which a viewer has signed in."""
    return signed_in(viewer)


@pytest.fixture
def editor_client(editor: User) -> Client:
    """A browser in which an editor has signed in."""
    return signed_in(editor)


@pytest.fixture
def reviewer_client(reviewer: User) -> Client:
    """A browser in which a reviewer has signed in."""
    return signed_in(reviewer)


@pytest.fixture
def administrator_client(administrator: User) -> Client:
    """A browser in which an administrator has signed in."""
    return signed_in(administrator)


def signed_in(user: User) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def in_process(db: None) -> Iterator[None]:
    """Requests to the application in this process leave the test's connection open, as its client does."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Threads:
    """Threads that find the database as it was migrated."""
    if connection.vendor == "sqlite":
        # Connections can't write into one database in memory at once, so they get a copy of it in a file.
        file = tmp_path / "copy.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
        monkeypatch.setitem(connections.settings["default"], "NAME", str(file))
    return Threads()
