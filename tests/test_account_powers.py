"""Nobody gives away, or takes over, more than they have: who keeps accounts in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from roles.models import PasswordChangeDue
from tests.accounts import account
from tests.test_admin_role import form_of

PASSWORD = "handed-out-7319"

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> User:
    """An administrator who is no superuser."""
    return account("administrator")


@pytest.fixture
def desk(keeper: User) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


def address(item: Any, page: str = "change") -> str:
    return reverse(f"admin:auth_{item._meta.model_name}_{page}", args=[item.pk])


def opened(client: Client, item: Any) -> dict[str, Any]:
    return form_of(client.get(address(item)).content.decode(), f"{item._meta.model_name}_form")


def sent(client: Client, item: Any, **values: Any) -> int:
    """The status of the answer to a form that was opened, changed and sent."""
    return client.post(address(item), opened(client, item) | values).status_code


def names(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def group(name: str) -> str:
    return str(Group.objects.get(name=name).pk)


def test_an_administrator_puts_somebody_into_a_group_and_takes_effect_at_once(desk: Client) -> None:
    editor = account("editor")
    client = Client()
    client.force_login(editor)
    assert client.get(reverse("admin:roles_capability_add")).status_code == 200
    assert client.get(reverse("admin:roles_standingtext_add")).status_code == 403
    assert sent(desk, editor, groups=[group("Reviewers")]) == 302
    assert names(editor) == {"Reviewers"}
    assert client.get(reverse("admin:roles_standingtext_add")).status_code == 200


@pytest.mark.parametrize("page", ["change", "delete", "password_change"])
def test_an_administrator_does_not_touch_a_superuser(desk: Client, admin_user: User, page: str) -> None:
    answer = desk.post(
        address(admin_user, page), {"post": "yes", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 403


def test_an_administrator_makes_nobody_a_superuser(desk: Client, keeper: User) -> None:
    editor = account("editor")
    right = Permission.objects.get(codename="delete_session")
    for user in (editor, keeper):
        assert sent(desk, user, is_superuser="on", user_permissions=[str(right.pk)]) == 302
        user.refresh_from_db()
        assert (user.is_superuser, user.user_permissions.count()) == (False, 0)


def test_an_administrator_gives_no_group_that_may_more(desk: Client, keeper: User) -> None:
    stronger = Group.objects.create(name="Machines")
    stronger.permissions.add(Permission.objects.get(codename="delete_session"))
    for user in (account("editor"), keeper):
        assert sent(desk, user, groups=[str(stronger.pk)]) == 200
        assert "Machines" not in names(user)


@pytest.mark.parametrize("page", ["change", "delete"])
def test_an_administrator_changes_no_group_that_may_more(desk: Client, page: str) -> None:
    stronger = Group.objects.create(name="Machines")
    stronger.permissions.add(Permission.objects.get(codename="delete_session"))
    assert desk.post(address(stronger, page), {"name": "Machines", "post": "yes"}).status_code == 403


def test_an_administrator_grants_no_permission_that_they_lack(desk: Client) -> None:
    right = Permission.objects.get(codename="delete_session")
    group = Group.objects.get(name="Administrators")
    assert sent(desk, group, permissions=[str(right.pk)]) == 200
    assert not group.permissions.filter(pk=right.pk).exists()


@pytest.mark.parametrize("active", [True, False])
def test_an_administrator_takes_over_no_account_that_may_more(desk: Client, active: bool) -> None:
    other = User.objects.create_user("other", is_active=active)
    other.user_permissions.add(Permission.objects.get(codename="delete_session"))
    answer = desk.post(address(other, "password_change"), {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 403


def test_nobody_deactivates_or_deletes_their_own_account(desk: Client, keeper: User) -> None:
    form = opened(desk, keeper)
    del form["is_active"]
    assert "deactivate your own account" in desk.post(address(keeper), form).text
    assert desk.post(address(keeper, "delete"), {"post": "yes"}).status_code == 403


def test_many_accounts_are_not_deleted_with_one_among_them_that_may_more(
    desk: Client, admin_user: User
) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [admin_user.pk, account("editor").pk]}
    desk.post(reverse("admin:auth_user_changelist"), chosen | {"post": "yes"})
    assert User.objects.filter(username__in=["admin", "editor"]).count() == 2


def test_a_superuser_gives_whatever_there_is(admin_client: Client) -> None:
    editor = account("editor")
    right = Permission.objects.get(codename="delete_session")
    assert sent(admin_client, editor, is_superuser="on", user_permissions=[str(right.pk)]) == 302
    editor.refresh_from_db()
    assert (editor.is_superuser, editor.user_permissions.count()) == (True, 1)


def test_a_password_that_an_administrator_chose_is_to_be_changed(desk: Client) -> None:
    fields = {"username": "nora", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert desk.post(reverse("admin:auth_user_add"), fields).status_code == 302
    nora = User.objects.get(username="nora")
    assert PasswordChangeDue.concerns(nora)
    PasswordChangeDue.objects.all().delete()
    assert desk.post(address(nora, "password_change"), fields).status_code == 302
    assert PasswordChangeDue.concerns(nora)


def test_a_password_of_ones_own_is_not(desk: Client, keeper: User) -> None:
    fields = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert desk.post(address(keeper, "password_change"), fields).status_code == 302
    assert not PasswordChangeDue.concerns(keeper)


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("short-1", "at least 10 characters"),
        ("password123", "too common"),
        ("81726354901", "entirely numeric"),
        ("nora.example", "too similar to the username"),
    ],
)
def test_a_weak_password_is_refused(desk: Client, password: str, because: str) -> None:
    fields = {"username": "nora.example", "usable_password": "true"}
    answer = desk.post(
        reverse("admin:auth_user_add"), fields | {"password1": password, "password2": password}
    )
    assert because in answer.text


def test_whoever_chooses_an_owner_finds_nobody_by_an_address_that_the_choice_does_not_show(
    editor_client: Client,
) -> None:
    User.objects.create_user("zed", "needle@example.org")
    asked = {"app_label": "roles", "model_name": "role", "field_name": "owner"}
    for term, found in (("needle@example", []), ("zed", ["zed"])):
        answer = editor_client.get("/admin/autocomplete/", {**asked, "term": term}).json()
        assert [each["text"] for each in answer["results"]] == found
