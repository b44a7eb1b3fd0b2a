"""What the two groups may do, as `migrate` makes them."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> User:
    user = User.objects.create_user("viewer")
    user.groups.add(Group.objects.get(name="Viewers"))
    return user


@pytest.fixture
def editor() -> User:
    user = User.objects.create_user("editor")
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.mark.parametrize(
    "permission",
    [
        "view_role",
        "add_role",
        "change_role",
        "view_draft_role",
        "add_capability",
        "change_senioritylevel",
        "delete_rolecapability",
        "delete_interaction",
        "delete_agentmcpserver",
        "delete_capabilityalias",
        "delete_roletag",
        "change_agentprofile",
        "view_rolerevision",
        "view_sourcedocument",
        "view_conflict",
        "view_loadrun",
        "add_standingtext",
        "delete_standingtext",
    ],
)
def test_editors_keep_roles_and_vocabulary(editor: User, permission: str) -> None:
    assert editor.has_perm(f"roles.{permission}")


@pytest.mark.parametrize(
    "permission",
    [
        "roles.delete_role",
        "roles.delete_capability",
        "roles.change_rolerevision",
        "roles.change_sourcedocument",
        "roles.delete_conflict",
        "auth.view_user",
        "auth.change_group",
    ],
)
def test_editors_touch_neither_history_nor_accounts(editor: User, permission: str) -> None:
    assert not editor.has_perm(permission)


def test_viewers_see_what_roles_say(viewer: User) -> None:
    assert viewer.has_perms(["roles.view_role", "roles.view_interaction", "roles.view_standingtext"])


def test_viewers_change_nothing_and_see_neither_drafts_nor_history(viewer: User) -> None:
    granted = viewer.get_all_permissions()
    assert {permission.split("_")[0] for permission in granted} == {"roles.view"}
    assert not granted & {"roles.view_draft_role", "roles.view_rolerevision", "roles.view_sourcedocument"}


def test_migrating_again_leaves_alone_what_an_administrator_changed() -> None:
    editors = Group.objects.get(name="Editors")
    editors.permissions.remove(*editors.permissions.filter(codename="add_role"))
    Group.objects.get(name="Viewers").delete()
    call_command("migrate", verbosity=0)
    assert not editors.permissions.filter(codename="add_role").exists()
    assert not Group.objects.filter(name="Viewers").exists()
