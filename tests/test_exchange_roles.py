"""Tables about roles: exported, edited, looked at and imported."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import given, settings

from roles import store
from roles.documents.document import Capability, Interaction, RoleDocument
from roles.exchange.catalogue import SHEETS
from roles.exchange.formats import NoTable, read
from roles.exchange.roles import SHEETS as ROLE_SHEETS
from roles.exchange.sheets import Outdated, apply
from roles.models import JobFamily, OldSlug, ProficiencyLevel, Proposal, Role, RoleRevision
from roles.store import current
from tests import builders
from tests.builders import FULL, document, edit, row_counts, written
from tests.sheets import (
    change,
    exported,
    imported,
    outcomes,
    person,
    previewed,
    problems,
    reviewer,
    rows,
    said,
    table,
    table_of,
)
from tests.strategies import role_documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita() -> User:
    return reviewer()


@pytest.fixture
def editor() -> User:
    return person("edith", "view_role", "change_role", "add_role", "view_draft_role")


@pytest.fixture
def cook() -> Role:
    needs = (Capability(name="Soups", level="Novice"), Capability(name="Bread"))
    talks = (Interaction(kind="Delivers soup", partner="Waiter", frequency="daily"),)
    said = {"mission": "Cook.", "family": "Kitchen", "capabilities": needs, "interactions": talks}
    return written(document("Cook", **said))


# Out and in again


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("sheet", [sheet.name for sheet in ROLE_SHEETS])
def test_what_was_exported_changes_nothing(sheet: str, ending: str, rita: User) -> None:
    written(FULL)
    before = row_counts()
    result = imported(sheet, exported(sheet, ending=ending), rita)
    assert set(outcomes(result)) == {"same"}
    assert row_counts() == before


@settings(max_examples=10)
@given(role_documents)
def test_whatever_a_role_says_comes_back_as_it_was(anything: RoleDocument) -> None:
    with transaction.atomic():
        store.write(None, anything, builders.change())
        by = reviewer()
        for sheet in ROLE_SHEETS:
            for ending in ("csv", "xlsx"):
                result = imported(sheet.name, exported(sheet.name, ending=ending), by)
                assert set(outcomes(result)) <= {"same"}
        transaction.set_rollback(True)


def test_an_export_says_where_everything_stands(cook: Role, rita: User) -> None:
    Role.objects.update(owner=rita, review_by=date(2027, 3, 1))
    [row] = rows("roles", exported("roles"))
    assert row | {"uid": "", "mission": "", "summary": ""} == {
        "uid": "",
        "revision": "1",
        "slug": "cook",
        "name": "Cook",
        "family": "Kitchen",
        "seniority": "",
        "status": "published",
        "owner": "rita",
        "review_by": "2027-03-01",
        "successor": "",
        "aliases": "",
        "tags": "",
        "codes": "",
        "mission": "",
        "summary": "",
        "description": "",
    }


# Changes of roles


def test_a_changed_cell_is_told_word_by_word_and_then_counts(cook: Role, rita: User) -> None:
    [row] = rows("roles", exported("roles"))
    data = table_of([row | {"mission": "Cook and serve."}])
    [told] = previewed("roles", data, rita).rows[0].told
    assert [(detail.before, detail.after) for detail in told.details] == [("Cook.", "Cook and serve.")]
    assert said("cook")["mission"] == "Cook."
    imported("roles", data, rita)
    assert said("cook")["mission"] == "Cook and serve."


def test_an_import_makes_one_revision_with_author_and_reason(cook: Role, rita: User) -> None:
    imported("roles", table(["slug", "mission"], [["cook", "Serve."]]), rita)
    revision = Role.objects.get().revision
    assert revision is not None
    assert (revision.number, revision.author, revision.reason) == (2, rita, "spring cleaning")


def test_a_column_that_is_left_out_stays_as_it_is(cook: Role, rita: User) -> None:
    imported("roles", table(["slug", "summary"], [["cook", "Cooks."]]), rita)
    assert (said("cook")["mission"], said("cook")["family"]) == ("Cook.", "Kitchen")


def test_an_empty_cell_empties_what_it_stands_for(cook: Role, rita: User) -> None:
    imported("roles", table(["slug", "mission"], [["cook", ""]]), rita)
    assert said("cook")["mission"] is None


def test_rows_that_are_left_out_delete_nothing(cook: Role, rita: User) -> None:
    written(document("Waiter"))
    imported("roles", table(["slug", "mission"], [["waiter", "Serve."]]), rita)
    assert Role.objects.count() == 2


def test_lists_stand_one_on_a_line(cook: Role, rita: User) -> None:
    head = ["slug", "aliases", "tags", "codes"]
    imported("roles", table(head, [["cook", "Chef\nPot, stirrer", "hot", "role-code: COOK1"]]), rita)
    found = said("cook")
    assert (found["aliases"], found["tags"]) == (["Chef", "Pot, stirrer"], ["hot"])
    assert found["identifiers"] == [{"scheme": "role-code", "value": "COOK1"}]


def test_a_new_address_name_is_told_by_the_uid_and_the_old_one_leads_on(cook: Role, rita: User) -> None:
    imported("roles", table(["uid", "slug"], [[str(cook.uid), "chef"]]), rita)
    assert Role.objects.get().slug == "chef"
    assert OldSlug.objects.get().slug == "cook"


def test_status_owner_review_date_and_successor_can_be_set(cook: Role, rita: User) -> None:
    written(document("Chef"))
    head = ["slug", "status", "owner", "review_by", "successor"]
    result = imported("roles", table(head, [["cook", "archived", "rita", "01.03.2027", "chef"]]), rita)
    cook.refresh_from_db()
    assert (cook.status, cook.owner, cook.review_by) == ("archived", rita, date(2027, 3, 1))
    assert cook.successor == Role.objects.get(slug="chef")
    after = [told.details[0].after for told in result.rows[0].told]
    assert after == ["archived", "rita", "2027-03-01", "chef"]


def test_a_row_without_a_role_makes_a_draft(rita: User) -> None:
    result = imported("roles", table(["name", "mission"], [["Cook", "Cook."]]), rita)
    role = Role.objects.get()
    assert outcomes(result) == ["new"]
    assert (role.slug, role.status, current(role).mission) == ("cook", "draft", "Cook.")


def test_new_roles_of_one_name_get_address_names_of_their_own(rita: User) -> None:
    imported("roles", table(["name", "tags"], [["Cook", "a"], ["Cook", "b"]]), rita)
    assert sorted(Role.objects.values_list("slug", flat=True)) == ["cook", "cook-2"]


def test_a_draft_that_is_published_by_an_import_is_seen_by_everybody(rita: User) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    imported("roles", table(["slug", "status"], [["cook", "published"]]), rita)
    assert not RoleRevision.objects.get().draft


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        (["slug"], ["kook"], ""),
        (["slug", "name"], ["cook", ""], "name"),
        (["uid"], ["no uid"], ""),
        (["name"], [""], None),
        (["slug", "family"], ["cook", "Kitchn"], "family"),
        (["slug", "seniority"], ["cook", "Boss"], "seniority"),
        (["slug", "status"], ["cook", "gone"], "status"),
        (["slug", "status"], ["cook", ""], "status"),
        (["slug", "owner"], ["cook", "nobody"], "owner"),
        (["slug", "review_by"], ["cook", "31.02.2027"], "review_by"),
        (["slug", "successor"], ["cook", "cook"], "successor"),
        (["slug", "successor"], ["cook", "chief"], "successor"),
        (["slug", "codes"], ["cook", "COOK1"], "codes"),
        (["slug", "codes"], ["cook", "role-code: TAKEN1"], "codes"),
        (["uid", "slug"], ["", "Cook Book"], ""),
        (["slug", "mission"], ["cook", "# Heading"], "mission"),
        (["slug", "name"], ["waiter", "Mission"], "name"),
    ],
)
def test_a_cell_that_can_not_count_is_refused_where_it_stands(
    head: list[str], cells: list[str], column: str | None, cook: Role, rita: User
) -> None:
    written(document("Waiter"))
    edit("waiter", identifiers=FULL.identifiers[:0])
    imported("roles", table(["slug", "codes"], [["waiter", "role-code: TAKEN1"]]), rita)
    before = row_counts()
    found = problems(imported("roles", table([*head, "x"], [[*cells, "x"]]), rita))
    assert found == ([(2, column)] if column is not None else [(2, "")])
    assert row_counts() == before


def test_a_misspelt_name_is_answered_with_the_right_one(cook: Role, rita: User) -> None:
    [row] = previewed("roles", table(["slug", "family"], [["cook", "Kitchn"]]), rita).rows
    assert "Kitchen" in row.problems[0].text


def test_refused_rows_leave_the_others_to_count(cook: Role, rita: User) -> None:
    written(document("Waiter"))
    data = table(["slug", "mission"], [["nobody", "x"], ["waiter", "Serve."], ["waiter", "Serve!"]])
    assert outcomes(imported("roles", data, rita)) == ["refused", "changed", "refused"]
    assert said("waiter")["mission"] == "Serve."


def test_a_column_that_nobody_knows_is_left_out_and_said_so(cook: Role, rita: User) -> None:
    [note] = previewed("roles", table(["slug", "misson"], [["cook", "x"]]), rita).notes
    assert "misson" in note
    assert "mission" in note


def test_a_file_without_a_column_to_find_roles_by_is_refused(rita: User) -> None:
    with pytest.raises(NoTable, match="slug"):
        previewed("roles", table(["mission"], [["x"]]), rita)


# Two people at once


def test_what_others_changed_after_the_export_stays(cook: Role, rita: User) -> None:
    [row] = rows("roles", exported("roles"))
    edit("cook", mission="Cook well.")
    imported("roles", table_of([row | {"summary": "Cooks."}]), rita)
    assert (said("cook")["mission"], said("cook")["summary"]) == ("Cook well.", "Cooks.")


def test_what_both_changed_is_refused_with_what_stands_there_now(cook: Role, rita: User) -> None:
    [row] = rows("roles", exported("roles"))
    edit("cook", mission="Cook well.")
    result = imported("roles", table_of([row | {"mission": "Cook fast."}]), rita)
    assert problems(result) == [(2, "mission")]
    assert "Cook well." in result.rows[0].problems[0].text


def test_a_capability_that_somebody_removed_after_the_export_stays_away(cook: Role, rita: User) -> None:
    data = exported("role-capabilities")
    edit("cook", capabilities=())
    assert outcomes(imported("role-capabilities", data, rita)) == ["same", "same"]
    assert said("cook")["capabilities"] == []


def test_what_was_seen_is_what_counts_or_else_nothing_does(cook: Role, rita: User) -> None:
    kind, data = SHEETS["roles"](), table(["slug", "mission"], [["cook", "Serve."]])
    seen = previewed("roles", data, rita).digest
    edit("cook", mission="Cook well.")
    with pytest.raises(Outdated) as outdated:
        apply(kind, read("f.csv", data, []), change(rita), rita, seen=seen)
    assert outcomes(outdated.value.result) == ["changed"]
    assert said("cook")["mission"] == "Cook well."


# Who may do what


def test_an_editor_proposes_changes_of_published_roles(cook: Role, editor: User) -> None:
    result = imported("roles", table(["slug", "mission"], [["cook", "Serve."]]), editor)
    proposal = Proposal.objects.get()
    assert outcomes(result) == ["proposed"]
    assert (said("cook")["mission"], proposal.document["mission"]) == ("Cook.", "Serve.")


def test_an_editor_changes_drafts(editor: User) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    imported("roles", table(["slug", "mission", "owner"], [["cook", "Serve.", "edith"]]), editor)
    assert (said("cook")["mission"], Role.objects.get().owner) == ("Serve.", editor)


def test_an_editor_proposes_that_a_draft_is_published(editor: User) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    imported("roles", table(["slug", "status"], [["cook", "published"]]), editor)
    assert (Role.objects.get().status, Proposal.objects.get().status) == ("draft", "published")


def test_an_editor_proposes_that_another_role_takes_the_place_of_one(cook: Role, editor: User) -> None:
    chef = written(document("Chef"))
    data = table(["slug", "status", "successor"], [["cook", "archived", "chef"]])
    assert outcomes(imported("roles", data, editor)) == ["proposed"]
    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.successor) == ("archived", chef)


def test_an_editor_leaves_the_owner_of_a_published_role(cook: Role, editor: User) -> None:
    result = imported("roles", table(["slug", "owner"], [["cook", "edith"]]), editor)
    assert outcomes(result) == ["refused"]


def test_who_may_not_add_roles_adds_none() -> None:
    result = imported("roles", table(["name"], [["Cook"]]), person("carl", "change_role"))
    assert outcomes(result) == ["refused"]


def test_drafts_are_not_found_by_who_may_not_see_them() -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    result = imported("roles", table(["slug"], [["cook"]]), person("carl", "change_role", "publish_role"))
    assert outcomes(result) == ["refused"]


# Statements of roles


def test_a_level_is_changed_in_place(cook: Role, rita: User) -> None:
    ProficiencyLevel.objects.get_or_create(name="Expert")
    data = table(["role", "capability", "level"], [["cook", "Soups", "Expert"]])
    result = imported("role-capabilities", data, rita)
    assert outcomes(result) == ["changed"]
    assert [item["level"] for item in said("cook")["capabilities"]] == ["Expert", None]


def test_a_row_of_another_name_is_one_more_and_said_to_be_new(cook: Role, rita: User) -> None:
    result = imported("role-capabilities", table(["role", "capability"], [["cook", "Soup"]]), rita)
    assert [item["name"] for item in said("cook")["capabilities"]] == ["Soups", "Bread", "Soup"]
    assert "Soups" in result.rows[0].notes[0]


def test_what_is_marked_is_removed(cook: Role, rita: User) -> None:
    data = table(["role", "capability", "remove"], [["cook", "Soups", "yes"]])
    imported("role-capabilities", data, rita)
    assert [item["name"] for item in said("cook")["capabilities"]] == ["Bread"]


def test_rows_of_one_role_make_one_revision(cook: Role, rita: User) -> None:
    data = table(["role", "capability", "detail"], [["cook", "Soups", "hot"], ["cook", "Bread", "dark"]])
    imported("role-capabilities", data, rita)
    assert RoleRevision.objects.count() == 2


def test_an_interaction_finds_its_partner(cook: Role, rita: User) -> None:
    waiter = written(document("Waiter"))
    data = table(["role", "kind", "partner"], [["cook", "Feeds", "Waiter"]])
    imported("interactions", data, rita)
    assert cook.interactions.get(kind_name="Feeds").partner == waiter


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        (["role", "capability"], ["kook", "Soups"], "role"),
        (["role", "capability"], ["cook", ""], "capability"),
        (["role", "capability", "level"], ["cook", "Soups", "Exprt"], "level"),
        (["role", "capability", "remove"], ["cook", "Soups", "perhaps"], "remove"),
        (["role", "capability"], ["cook", "**Soups**"], "capability"),
    ],
)
def test_a_statement_that_can_not_count_is_refused_where_it_stands(
    head: list[str], cells: list[str], column: str, cook: Role, rita: User
) -> None:
    assert problems(imported("role-capabilities", table(head, [cells]), rita)) == [(2, column)]


def test_a_statement_stands_in_one_row(cook: Role, rita: User) -> None:
    data = table(["role", "capability"], [["cook", "C"], ["cook", "C#"], ["cook", "c"]])
    assert outcomes(imported("role-capabilities", data, rita)) == ["changed", "changed", "refused"]


def test_an_editor_proposes_statements_of_published_roles(cook: Role, editor: User) -> None:
    data = table(["role", "capability"], [["cook", "Rice"], ["cook", "Beans"]])
    assert outcomes(imported("role-capabilities", data, editor)) == ["proposed", "proposed"]
    assert Proposal.objects.count() == 1


def test_the_family_of_a_row_may_be_called_by_another_name(cook: Role, rita: User) -> None:
    family = JobFamily.objects.get(name="Kitchen")
    family.aliases.create(name="Galley")
    imported("roles", table(["slug", "family"], [["cook", "Galley"]]), rita)
    assert Role.objects.get().family == family
