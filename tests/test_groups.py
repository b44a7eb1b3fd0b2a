"""The groups as `migrate` makes them, and what becomes of those that a catalogue had before."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

import roles.migrations

# Its number is of no importance here.
(NAME,) = (path.stem for path in Path(roles.migrations.__path__[0]).glob("*_desk_groups.py"))
migration = import_module(f"roles.migrations.{NAME}")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tables() -> Any:
    """The models as the migration sees them."""
    return MigrationLoader(None).project_state(("roles", NAME)).apps


@pytest.fixture(autouse=True)
def before() -> None:
    """The groups of a catalogue that knew Viewers and Editors only."""
    Group.objects.exclude(name__in=["Viewers", "Editors"]).delete()
    for group in Group.objects.all():
        names = [name.removeprefix("roles.") for name in migration.earlier(group.name)]
        group.permissions.set(Permission.objects.filter(content_type__app_label="roles", codename__in=names))


def migrate(tables: Any) -> None:
    migration.grant(tables, SimpleNamespace(connection=connection))


def person(name: str, *groups: str) -> User:
    user = User.objects.create_user(name)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def may(user: User, permission: str) -> bool:
    # Asked anew, since a user remembers.
    return User.objects.get(pk=user.pk).has_perm(permission)


def give(holder: Any, codename: str) -> None:
    holder.add(Permission.objects.get(content_type__app_label="roles", codename=codename))


def test_who_was_an_editor_goes_on_publishing_and_keeping_the_vocabulary(tables: Any) -> None:
    anna = person("anna", "Editors")
    lost = {name for name in migration.earlier("Editors") if not may(anna, name)}
    migrate(tables)
    assert not lost
    assert all(may(anna, name) for name in migration.earlier("Editors") | {"roles.publish_role"})


def test_who_becomes_an_editor_later_adds_words_but_does_not_change_them(tables: Any) -> None:
    migrate(tables)
    bert = person("bert", "Editors")
    asked = ["add_capability", "change_role", "change_capability", "change_capabilityalias", "publish_role"]
    assert [may(bert, f"roles.{name}") for name in asked] == [True, True, False, False, False]


def test_a_group_that_was_changed_keeps_what_it_has_and_gets_what_is_new(tables: Any) -> None:
    editors = Group.objects.get(name="Editors")
    editors.permissions.remove(*editors.permissions.filter(codename="add_role"))
    migrate(tables)
    bert = person("bert", "Editors")
    assert [may(bert, f"roles.{name}") for name in ("add_role", "change_capability", "add_proposal")] == [
        False,
        True,
        True,
    ]


def test_a_group_that_was_deleted_stays_deleted(tables: Any) -> None:
    Group.objects.get(name="Viewers").delete()
    migrate(tables)
    assert not Group.objects.filter(name="Viewers").exists()


def test_who_changes_roles_by_other_ways_goes_on_publishing_them(tables: Any) -> None:
    give(Group.objects.create(name="Works council").permissions, "change_role")
    council, alone, reader = person("cora", "Works council"), person("dora"), person("emil", "Viewers")
    give(alone.user_permissions, "change_role")
    migrate(tables)
    assert [may(user, "roles.publish_role") for user in (council, alone, reader)] == [True, True, False]


def test_migrating_again_leaves_alone_what_an_administrator_changed() -> None:
    editors = Group.objects.get(name="Editors")
    editors.permissions.remove(*editors.permissions.filter(codename="add_role"))
    Group.objects.get(name="Viewers").delete()
    call_command("migrate", verbosity=0)
    assert not editors.permissions.filter(codename="add_role").exists()
    assert not Group.objects.filter(name="Viewers").exists()
