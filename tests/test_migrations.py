"""A catalogue that is in use is brought up to date."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

BEFORE = ("roles", "0006_interaction_direction")


def migrated(*targets: tuple[str, str]) -> StateApps:
    """The tables as these migrations leave them."""
    for target in targets or [("roles",)]:
        call_command("migrate", *target, verbosity=0)
    return MigrationExecutor(connection).loader.project_state(list(targets) or None).apps


@pytest.fixture
def earlier(transactional_db: None) -> Iterator[StateApps]:
    """The tables as they were when identifiers were compared as they are written."""
    yield migrated(BEFORE)
    migrated()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_identifiers_that_are_there_are_found_however_they_are_spelled(earlier: StateApps) -> None:
    role = earlier.get_model("roles", "Role").objects.create(name="Cook", slug="cook", sort_key="")
    earlier.get_model("roles", "RoleIdentifier").objects.create(role=role, scheme="role-code", value="COOK1")
    later = migrated()
    row = later.get_model("roles", "RoleIdentifier").objects.get()
    assert (row.value, row.folded) == ("COOK1", "cook1")
