"""Changing many roles together, and undoing that as one."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles import bulk, proposals, store
from roles.bulk import Wanted
from roles.documents.document import Capability
from roles.models import (
    BulkChange,
    JobFamily,
    LifecycleChange,
    ProficiencyLevel,
    Proposal,
    Role,
    RoleRevision,
)
from roles.models import Capability as Word
from tests.accounts import account
from tests.builders import document, edit, written
from tests.test_admin_role import form_of
from tests.test_archiving import told
from tests.test_impact import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return account("reviewer")


@pytest.fixture
def roles() -> list[Role]:
    """Three published roles, of which the first needs something at a level, and a draft."""
    written(document("Cook", capabilities=(Capability(name="Soups", level="Novice"),)))
    written(document("Waiter"))
    written(document("Baker", capabilities=(Capability(name="soups"),)))
    written(document("Sommelier"), status=Role.Status.DRAFT)
    return list(Role.objects.all())


def family() -> JobFamily:
    return JobFamily.objects.get_or_create(name="Kitchen")[0]


def expert() -> ProficiencyLevel:
    return ProficiencyLevel.objects.get(name="Expert")


def soups() -> Word:
    return Word.objects.get(name="Soups")


def planned(wanted: Wanted, user: User) -> dict[str, bulk.Planned]:
    found = bulk.selected(Role.objects.values_list("pk", flat=True))
    return {each.role.slug: each for each in bulk.plan(found, wanted, user)}


def do(wanted: Wanted, user: User) -> BulkChange:
    change = store.Change(origin=RoleRevision.Origin.ADMIN, author=user, reason="New order")
    return bulk.apply(list(planned(wanted, user).values()), wanted, change)


def undo(made: BulkChange, user: User) -> dict[str, list[str]]:
    change = store.Change(origin=RoleRevision.Origin.RESTORE, author=user, reason="Not so")
    return {way.row.name: list(way.left) for way in bulk.undo(made, change, user) if way.left}


def state() -> list[Any]:
    roles = Role.objects.select_related("revision").order_by("pk")
    return [(store.read(each), each.status, each.owner_id, each.review_by, each.family_id) for each in roles]


def levels(slug: str) -> list[tuple[str, str | None]]:
    said = store.current(Role.objects.select_related("revision").get(slug=slug))
    return [(each.name, each.level) for each in said.capabilities]


def test_many_roles_get_another_family_in_one_step(roles: list[Role], reviewer: User) -> None:
    made = do(Wanted(family=family()), reviewer)
    assert set(Role.objects.values_list("family__name", "family_name")) == {("Kitchen", "Kitchen")}
    assert set(RoleRevision.objects.filter(number=2).values_list("author_name", "reason")) == {
        ("reviewer", "New order")
    }
    assert (made.roles.count(), made.asked, made.reason) == (4, {"family": "Kitchen"}, "New order")


def test_a_role_that_has_it_already_gets_no_revision(roles: list[Role], reviewer: User) -> None:
    wanted = Wanted(family=family())
    edit("cook", family="kitchen")
    made = do(wanted, reviewer)
    assert "Cook" not in made.roles.values_list("name", flat=True)
    assert Role.objects.get(slug="cook").revisions.count() == 2


def test_status_owner_and_review_date_are_kept_in_the_log(roles: list[Role], reviewer: User) -> None:
    owner = User.objects.create_user("olga")
    do(Wanted(owner=owner, review_by=date(2027, 3, 1), status=Role.Status.PUBLISHED), reviewer)
    assert set(Role.objects.values_list("status", "owner", "review_by")) == {
        ("published", owner.pk, date(2027, 3, 1))
    }
    assert set(LifecycleChange.objects.values_list("by_name", "reason")) == {("reviewer", "New order")}
    assert not RoleRevision.objects.filter(draft=True).exists()


def test_a_capability_is_added_where_it_is_missing(roles: list[Role], reviewer: User) -> None:
    soups().aliases.create(name="Broths")
    edit("waiter", capabilities=(Capability(name="broths"),))
    wanted = Wanted(capability=soups(), do="add", level=expert())
    plan = planned(wanted, reviewer)
    assert {slug for slug, each in plan.items() if each.changes} == {"sommelier"}
    assert plan["cook"].refusals == ["It names Soups already, at Novice."]
    do(wanted, reviewer)
    assert levels("sommelier") == [("Soups", "Expert")]


def test_a_level_is_set_where_the_capability_is_named(roles: list[Role], reviewer: User) -> None:
    wanted = Wanted(capability=soups(), do="level", level=expert())
    assert planned(wanted, reviewer)["waiter"].refusals == ["It does not name Soups."]
    do(wanted, reviewer)
    assert (levels("cook"), levels("baker"), levels("waiter")) == (
        [("Soups", "Expert")],
        [("soups", "Expert")],
        [],
    )


def test_a_capability_is_taken_away(roles: list[Role], reviewer: User) -> None:
    do(Wanted(capability=soups(), do="remove"), reviewer)
    assert levels("cook") == levels("baker") == []


def test_a_draft_is_not_archived(roles: list[Role], reviewer: User) -> None:
    do(Wanted(status=Role.Status.ARCHIVED), reviewer)
    assert dict(Role.objects.values_list("slug", "status"))["sommelier"] == "draft"
    assert Role.objects.filter(status="archived").count() == 3


def test_an_editor_proposes_for_published_roles_and_writes_drafts(roles: list[Role]) -> None:
    editor = account("editor")
    plan = planned(Wanted(family=family(), review_by=date(2027, 3, 1)), editor)
    assert [slug for slug, each in plan.items() if each.proposed] == ["baker", "cook", "waiter"]
    assert plan["cook"].refusals == ["Only a reviewer changes owner and review date of a published role."]
    do(Wanted(family=family(), review_by=date(2027, 3, 1)), editor)
    assert list(Role.objects.filter(family_name="Kitchen").values_list("slug", flat=True)) == ["sommelier"]
    assert Proposal.objects.open().count() == 3
    assert list(Role.objects.exclude(review_by=None).values_list("slug", flat=True)) == ["sommelier"]


def test_an_editor_asks_to_publish_a_draft(roles: list[Role]) -> None:
    do(Wanted(status=Role.Status.PUBLISHED), account("editor"))
    assert Role.objects.get(slug="sommelier").status == "draft"
    assert Proposal.objects.get().status == "published"


# Undoing ----------------------------------------------------------------------------------------------------


def test_undone_all_is_as_it_was(roles: list[Role], reviewer: User) -> None:
    before = state()
    owner = User.objects.create_user("olga")
    wanted = Wanted(
        family=family(),
        owner=owner,
        review_by=date(2027, 3, 1),
        capability=soups(),
        do="remove",
        status=Role.Status.PUBLISHED,
    )
    made = do(wanted, reviewer)
    assert undo(made, reviewer) == {}
    assert state() == before
    assert undo(made, reviewer) == {}


def test_what_was_changed_since_is_left_and_named(roles: list[Role], reviewer: User) -> None:
    made = do(Wanted(family=family(), review_by=date(2027, 3, 1)), reviewer)
    edit("cook", family="Service", mission="Cook.")
    Role.objects.filter(slug="waiter").update(review_by=date(2028, 1, 1))
    Role.objects.get(slug="baker").delete()
    assert undo(made, reviewer) == {
        "Baker": ["The role was deleted since."],
        "Cook": ["Job family was changed since and stays as it is."],
        "Waiter": ["The review by was changed since and stays as it is."],
    }
    cook = Role.objects.get(slug="cook")
    assert (cook.family_name, cook.mission, cook.review_by) == ("Service", "Cook.", None)
    assert made.left[0] == "Baker: The role was deleted since."


def test_undoing_withdraws_what_was_proposed(roles: list[Role]) -> None:
    editor = account("editor")
    undo(do(Wanted(family=family()), editor), editor)
    assert set(Proposal.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Role.objects.exclude(family_name="").exists()


def test_an_editor_does_not_undo_what_a_reviewer_changed_in_published_roles(
    roles: list[Role], reviewer: User
) -> None:
    made = do(Wanted(family=family()), reviewer)
    assert set(undo(made, account("editor"))) == {"Baker", "Cook", "Waiter"}
    assert Role.objects.filter(family_name="Kitchen").count() == 3


def test_each_further_role_takes_one_query_more_at_most(reviewer: User) -> None:
    counts = []
    wanted = Wanted(family=family(), review_by=date(2027, 3, 1))
    for names in ("AB", "CDEFGHIJ"):
        for name in names:
            written(document(name))
        pks = Role.objects.filter(name__in=list(names)).values_list("pk", flat=True)
        change = store.Change(origin=RoleRevision.Origin.ADMIN, author=reviewer)
        with CaptureQueriesContext(connection) as queries:
            made = bulk.apply(bulk.plan(bulk.selected(pks), wanted, reviewer), wanted, change)
            bulk.undo(made, change, reviewer)
        counts.append(len(queries))
    # Six roles more, each saved once there and once back.
    assert counts[1] - counts[0] <= 12


# In the admin -----------------------------------------------------------------------------------------------


def ask(client: Client, **values: object) -> Any:
    sent = {"roles": ",".join(str(pk) for pk in Role.objects.values_list("pk", flat=True)), **values}
    return client.post(reverse("admin:roles_role_bulk"), sent, follow=True)


def test_ticked_roles_are_changed_after_a_look_with_one_reason_and_undone(roles: list[Role]) -> None:
    client, before = signed_in("reviewer"), state()
    ticked = {"action": "change_together", "_selected_action": [role.pk for role in roles]}
    page = client.post(reverse("admin:roles_role_changelist"), ticked)
    fields = form_of(page.content.decode(), "step_form")
    page = client.post(reverse("admin:roles_role_bulk"), fields | {"family": str(family().pk)})
    html = page.content.decode()
    assert [str(cell) for cell in page.context["table"]["rows"][1]][1:] == [
        "Gave the job family “Kitchen”",
        "",
    ]
    assert state() == before
    fields = form_of(html, "step_form") | {"apply": "1"}
    assert "reason" in client.post(reverse("admin:roles_role_bulk"), fields).context["form"].errors
    answer = client.post(reverse("admin:roles_role_bulk"), fields | {"reason": "New order"}, follow=True)
    made = BulkChange.objects.get()
    address = reverse("admin:roles_bulkchange_undo", args=[made.pk])
    assert told(answer)[0].startswith("4 roles are changed.")
    assert address in told(answer)[0]
    assert address in client.get(reverse("admin:roles_bulkchange_changelist")).content.decode()
    assert "It gets back what it had." in client.get(address).content.decode()
    assert told(client.post(address, {"reason": "Not so"}, follow=True))[-1] == "The change is undone."
    assert state() == before
    assert told(client.post(address, {"reason": "Again"}, follow=True)) == ["This was undone already."]


def test_what_was_changed_after_the_look_is_looked_at_again(roles: list[Role]) -> None:
    client = signed_in("reviewer")
    fields = form_of(ask(client, family=family().pk).content.decode(), "step_form")
    edit("cook", mission="Cook.")
    sent = fields | {"apply": "1", "reason": "New order"}
    page = client.post(reverse("admin:roles_role_bulk"), sent)
    assert "changed meanwhile" in str(page.context["form"].non_field_errors())
    assert not BulkChange.objects.exists()
    again = form_of(page.content.decode(), "step_form") | {"apply": "1"}
    client.post(reverse("admin:roles_role_bulk"), again)
    assert BulkChange.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"family": "x"},
        {"family": "9" * 40},
        {"owner": "\x00"},
        {"status": "gone"},
        {"review_by": "yesterday"},
        {"do": "level", "capability": "1"},
        {"level": "1"},
    ],
)
def test_what_can_not_be_asked_for_is_told(roles: list[Role], values: dict[str, str]) -> None:
    page = ask(signed_in("reviewer"), **values)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("sent", ["", "0", "x,\x00", "9" * 30, "-1"])
def test_without_a_role_the_list_is_shown(roles: list[Role], sent: str) -> None:
    answer = signed_in("reviewer").post(reverse("admin:roles_role_bulk"), {"roles": sent}, follow=True)
    assert told(answer) == ["Tick the roles in the list first."]


def test_who_only_reads_changes_nothing_together(roles: list[Role]) -> None:
    client = signed_in("viewer")
    assert ask(client, family=family().pk).status_code == 403
    made = BulkChange.objects.create(asked={})
    assert client.post(reverse("admin:roles_bulkchange_undo", args=[made.pk])).status_code == 403
    assert client.get(reverse("admin:roles_bulkchange_changelist")).status_code == 403


def test_an_editor_does_not_withdraw_what_somebody_else_proposed(roles: list[Role]) -> None:
    made = do(Wanted(family=family()), account("editor"))
    waiting = Proposal.objects.open().count()
    assert set(undo(made, account("second-editor"))) == {"Baker", "Cook", "Waiter"}
    assert Proposal.objects.open().count() == waiting


def test_an_editor_does_not_undo_what_a_reviewer_published_since(roles: list[Role], reviewer: User) -> None:
    editor = account("editor")
    made = do(Wanted(owner=reviewer, status=Role.Status.PUBLISHED), editor)
    proposals.apply(Proposal.objects.get(role__slug="sommelier"), reviewer)
    assert "Sommelier" in undo(made, editor)
    assert Role.objects.get(slug="sommelier").owner == reviewer
