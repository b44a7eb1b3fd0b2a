"""What happened to roles: one event of each step, in an order that a follower can rely on."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from roles import history, lifecycle, proposals, store
from roles.merging import roles as merging
from roles.models import JobFamily, LifecycleChange, RevisionCounter, Role, RoleEvent, RoleRevision
from tests.accounts import account
from tests.builders import change, document, edit, written
from tests.threads import Threads, at_once

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()


def told(user: AnonymousUser | User = STRANGER, since: int = 0) -> list[tuple[str, str, int | None]]:
    """What happened to which role, and which revision it had then."""
    events = RoleEvent.objects.visible_to(user).after(since)
    return [(event.kind, event.slug, event.revision) for event in events]


def newest() -> RoleEvent:
    return RoleEvent.objects.latest("number")


def delete(role: Role) -> None:
    history.delete(
        [role], store.Change(origin=RoleRevision.Origin.DELETE, author_name="Hanna", reason="Gone")
    )


# What is told -----------------------------------------------------------------------------------------------


def test_a_role_that_comes_into_being_is_told_once_by_what_it_became(editor: User) -> None:
    for name, status in (("Ann", "published"), ("Bob", "draft"), ("Cid", "archived")):
        written(document(name), status=Role.Status(status))
    assert told(editor) == [("published", "ann", 1), ("created", "bob", 1), ("archived", "cid", 1)]


def test_a_change_names_the_fields_of_the_document_that_differ(editor: User) -> None:
    written(document("Ann", mission="Sail."))
    edit("ann", mission="Row.", metrics=("Miles",), slug="anna", name="Anna")
    assert (newest().kind, newest().slug, newest().name) == ("changed", "anna", "Anna")
    assert sorted(newest().fields) == ["metrics", "mission", "name", "slug"]


def test_an_event_says_who_did_it_when_and_why() -> None:
    role = written(document("Ann"))
    store.write(role, document("Ann", mission="Row."), change("Reorganised"))
    revision = RoleRevision.objects.latest("catalogue_number")
    event = newest()
    assert (event.number, event.at) == (revision.catalogue_number, revision.created_at)
    assert (event.by_name, event.reason) == ("Hanna", "Reorganised")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("draft", "published", "published"),
        ("draft", "archived", "archived"),
        ("published", "archived", "archived"),
        ("archived", "published", "published"),
        ("published", "draft", "hidden"),
        ("archived", "draft", "hidden"),
    ],
)
def test_a_new_status_is_told_to_everybody_with_a_number_of_its_own(
    before: str, after: str, kind: str, editor: User
) -> None:
    role = written(document("Ann"), status=Role.Status(before))
    lifecycle.change(role, by=editor, reason="So decided", status=after)
    assert told()[-1] == (kind, "ann", 1)
    event = newest()
    assert (event.number, event.fields) == (2, ["status"])
    assert (event.by, event.by_name, event.reason) == (editor, "editor", "So decided")
    assert edit("ann", mission="Row.").revision.catalogue_number == 3  # type: ignore[union-attr]


def test_what_is_changed_of_a_lifecycle_in_one_step_is_one_event(editor: User) -> None:
    role, heir = written(document("Ann")), written(document("Bob"))
    lifecycle.change(role, by=None, status="archived", successor=heir)
    assert (newest().kind, newest().fields) == ("archived", ["status", "successor"])
    lifecycle.change(role, by=None, owner=editor)
    assert (newest().kind, newest().fields) == ("changed", ["owner"])


def test_nothing_that_changes_nothing_is_told(editor: User) -> None:
    role = written(document("Ann"))
    store.write(role, document("Ann"), change())
    lifecycle.change(role, by=editor, status="published", owner=None)
    assert len(told(editor)) == 1
    assert RevisionCounter.objects.get().last == 1


def test_a_proposal_that_publishes_a_draft_ends_in_the_event_that_everybody_waits_for(
    editor: User, reviewer: User
) -> None:
    draft = written(document("Ann"), status=Role.Status.DRAFT)
    edited = store.Change(origin=RoleRevision.Origin.ADMIN, author=editor)
    proposal = proposals.propose(draft, document("Ann", mission="Row."), edited, status="published")
    proposals.apply(proposal, reviewer)
    assert told() == [("published", "ann", 2)]
    assert told(reviewer) == [("created", "ann", 1), ("changed", "ann", 2), ("published", "ann", 2)]


def test_a_role_that_is_brought_back_goes_on_under_its_permanent_identifier(editor: User) -> None:
    role = written(document("Ann"))
    delete(role)
    history.bring_back(role.uid, change())
    assert told(editor) == [("published", "ann", 1), ("deleted", "ann", 2), ("created", "ann", 3)]
    assert set(RoleEvent.objects.values_list("role_uid", flat=True)) == {role.uid}


def test_merging_two_roles_tells_of_both(editor: User) -> None:
    kept, gone = written(document("Ann")), written(document("Bob", mission="Row."))
    merging.merge(kept, gone, change())
    assert told(since=2) == [("deleted", "bob", 2), ("changed", "ann", 2)]


def test_of_a_role_whose_owner_is_deleted_it_is_told_that_it_has_none(
    administrator_client: Client, administrator: User
) -> None:
    owner = User.objects.create(username="olga")
    role = written(document("Ann"))
    lifecycle.change(role, by=None, owner=owner)
    administrator_client.post(f"/admin/auth/user/{owner.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(username="olga").exists()
    assert (newest().kind, newest().fields, newest().by) == ("changed", ["owner"], administrator)
    assert [(each.before, each.after) for each in LifecycleChange.objects.of_role(role.uid)] == [
        ("olga", ""),
        ("", "olga"),
    ]


def test_what_is_rolled_back_has_not_happened() -> None:
    written(document("Ann"))
    with transaction.atomic():
        edit("ann", mission="Row.")
        transaction.set_rollback(True)
    assert len(told()) == 1


# Who may know -----------------------------------------------------------------------------------------------


def test_who_sees_no_drafts_is_not_told_what_happened_to_them() -> None:
    role = written(document("Ann"), status=Role.Status.DRAFT)
    edit("ann", mission="Row.")
    delete(role)
    assert told() == []


def test_what_was_taken_away_is_all_that_is_told_of_a_role_that_was_public() -> None:
    hidden, deleted = written(document("Ann")), written(document("Bob"))
    edit("bob", mission="Row.")
    lifecycle.change(hidden, by=None, status="draft")
    edit("ann", name="Secret", slug="secret")
    delete(deleted)
    assert told() == [("hidden", "ann", 1), ("deleted", "bob", 3)]


def test_the_events_of_a_role_are_found_by_any_slug_that_the_reader_knows(editor: User) -> None:
    role = written(document("Ann"), status=Role.Status.DRAFT)
    edit("ann", slug="anna")
    lifecycle.change(role, by=None, status="published")
    edit("anna", slug="anne")
    for user, expected in ((STRANGER, {"anna": 2, "anne": 2, "ann": 0}), (editor, {"ann": 4, "bob": 0})):
        known = RoleEvent.objects.visible_to(user)
        assert {slug: known.of_roles([slug], user).count() for slug in expected} == expected


def test_whoever_follows_a_family_learns_that_a_role_left_it() -> None:
    written(document("Ann", family="River Works"))
    written(document("Bob", family="Harbour"))
    edit("ann", family="Harbour")
    known = RoleEvent.objects.visible_to(STRANGER)
    assert [event.slug for event in known.of_families(["river-works"], STRANGER).after(0)] == ["ann", "ann"]
    assert known.of_families(["harbour"], STRANGER).count() == 3


def test_the_family_that_a_role_got_as_a_draft_is_told_to_nobody_else(editor: User) -> None:
    role = written(document("Ann", family="River Works"))
    lifecycle.change(role, by=None, status="draft")
    edit("ann", family="Harbour")
    for user, expected in ((STRANGER, {"river-works": 1, "harbour": 0}), (editor, {"harbour": 3})):
        known = RoleEvent.objects.visible_to(user)
        assert {slug: known.of_families([slug], user).count() for slug in expected} == expected


def test_a_family_that_got_another_name_is_found_by_it() -> None:
    written(document("Ann", family="River Works"))
    JobFamily.objects.update(slug="waterways")
    known = RoleEvent.objects.visible_to(STRANGER)
    assert known.of_families(["waterways"], STRANGER).count() == 1


# Following --------------------------------------------------------------------------------------------------

Known = dict[UUID, list[Any]]
"""The slug, revision and status of roles by their permanent identifiers."""


class Follower:
    """A program that knows of the catalogue only what the events say that this person may know of."""

    def __init__(self, user: AnonymousUser | User, *, from_the_beginning: bool = False) -> None:
        self.user = user
        # As a program does that begins with a list of all roles: the number first.
        self.since = 0 if from_the_beginning else RevisionCounter.objects.get().last
        self.known: Known = {} if from_the_beginning else self.truth()

    def truth(self) -> Known:
        roles = Role.objects.visible_to(self.user)
        return {uid: said for uid, *said in roles.values_list("uid", "slug", "revision__number", "status")}

    def follow(self) -> None:
        for event in RoleEvent.objects.visible_to(self.user).after(self.since):
            assert event.number > self.since
            self.since = event.number
            status = {"created": "draft", "hidden": "draft"}.get(event.kind, event.kind)
            hidden = status == "draft" and not self.user.has_perm("roles.view_draft_role")
            if event.kind == "deleted" or hidden:
                self.known.pop(event.role_uid, None)
                continue
            if event.kind == "changed":
                status = self.known[event.role_uid][2]
            self.known[event.role_uid] = [event.slug, event.revision, status]
        assert self.known == self.truth()


def _make(role: Role | None, number: int) -> None:
    written(document(f"Role {number}"), status=list(Role.Status)[number % 3])


def _edit(role: Role | None, number: int) -> None:
    if role:
        edit(role.slug, mission=f"Mission {number}.")


def _rename(role: Role | None, number: int) -> None:
    if role:
        edit(role.slug, slug=f"renamed-{number}")


def _turn(role: Role | None, number: int) -> None:
    if role:
        lifecycle.change(role, by=None, status=list(Role.Status)[number % 3])


def _delete(role: Role | None, number: int) -> None:
    if role:
        delete(role)


def _bring_back(role: Role | None, number: int) -> None:
    gone = list(RoleRevision.objects.last_of_deleted_roles())
    if gone:
        history.bring_back(gone[number % len(gone)].role_uid, change())


def _merge(role: Role | None, number: int) -> None:
    other = Role.objects.exclude(pk=role.pk).first() if role else None
    if role and other:
        merging.merge(role, other, change())


Step = Callable[[Role | None, int], None]
STEPS: list[Step] = [_make, _edit, _rename, _turn, _turn, _delete, _bring_back, _merge]


@pytest.mark.parametrize("reader", ["stranger", "editor"])
@settings(max_examples=20)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 30), st.booleans()), max_size=14))
def test_a_follower_knows_after_each_look_exactly_what_there_is(
    reader: str, steps: Iterable[tuple[Step, int, bool]]
) -> None:
    with transaction.atomic():
        user = account("editor") if reader == "editor" else STRANGER
        followers = [Follower(user)]
        for step, number, looks in steps:
            roles = list(Role.objects.order_by("pk"))
            with transaction.atomic():
                try:
                    step(roles[number % len(roles)] if roles else None, number)
                except store.SlugTaken:
                    transaction.set_rollback(True)
            if looks:
                for follower in followers:
                    follower.follow()
                followers.append(Follower(user))
        for follower in [*followers, Follower(user, from_the_beginning=True)]:
            follower.follow()
        transaction.set_rollback(True)


@at_once
def test_events_of_writers_at_once_become_visible_in_the_order_of_their_numbers(threads: Threads) -> None:
    threads.run(lambda: [written(document(name)) for name in ("Ann", "Bob")])
    seen: list[int] = []

    def write(slug: str) -> None:
        for number in range(8):
            edit(slug, mission=f"Mission {number}.")
            lifecycle.change(
                Role.objects.get(slug=slug), by=None, status=("archived", "published")[number % 2]
            )

    def read() -> None:
        while len(seen) < 34:
            last = seen[-1] if seen else 0
            seen.extend(RoleEvent.objects.after(last).values_list("number", flat=True))

    threads.run(lambda: write("ann"), lambda: write("bob"), read)
    assert seen == list(range(1, 35))


# Its cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 12])
def test_telling_of_many_roles_takes_as_many_queries_as_telling_of_few(count: int) -> None:
    roles = [written(document(f"Role {number}", family=f"Family {number}")) for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        lifecycle.change_many([(role, {"status": "archived"}) for role in roles], by=None)
    # Savepoints, the lock, the roles, both tables, links that end; the numbers, families, events, webhooks.
    assert len(queries) == 12


def test_of_a_role_whose_successor_is_deleted_it_is_told_that_it_has_none() -> None:
    heir, gone = written(document("Heir")), written(document("Gone"))
    lifecycle.change(gone, by=None, status="archived", successor=heir)
    before = newest().number
    delete(heir)
    assert told(since=before) == [("changed", "gone", 1), ("deleted", "heir", 2)]
    assert RoleEvent.objects.get(number=before + 1).fields == ["successor"]
