"""Saying that a role is still right: who may, what it keeps, and what is due next."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from roles import reviews
from roles.models import LifecycleChange, Role, RoleRevision
from tests.accounts import account
from tests.builders import document, written
from tests.test_admin_history import told

pytestmark = pytest.mark.django_db

DUE = "/admin/roles/role/due/"


@pytest.fixture
def owner() -> User:
    """Somebody who owns a role, sees the admin, and may change nothing."""
    user = User.objects.create_user("olga", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_role"))
    return user


@pytest.fixture
def role(owner: User) -> Role:
    """A role whose review is overdue."""
    return owned("Bridge Keeper", owner, days=-3)


def owned(name: str, owner: User | None, days: int | None = 0, **options: Any) -> Role:
    role = written(document(name), **options)
    role.owner = owner
    role.review_by = None if days is None else timezone.localdate() + timedelta(days=days)
    role.save()
    return role


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 22), 12, date(2027, 11, 22)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), 11, date(2026, 12, 15)),
    ],
)
def test_the_next_review_is_so_many_months_later(
    settings: Settings, day: date, months: int, expected: date
) -> None:
    settings.REVIEW_MONTHS = months
    assert reviews.next_review(day) == expected


def test_still_right_sets_the_next_day_and_keeps_who_said_so_without_a_revision(
    role: Role, owner: User
) -> None:
    before, overdue = RoleRevision.objects.count(), role.review_by
    assert reviews.confirm([role], owner) == 1
    role.refresh_from_db()
    assert role.review_by == reviews.next_review(timezone.localdate())
    assert role.reviewed_by == owner
    assert role.reviewed_at is not None
    assert RoleRevision.objects.count() == before
    logged = LifecycleChange.objects.of_role(role.uid).get()
    assert (logged.field, logged.before, logged.by) == ("review_by", str(overdue), owner)


def test_owners_and_editors_say_so_of_what_they_see_and_nobody_else(role: Role, owner: User) -> None:
    draft = owned("New", owner, status=Role.Status.DRAFT)
    archived = owned("Old", owner, status=Role.Status.ARCHIVED)
    assert [reviews.may_confirm(each, owner) for each in (role, draft, archived)] == [True, False, False]
    editor = account("editor")
    assert [reviews.may_confirm(each, editor) for each in (role, draft, archived)] == [True, True, False]
    assert not reviews.may_confirm(role, account("viewer"))


def test_what_is_due_is_told_apart_the_most_overdue_first(owner: User) -> None:
    for name, days in (("Late", -1), ("Later", -9), ("Today", 0), ("Soon", 30), ("Far", 31), ("Never", None)):
        owned(name, owner if name != "Far" else None, days)
    owned("Old", owner, -5, status=Role.Status.ARCHIVED)

    def names(what: str, whose: User | None = None) -> list[str]:
        found = reviews.due(Role.objects.all(), what=what, owner=whose)
        return list(found.values_list("name", flat=True))

    assert names("due") == ["Later", "Late", "Today", "Soon"]
    assert names("overdue") == ["Later", "Late"]
    assert names("soon") == ["Today", "Soon"]
    assert names("unkept") == ["Far", "Never"]
    assert names("all") == ["Later", "Late", "Today", "Soon", "Far", "Never"]
    assert names("all", owner) == ["Later", "Late", "Today", "Soon", "Never"]


# On the pages


def test_the_list_shows_one_s_own_first_and_everybody_s_on_request(role: Role, owner: User) -> None:
    owned("Ferry Master", None, -1)
    client = signed_in(owner)
    mine, everybodys = client.get(DUE), client.get(DUE, {"whose": "all"})
    assert [row.role.name for row in mine.context["rows"]] == ["Bridge Keeper"]
    assert [(row.role.name, row.may_confirm) for row in everybodys.context["rows"]] == [
        ("Bridge Keeper", True),
        ("Ferry Master", False),
    ]


def test_many_are_still_right_together(role: Role, owner: User) -> None:
    other = owned("Ferry Master", owner)
    answer = signed_in(owner).post(DUE, {"role": [role.pk, other.pk]}, follow=True)
    assert told(answer)[0].startswith("2 roles are still right, and are looked at again by ")
    assert not reviews.due(Role.objects.all()).exists()


def test_one_button_speaks_for_its_own_role_whatever_is_ticked(role: Role, owner: User) -> None:
    other = owned("Ferry Master", owner, -1)
    signed_in(owner).post(DUE, {"role": [role.pk], "only": other.pk})
    assert list(reviews.due(Role.objects.all())) == [role]


@pytest.mark.parametrize("sent", ["", "x", "0", "²", "9" * 30, "-1"])
def test_what_is_no_role_changes_nothing(role: Role, owner: User, sent: str) -> None:
    answer = signed_in(owner).post(DUE, {"role": sent}, follow=True)
    assert told(answer) == ["Nothing was changed: tick roles that you own or may edit."]


def test_the_list_leads_back_only_within_the_catalogue(role: Role, owner: User) -> None:
    client = signed_in(owner)
    assert client.post(DUE, {"only": role.pk, "back": "/roles/"}).headers["Location"] == "/roles/"
    assert client.post(DUE, {"only": role.pk, "back": "//evil.example/"}).headers["Location"] == DUE


def test_nobody_opens_the_list_who_may_not_see_roles() -> None:
    client = signed_in(User.objects.create_user("nobody", is_staff=True))
    assert client.get(DUE).status_code == 403
    assert client.post(DUE).status_code == 403


@pytest.mark.parametrize("count", [2, 7])
def test_the_list_takes_a_fixed_number_of_queries(
    owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        owned(f"Role {number}", owner)
    client = signed_in(owner)
    # Session, user, three of what one may, what waits (beside the sidebar), mine or not, number, rows.
    with django_assert_num_queries(9):
        client.get(DUE)


def test_the_public_page_has_the_button_for_its_owner_alone(role: Role, owner: User) -> None:
    address = role.get_absolute_url()
    assert "Still right" not in Client().get(address).content.decode()
    assert "Still right" not in signed_in(account("editor")).get(address).content.decode()
    assert "Still right" in signed_in(owner).get(address).content.decode()


def test_pressed_it_leads_back_and_the_page_says_when_the_role_was_reviewed(role: Role, owner: User) -> None:
    client = signed_in(owner)
    assert "by its owner" not in client.get(role.get_absolute_url()).content.decode()
    answer = client.post(f"{role.get_absolute_url()}still-right/", follow=True)
    assert answer.redirect_chain == [(role.get_absolute_url(), 302)]
    assert told(answer)[0].startswith("Thank you. It is looked at again by ")
    assert "by its owner" in Client().get(role.get_absolute_url()).content.decode()


def test_others_press_it_in_vain(role: Role) -> None:
    address = f"{role.get_absolute_url()}still-right/"
    assert Client().post(address).status_code == 403
    assert signed_in(account("viewer")).post(address).status_code == 403
    assert signed_in(account("editor")).get(address).status_code == 405
    assert Client().post("/roles/no-such-role/still-right/").status_code == 404
    role.refresh_from_db()
    assert role.reviewed_at is None
