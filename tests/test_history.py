"""Restoring what a role said, bringing a deleted role back, and telling what each change changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from roles import history, proposals, store
from roles.documents.document import Capability, Identifier, Interaction, RoleDocument
from roles.loading.run import load
from roles.models import Interaction as InteractionRow
from roles.models import OldSlug, Role, RoleRevision, SourceDocument
from tests.builders import FULL, change, document, edit, job, outcomes, profile, put, writing, written
from tests.strategies import role_documents

pytestmark = pytest.mark.django_db


def said(role: Role) -> RoleDocument:
    """What the tables say of a role, after a look that its newest revision says the same."""
    role = Role.objects.select_related("revision").get(pk=role.pk)
    assert role.revision is not None
    assert role.revision.document == store.read(role).to_json()
    return store.read(role)


def numbers(uid: Any) -> list[tuple[int, str]]:
    """The numbers of a role's revisions, the first one first, and by which door each came."""
    return list(RoleRevision.objects.of_role(uid).reverse().values_list("number", "origin"))


def delete(role: Role) -> None:
    history.delete([role], change("Nobody does it"))


# Restoring --------------------------------------------------------------------------------------------------


def test_a_restored_revision_is_a_new_one_with_the_same_document() -> None:
    role = written(FULL)
    edit(FULL.slug, mission="Close the bridge.", capabilities=(), agent=None, sections=())
    revision = history.restore(role, 1, change("It was better")).revision
    assert revision is not None
    assert (revision.number, revision.origin, revision.author_name) == (3, "restore", "Hanna")
    assert revision.reason == "Restored revision 1: It was better"
    assert revision.document == RoleRevision.objects.get(role=role, number=1).document
    assert said(role) == FULL


@given(st.lists(role_documents, min_size=2, max_size=3))
def test_whatever_a_role_said_is_restored_also_after_it_was_deleted(documents: list[RoleDocument]) -> None:
    with transaction.atomic():
        role = written(documents[0])
        for each in documents[1:]:
            store.write(role, each, change())
        history.delete([role], change())
        back = history.bring_back(role.uid, change())
        assert said(back) == documents[-1]
        for revision in RoleRevision.objects.of_role(role.uid):
            history.restore(back, revision.number, change())
            assert said(back).to_json() == revision.document
        transaction.set_rollback(True)


def test_restoring_without_a_reason_says_what_was_done() -> None:
    role = written(document("Cook", mission="Cook."))
    edit("cook", mission="Bake.")
    revision = history.restore(role, 1, change()).revision
    assert revision is not None
    assert revision.reason == "Restored revision 1"


def test_restoring_what_the_role_says_already_changes_nothing() -> None:
    role = written(FULL)
    with CaptureQueriesContext(connection) as queries:
        assert history.restore(role, 1, change()) == proposals.Saved()
    assert writing(queries.captured_queries) == []


def test_lifecycle_stays_when_a_revision_is_restored() -> None:
    role, successor = written(document("Cook", mission="Cook.")), written(document("Chef"))
    edit("cook", mission="Bake.")
    lifecycle = {"status": "archived", "successor": successor, "review_by": "2030-01-01"}
    Role.objects.filter(pk=role.pk).update(**lifecycle)
    before = Role.objects.values("status", "successor", "owner", "review_by").get(pk=role.pk)
    history.restore(role, 1, change())
    assert Role.objects.values("status", "successor", "owner", "review_by").get(pk=role.pk) == before


def test_a_restored_slug_leads_to_the_role_again_and_so_does_the_one_it_had() -> None:
    role = written(document("Cook"))
    edit("cook", slug="chef", name="Chef")
    history.restore(role, 1, change())
    assert said(role).slug == "cook"
    assert list(OldSlug.objects.values_list("slug", "role")) == [("chef", role.pk)]


def test_a_restored_role_keeps_its_slug_where_the_old_one_leads_to_another_role() -> None:
    role = written(document("Cook", mission="Cook."))
    edit("cook", slug="chef", mission="Bake.")
    # Somebody gave up the old address, and another role took it.
    OldSlug.objects.all().delete()
    other = written(document("Kitchen", slug="cook"))
    revision = history.restore(role, 1, change()).revision
    assert revision is not None
    assert (revision.slug, said(role).mission, said(other).slug) == ("chef", "Cook.", "cook")


def test_a_revision_whose_code_another_role_has_by_now_is_not_restored() -> None:
    code = Identifier(scheme="role-code", value="COOK1")
    role = written(document("Cook", identifiers=(code,)))
    edit("cook", identifiers=(), mission="Bake.")
    chef = written(document("Chef", identifiers=(code,)))
    with pytest.raises(store.IdentifierTaken, match="role-code COOK1 is that of Chef") as refused:
        history.restore(role, 1, change())
    assert refused.value.holder.role == chef
    assert said(role).mission == "Bake."
    assert role.revisions.count() == 2


def test_a_revision_that_is_not_there_is_not_restored() -> None:
    with pytest.raises(RoleRevision.DoesNotExist):
        history.restore(written(FULL), 2, change())


def test_partners_mean_a_role_again_once_its_name_is_restored() -> None:
    role = written(document("Cook"))
    written(document("Waiter", interactions=(Interaction(kind="Asks", partner="Cook"),)))
    edit("cook", name="Chef")
    history.restore(role, 1, change())
    assert InteractionRow.objects.get().partner == role


# Deleting and bringing back ---------------------------------------------------------------------------------


def test_a_deleted_role_leaves_its_revisions_and_a_last_one_that_says_who_and_why() -> None:
    role = written(FULL)
    delete(role)
    assert not Role.objects.exists()
    assert numbers(role.uid) == [(1, "admin"), (2, "delete")]
    last = RoleRevision.objects.last_of_deleted_roles().get()
    assert (last.role_uid, last.author_name, last.reason) == (role.uid, "Hanna", "Nobody does it")
    assert last.document == FULL.to_json()


def test_deleting_takes_as_many_queries_for_many_roles() -> None:
    counts = []
    for names in (("Ann", "Bob"), ("Cid", "Dan", "Eve", "Fay", "Gus")):
        roles = [written(document(name, mission="Work.", metrics=("One", "Two"))) for name in names]
        with CaptureQueriesContext(connection) as queries:
            history.delete(roles, change())
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert RoleRevision.objects.last_of_deleted_roles().count() == 7


def test_deleting_nothing_changes_nothing() -> None:
    history.delete([], change())
    assert not RoleRevision.objects.exists()


def test_a_role_that_was_brought_back_says_what_it_said_and_goes_on_numbering() -> None:
    role = written(FULL)
    made_at = role.revisions.get().created_at
    edit(FULL.slug, mission="Close the bridge.")
    delete(role)
    back = history.bring_back(role.uid, change("We need it"))
    assert said(back) == replace(FULL, mission="Close the bridge.")
    assert (back.uid, back.slug, back.created_at) == (role.uid, role.slug, made_at)
    assert numbers(role.uid) == [(1, "admin"), (2, "admin"), (3, "delete"), (4, "restore")]
    assert back.revisions.count() == 4
    assert back.revision is not None
    assert (back.revision.number, back.revision.reason) == (4, "We need it")
    edit(back.slug, mission="Open it.")
    assert numbers(role.uid)[-1] == (5, "admin")


def test_a_role_that_was_brought_back_is_a_draft() -> None:
    role = written(FULL)
    delete(role)
    assert history.bring_back(role.uid, change()).status == Role.Status.DRAFT


def test_a_role_can_be_deleted_and_brought_back_many_times() -> None:
    role = written(FULL)
    for _time in range(3):
        delete(Role.objects.get())
        history.bring_back(role.uid, change())
    assert [number for number, _origin in numbers(role.uid)] == [1, 2, 3, 4, 5, 6, 7]
    assert said(Role.objects.get()) == FULL
    assert not RoleRevision.objects.last_of_deleted_roles().exists()


def test_former_slugs_lead_to_a_role_that_was_brought_back() -> None:
    role = written(document("Cook"))
    edit("cook", slug="chef")
    edit("chef", slug="head-chef")
    delete(role)
    written(document("Cook"))
    history.bring_back(role.uid, change())
    assert list(OldSlug.objects.values_list("slug", "role__slug")) == [("chef", "head-chef")]


def test_a_role_whose_slug_is_taken_comes_back_under_the_next() -> None:
    role = written(document("Cook", mission="Cook."))
    delete(role)
    written(document("Cook"))
    back = history.bring_back(role.uid, change())
    assert (back.slug, said(back).mission) == ("cook-2", "Cook.")


def test_a_role_whose_code_another_has_by_now_is_not_brought_back() -> None:
    code = Identifier(scheme="role-code", value="COOK1")
    role = written(document("Cook", identifiers=(code,)))
    delete(role)
    written(document("Chef", identifiers=(code,)))
    with pytest.raises(store.IdentifierTaken, match="role-code COOK1 is that of Chef"):
        history.bring_back(role.uid, change())
    assert Role.objects.count() == 1
    assert RoleRevision.objects.last_of_deleted_roles().get().number == 2


def test_a_role_that_is_there_is_not_brought_back() -> None:
    role = written(FULL)
    with pytest.raises(RoleRevision.DoesNotExist):
        history.bring_back(role.uid, change())


def test_partners_mean_a_role_again_once_it_was_brought_back() -> None:
    role = written(document("Cook"))
    written(document("Waiter", interactions=(Interaction(kind="Asks", partner="Cook"),)))
    delete(role)
    assert InteractionRow.objects.get().partner is None
    back = history.bring_back(role.uid, change())
    assert InteractionRow.objects.get().partner == back


def sources() -> list[dict[str, Any]]:
    """All that is kept of documents, but whose they are."""
    kept: models.QuerySet[Any] = SourceDocument.objects.order_by("path")
    return [{name: value for name, value in row.items() if name != "role_id"} for row in kept.values()]


def test_a_role_that_was_brought_back_and_its_files_are_in_step(tmp_path: Path) -> None:
    files = {
        "a/ann.md": profile("Ann", id="ann-1", body="# Capabilities\n- **SQL** — Expert\n"),
        "b/ann.md": job("Ann", body="## Operating principles\n\n* Care\n"),
    }
    load([put(tmp_path, files)])
    role = edit("ann", summary="HR wrote this.")
    before, documents = said(role), sources()
    delete(role)
    load([tmp_path])
    assert not Role.objects.exists()
    back = history.bring_back(role.uid, change())
    assert (said(back), sources()) == (before, documents)
    with CaptureQueriesContext(connection) as queries:
        report = load([tmp_path])
    assert (report.changed, report.conflicts, writing(queries.captured_queries)) == ([], [], [])
    report = load([put(tmp_path, {"b/ann.md": job("Ann", body="## Operating principles\n\n* Great care\n")})])
    assert outcomes(report) == {"a/ann.md": "unchanged", "b/ann.md": "updated"}
    assert (said(back).principles, said(back).summary) == (("Great care",), "HR wrote this.")
    assert Role.objects.count() == 1


def test_a_file_that_made_another_role_meanwhile_stays_with_that_one(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": profile("Ann")})])
    role = Role.objects.get()
    delete(role)
    load([put(tmp_path, {"ann.md": profile("Bob")})])
    back = history.bring_back(role.uid, change())
    assert list(SourceDocument.objects.values_list("path", "role__slug")) == [("ann.md", "bob")]
    assert (back.slug, back.documents.count()) == ("ann", 0)


# Telling ----------------------------------------------------------------------------------------------------


def told(role: Role) -> list[list[str]]:
    """What each revision of a role changed, the newest first."""
    found = history.steps(list(RoleRevision.objects.of_role(role.uid)))
    return [step.sentences for step in found]


def test_each_revision_tells_what_it_changed() -> None:
    role = written(document("Cook", capabilities=(Capability(name="Soups", level="Novice"),)))
    edit("cook", capabilities=(Capability(name="Soups", level="Expert"),), mission="Cook.")
    delete(role)
    written(document("Cook"))
    history.bring_back(role.uid, change())
    assert told(role) == [
        ["Brought the role back", "Changed the address name from “cook” to “cook-2”"],
        ["Deleted the role"],
        ["Wrote the mission", "Raised Soups from Novice to Expert"],
        ["Made the role"],
    ]


def test_part_of_a_history_is_told_as_the_whole_is() -> None:
    role = written(document("Cook"))
    for mission in ("Cook.", "Bake.", "Fry."):
        edit("cook", mission=mission)
    some = list(RoleRevision.objects.of_role(role.uid)[1:3])
    assert [step.sentences for step in history.steps(some)] == told(role)[1:3]
    assert history.steps([]) == []


def test_a_revision_that_is_no_document_any_more_does_not_hide_the_others() -> None:
    role = written(document("Cook"))
    edit("cook", mission="Cook.")
    RoleRevision.objects.filter(number=1).update(document={"slug": "cook"})
    edit("cook", mission="Bake.")
    assert told(role) == [
        ["Reworded the mission"],
        ["Can't be compared: it was written under other rules"],
        ["Made the role"],
    ]


def test_telling_takes_as_many_queries_for_many_revisions(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    role = written(document("Cook"))
    for number in range(6):
        edit("cook", mission=f"Cook {number}.")
    revisions = list(RoleRevision.objects.of_role(role.uid))
    for some in (revisions[:2], revisions[:6]):
        # The revision before them, levels with their other names, levels.
        with django_assert_num_queries(3):
            history.steps(some)
