"""The lifecycle of a role: what is kept of each change of its status, owner, review date and successor."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from roles import lifecycle
from roles.models import LifecycleChange, Role, RoleRevision
from tests.accounts import account
from tests.builders import document, edit, written

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


def test_the_history_tells_who_published_and_archived_among_the_revisions(client: Client, ruth: User) -> None:
    role = written(document("Welder"), status=Role.Status.DRAFT)
    lifecycle.change(role, by=ruth, reason="Ready", status=Role.Status.PUBLISHED)
    edit("welder", mission="Weld.")
    heir = written(document("Joiner"))
    lifecycle.change(role, by=ruth, status=Role.Status.ARCHIVED, successor=heir, review_by=date(2027, 1, 31))
    client.force_login(account("reviewer"))
    page = client.get(f"/admin/roles/rolerevision/of/{role.uid}/").content.decode()
    told = [
        "Archived the role",
        "Gave the review date “Jan. 31, 2027”",
        "Gave the successor “joiner”",
        "Wrote the mission",
        "Published the role",
        "Made the role",
    ]
    places = [page.index(sentence) for sentence in told]
    assert max(places[:3]) < places[3] < places[4] < places[5]
    assert "Ready" in page


def test_each_page_of_the_history_has_the_changes_that_belong_there(ruth: User) -> None:
    role = written(document("Welder"))
    lifecycle.change(role, by=ruth, status=Role.Status.ARCHIVED)
    edit("welder", mission="Weld.")
    lifecycle.change(role, by=ruth, status=Role.Status.PUBLISHED)
    newest, oldest = RoleRevision.objects.of_role(role.uid)
    assert [each.after for each in lifecycle.between(role.uid, [newest])] == ["published"]
    assert [each.after for each in lifecycle.between(role.uid, [oldest])] == ["archived"]
    assert lifecycle.between(role.uid, []) == []
