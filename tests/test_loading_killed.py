"""A load that is killed leaves whole roles, and the next one completes it: real processes, SIGKILL."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests import tables
from tests.benchmarks.documents import write_documents

pytestmark = pytest.mark.each_database

FILES = 240
"""Enough for three transactions."""

LOOK = """
import django, json
django.setup()
from roles import store
from roles.models import Conflict, Role, RoleRevision, SearchDocument, SourceDocument
roles = Role.objects.select_related("revision")
print(json.dumps({
    "broken": [
        role.slug for role in roles
        if store.current(role) != store.read(role)
        or not role.documents.exists()
        or not SearchDocument.objects.filter(role=role).exists()
    ],
    "roles": roles.count(),
    "documents": SourceDocument.objects.count(),
    "numbers": list(RoleRevision.objects.order_by("catalogue_number").values_list("number", flat=True)),
    "linked": sorted(
        Role.objects.filter(interactions__partner__isnull=False).values_list("slug", flat=True).distinct()
    ),
}))
"""


class Catalogue:
    """A catalogue of its own that only other processes use."""

    def __init__(self, url: str) -> None:
        values = {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.options: dict[str, Any] = {"cwd": settings.BASE_DIR, "env": os.environ | values}

    def manage(self, *arguments: str) -> str:
        """What a command of manage.py prints."""
        command = [sys.executable, "manage.py", *arguments]
        return str(subprocess.run(command, check=True, capture_output=True, text=True, **self.options).stdout)

    def killed(self, folder: Path, after: float) -> bool:
        """Begin to load a folder, and kill the process after so many seconds. Whether it was still alive."""
        command = [sys.executable, "manage.py", "load_roles", str(folder), "--verbosity", "0"]
        with subprocess.Popen(command, **self.options) as process:
            time.sleep(after)
            process.kill()
        return process.returncode < 0

    def look(self) -> dict[str, Any]:
        """What is in it."""
        command = [sys.executable, "-c", LOOK]
        done = subprocess.run(command, check=True, capture_output=True, text=True, **self.options)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue, on the database that the tests run on."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield Catalogue(f"sqlite:///{tables.copy_to(tmp_path / 'killed.sqlite3')}")
        return
    name = f"killed_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            empty = Catalogue(server.replace("/postgres?", f"/{name}?"))
            empty.manage("migrate", "--verbosity", "0")
            yield empty
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_load_that_is_killed_again_and_again_leaves_whole_roles_and_is_completed(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    folder = tmp_path / "roles"
    write_documents(folder, FILES)
    # From before anything is read until after everything is written, in steps that fall anywhere.
    delay, kills = 0.7, 0
    while kills < 4 and catalogue.killed(folder, delay):
        kills += 1
        delay += 0.7
        assert catalogue.look()["broken"] == []
    assert kills
    report = json.loads(catalogue.manage("load_roles", str(folder), "--format", "json"))
    assert report["counts"]["failed"] == 0
    found = catalogue.look()
    assert (found["broken"], found["documents"]) == ([], FILES)
    # No role was written twice, and every partner was found.
    assert found["numbers"] == [1] * found["roles"]
    assert len(found["linked"]) == found["roles"]
    again = json.loads(catalogue.manage("load_roles", str(folder), "--format", "json"))
    assert (again["counts"]["unchanged"], again["changed"]) == (FILES, [])
