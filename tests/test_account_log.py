"""The log of accounts, and what ends with an account's time."""

from typing import Any

import pytest
from django.conf import settings as given
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from roles.models import AccountEvent
from tests.accounts import account
from tests.test_account_powers import desk, keeper, opened, sent

__all__ = ["desk", "keeper"]

SIGN_IN = "/accounts/login/"
RIGHT, WRONG, NEW = "chosen-by-me-8846", "guessed-at-1204", "thought-up-4471"

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    user = User.objects.create_user("reader", password=RIGHT)
    AccountEvent.objects.all().delete()
    return user


def sign_in(password: str = RIGHT, name: str = "reader", **extra: Any) -> Client:
    client = Client(**extra)
    client.post(SIGN_IN, {"username": name, "password": password})
    return client


def logged() -> list[tuple[str, str, str]]:
    """Kind, account and doer of each event, the oldest first."""
    return list(AccountEvent.objects.reverse().values_list("kind", "about_name", "by_name"))


@pytest.mark.usefixtures("reader")
def test_signing_in_and_out_is_logged_with_the_address() -> None:
    sign_in(REMOTE_ADDR="192.0.2.7").post(reverse("logout"))
    assert logged() == [("signed-in", "reader", "reader"), ("signed-out", "reader", "reader")]
    assert set(AccountEvent.objects.values_list("address", flat=True)) == {"192.0.2.7"}


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(("typed", "kept"), [("reader", "reader"), ("my-secret-password", "")])
def test_a_refused_sign_in_is_logged_without_what_may_be_a_secret(typed: str, kept: str) -> None:
    sign_in(WRONG, typed)
    assert logged() == [("failed", kept, "")]


@pytest.mark.usefixtures("reader")
def test_who_goes_on_guessing_does_not_fill_the_log() -> None:
    for _try in range(given.AXES_FAILURE_LIMIT + 3):
        sign_in(WRONG)
    assert AccountEvent.objects.count() == given.AXES_FAILURE_LIMIT


def test_a_name_that_no_database_takes_is_refused_like_any_other(client: Client) -> None:
    for name in ("a\x00b", "x" * 10_000, ""):
        assert client.post(SIGN_IN, {"username": name, "password": WRONG}).status_code == 200


def test_a_new_password_is_logged_and_ends_the_other_sessions(reader: User) -> None:
    here, elsewhere = sign_in(), sign_in()
    AccountEvent.objects.all().delete()
    new = {"old_password": RIGHT, "new_password1": NEW, "new_password2": NEW}
    here.post(reverse("password_change"), new)
    assert logged() == [("password", "reader", "reader")]
    due = reverse("password_change")
    assert [client.get(due).status_code for client in (here, elsewhere)] == [200, 302]


def test_a_better_hash_of_the_same_password_is_no_new_one(reader: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        *given.PASSWORD_HASHERS,
    ]
    sign_in()
    reader.refresh_from_db()
    assert reader.password.startswith("scrypt")
    assert logged() == [("signed-in", "reader", "reader")]


def test_what_becomes_of_an_account_is_logged_with_who_did_it(desk: Client) -> None:
    fields = {"username": "nora", "usable_password": "true", "password1": RIGHT, "password2": RIGHT}
    AccountEvent.objects.all().delete()
    desk.post(reverse("admin:auth_user_add"), fields)
    nora = User.objects.get(username="nora")
    sent(desk, nora, groups=[str(Group.objects.get(name="Editors").pk)], is_staff="on")
    form = opened(desk, nora)
    del form["is_active"]
    desk.post(reverse("admin:auth_user_change", args=[nora.pk]), form)
    sent(desk, nora, is_active="on")
    desk.post(reverse("admin:auth_user_delete", args=[nora.pk]), {"post": "yes"})
    kinds = ["created", "permissions", "groups", "deactivated", "reactivated", "deleted"]
    assert logged() == [(kind, "nora", "administrator") for kind in kinds]
    given_now = AccountEvent.objects.reverse().values_list("gained", flat=True)
    assert list(given_now)[1:3] == [["staff"], ["Editors"]]


def test_a_group_that_comes_to_may_more_or_less_is_logged() -> None:
    group = Group.objects.create(name="Council")
    one = Permission.objects.get(codename="add_role")
    group.permissions.add(one)
    group.permissions.clear()
    user = User.objects.create_user("cora")
    group.user_set.add(user)
    group.user_set.clear()
    user.groups.add(group)
    group.delete()
    told = AccountEvent.objects.reverse().values_list("kind", "about_name", "gained", "lost")
    assert list(told) == [
        ("group-created", "Council", [], []),
        ("permissions", "Council", ["roles.add_role"], []),
        ("permissions", "Council", [], ["roles.add_role"]),
        ("created", "cora", [], []),
        ("groups", "cora", ["Council"], []),
        ("groups", "cora", [], ["Council"]),
        ("groups", "cora", ["Council"], []),
        ("group-deleted", "Council", [], []),
        ("groups", "cora", [], ["Council"]),
    ]


def test_who_is_deactivated_is_signed_out_at_once_and_stays_so(reader: User) -> None:
    client, other = sign_in(), Client()
    other.force_login(account("editor"))
    due = reverse("password_change")
    assert client.get(due).status_code == 200
    reader.is_active = False
    reader.save()
    assert client.get(due).status_code == 302
    reader.is_active = True
    reader.save()
    assert [one.get(due).status_code for one in (client, other)] == [302, 200]
    assert Session.objects.count() == 1


def test_who_is_deactivated_by_other_ways_is_refused_too(reader: User) -> None:
    client = sign_in()
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert client.get(reverse("password_change")).status_code == 302
    assert "_auth_user_id" not in sign_in().session


def test_a_reader_who_has_not_signed_in_costs_no_query(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        client.get("/accounts/login/")
