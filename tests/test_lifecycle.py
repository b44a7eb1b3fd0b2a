"""The lifecycle of a role: what is kept of each change of its status, owner, review date and successor."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from roles import lifecycle
from roles.models import LifecycleChange, Role, RoleRevision
from tests.builders import document, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth() -> User:
    return User.objects.create_user("ruth")


def test_each_change_is_kept_with_who_when_why_and_what_it_was_before(ruth: User) -> None:
    role, heir = written(document("Welder")), written(document("Joiner"))
    lifecycle.change(role, by=ruth, reason="Reorganised", status=Role.Status.ARCHIVED, successor=heir)
    lifecycle.change(role, by=None, by_name="Command", owner=ruth, review_by=date(2027, 1, 31))
    kept = LifecycleChange.objects.of_role(role.uid).order_by("id")
    assert [(each.field, each.before, each.after, each.by_name, each.reason) for each in kept] == [
        ("status", "published", "archived", "ruth", "Reorganised"),
        ("successor", "", "joiner", "ruth", "Reorganised"),
        ("owner", "", "ruth", "Command", ""),
        ("review_by", "", "2027-01-31", "Command", ""),
    ]
    role.refresh_from_db()
    assert (role.status, role.successor, role.owner, role.review_by) == (
        "archived",
        heir,
        ruth,
        date(2027, 1, 31),
    )


def test_what_is_not_named_stays(ruth: User) -> None:
    role = written(document("Welder"))
    lifecycle.change(role, by=ruth, owner=ruth)
    lifecycle.change(role, by=ruth, status="archived")
    assert Role.objects.get().owner == ruth


def test_a_change_to_what_is_there_already_is_none(ruth: User) -> None:
    role = written(document("Welder"))
    assert lifecycle.change(role, by=ruth, status="published", owner=None, review_by=None) == []
    assert not LifecycleChange.objects.exists()


def test_what_is_kept_is_held_against_the_database_and_not_against_an_older_reading(ruth: User) -> None:
    role = written(document("Welder"))
    Role.objects.update(status="archived")
    assert role.status == "published"
    assert lifecycle.change(role, by=ruth, status="archived") == []


def test_publishing_a_draft_lets_everybody_see_its_newest_revision(ruth: User) -> None:
    role = written(document("Welder"), status=Role.Status.DRAFT)
    assert RoleRevision.objects.get().draft
    lifecycle.change(role, by=ruth, status=Role.Status.PUBLISHED)
    assert not RoleRevision.objects.get().draft


def test_the_log_outlives_the_role(ruth: User) -> None:
    role = written(document("Welder"))
    lifecycle.change(role, by=ruth, status="archived")
    uid = role.uid
    role.delete()
    ruth.delete()
    assert LifecycleChange.objects.of_role(uid).get().by_name == "ruth"
