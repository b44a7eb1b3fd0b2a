"""A catalogue that is in use is brought up to date."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from roles import history, lifecycle, store
from roles.models import RevisionCounter, Role, RoleEvent, RoleRevision
from tests.accounts import account
from tests.builders import change, document, edit, written
from tests.test_events import Follower

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


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_happened_before_there_were_events_is_told_from_the_revisions() -> None:
    roles = {
        name: written(document(name, family="River Works"), status=Role.Status(status))
        for name, status in [
            *(("Open", "published"), ("Closed", "archived"), ("Draft", "draft"), ("Shown", "draft")),
            *(("Hidden", "published"), ("Back", "published"), ("Gone", "published"), ("Never", "draft")),
            *(("Went", "published"), ("Left", "published")),
        ]
    }
    for name in ("open", "hidden", "shown"):
        edit(name, mission="Otherwise.", slug=f"{name}-2", family="Harbour")
    lifecycle.change(roles["Shown"], by=None, status="published")
    lifecycle.change(roles["Hidden"], by=None, status="draft")
    edit("hidden-2", mission="In secret.", name="Secret")
    lifecycle.change(roles["Went"], by=None, status="draft")
    deleted = [roles[name] for name in ("Back", "Gone", "Never", "Went")]
    history.delete(deleted, store.Change(origin=RoleRevision.Origin.DELETE))
    history.bring_back(roles["Back"].uid, change())
    lifecycle.change(Role.objects.get(slug="left"), by=None, by_name="Hanna", reason="Why", status="archived")
    last = RevisionCounter.objects.get().last
    of_revisions = RoleEvent.objects.filter(
        number__in=RoleRevision.objects.values_list("catalogue_number", flat=True)
    )
    columns = [field.attname for field in RoleEvent._meta.concrete_fields]
    before = list(of_revisions.order_by("number").values(*columns))

    migrated(("roles", "0024_catalogue_state"))
    migrated()

    after = list(of_revisions.order_by("number").values(*columns))
    # Of these two the revisions alone do not say that everybody saw them from the start, or that nobody did.
    unsaid = {"closed", "shown-2"}
    assert [row for row in after if row["slug"] not in unsaid] == [
        row for row in before if row["slug"] not in unsaid
    ]
    for user in (AnonymousUser(), account("editor")):
        Follower(user, from_the_beginning=True).follow()
    new = RoleEvent.objects.filter(number__gt=last)
    assert {(event.slug, event.kind) for event in new} == {
        *(("closed", "archived"), ("left", "archived"), ("hidden-2", "hidden"), ("went", "deleted"))
    }
    archived = new.get(slug="left")
    assert (archived.by_name, archived.reason, archived.family) == ("Hanna", "Why", "river-works")
    assert RevisionCounter.objects.get().last == new.latest("number").number
