"""What a load is told to decide: preference, withdrawal of what is gone, and what it holds back."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from roles import history, store
from roles.documents.document import Capability, Identifier, RoleDocument
from roles.loading.reading import reader
from roles.loading.run import load, load_held
from roles.models import Conflict, Proposal, Role, RoleMember, RoleRevision, SourceDocument
from tests.builders import change, codes, edit, job, outcomes, put, row_counts

pytestmark = pytest.mark.django_db


def said(slug: str = "ann") -> RoleDocument:
    role = Role.objects.select_related("revision").get(slug=slug)
    assert store.current(role) == store.read(role)
    return store.current(role)


def tasks(*names: str) -> str:
    return job("Ann", "## Operating principles\n\n" + "".join(f"* {name}\n" for name in names))


# Preference -------------------------------------------------------------------------------------------------


@pytest.fixture
def both_changed(tmp_path: Path) -> Path:
    """A folder in which a statement is about to conflict."""
    load([put(tmp_path, {"ann.md": tasks("Care")})])
    edit("ann", description="Ours.", principles=("Care", "Ours"))
    return put(tmp_path, {"ann.md": tasks("Care").replace("Work as Ann.", "Theirs.")})


def test_files_are_taken_where_they_are_preferred(both_changed: Path) -> None:
    report = load([both_changed], prefer="files")
    assert (said().description, said().principles) == ("Theirs.", ("Care", "Ours"))
    assert (report.conflicts, [item.key for item in report.decided]) == ([], ["description"])


def test_the_catalogue_is_kept_where_it_is_preferred(both_changed: Path) -> None:
    report = load([both_changed], prefer="catalogue")
    assert (said().description, report.conflicts) == ("Ours.", [])


@pytest.mark.parametrize("prefer", ["files", "catalogue"])
def test_a_decision_leaves_no_open_conflict_but_keeps_both_sides(both_changed: Path, prefer: Any) -> None:
    load([both_changed], prefer=prefer)
    conflict = Conflict.objects.get()
    assert conflict.closed_at is not None
    assert (conflict.base, conflict.ours, conflict.theirs) == ("Work as Ann.", "Ours.", "Theirs.")


@pytest.mark.parametrize(("prefer", "kept"), [("files", "Theirs."), ("catalogue", "Ours.")])
def test_a_conflict_that_waits_is_decided_when_its_files_are_loaded_again(
    both_changed: Path, prefer: Any, kept: str
) -> None:
    load([both_changed])
    report = load([both_changed], prefer=prefer)
    assert [item.key for item in report.decided] == ["description"]
    assert (said().description, Conflict.objects.filter(closed_at=None).count()) == (kept, 0)


def test_a_decided_conflict_does_not_come_back(both_changed: Path) -> None:
    load([both_changed], prefer="catalogue")
    report = load([both_changed])
    assert (report.conflicts, said().description) == ([], "Ours.")


def test_a_preference_does_not_touch_what_only_the_catalogue_changed(both_changed: Path) -> None:
    edit("ann", description="Theirs.")
    load([both_changed], prefer="files")
    edit("ann", mission="Ours too.")
    load([both_changed], prefer="files")
    assert said().mission == "Ours too."


def test_a_statement_that_the_file_dropped_is_dropped_where_files_are_preferred(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": tasks("Care", "Haste")})])
    edit("ann", responsibilities=(), principles=("Care", "Haste"), description="Ours.")
    put(tmp_path, {"ann.md": tasks("Care").replace("Work as Ann.", "")})
    load([tmp_path], prefer="files")
    assert (said().description, said().principles) == (None, ("Care",))


# Files that are gone ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten roles, each with a file."""
    names = [f"Role {letter}" for letter in "ABCDEFGHIJ"]
    put(tmp_path, {f"{name[-1].lower()}.md": job(name, code=f"CODE{name[-1]}") for name in names})
    load([tmp_path])
    return tmp_path


def test_what_a_missing_file_said_stays_unless_its_withdrawal_is_asked_for(folder: Path) -> None:
    (folder / "a.md").unlink()
    report = load([folder])
    assert (said("role-a").description, report.missing) == ("Work as Role A.", ["a.md"])


def test_what_only_a_missing_file_said_is_withdrawn_on_request(folder: Path) -> None:
    (folder / "a.md").unlink()
    report = load([folder], max_withdrawn=0.1)
    assert said("role-a") == RoleDocument(
        slug="role-a", name="Role A", identifiers=(Identifier(scheme="role-code", value="CODEA"),)
    )
    assert (report.withdrawn, report.missing, report.without_files) == (["a.md"], [], ["role-a"])
    assert not SourceDocument.objects.filter(path="a.md").exists()


def test_a_withdrawal_is_in_the_history(folder: Path) -> None:
    (folder / "a.md").unlink()
    load([folder], max_withdrawn=0.1)
    first = RoleRevision.objects.get(slug="role-a", number=1)
    assert first.document["description"] == "Work as Role A."


def test_what_hr_changed_is_not_withdrawn_but_waits_for_a_decision(folder: Path) -> None:
    edit("role-a", description="Ours.")
    (folder / "a.md").unlink()
    report = load([folder], max_withdrawn=0.1)
    assert said("role-a").description == "Ours."
    assert [item.key for item in report.conflicts] == ["description"]


def test_what_another_file_says_too_is_not_withdrawn(folder: Path) -> None:
    twin = job("Role A", "## Operating principles\n\n* Care\n", code="CODEA")
    load([put(folder, {"twin.md": twin})])
    (folder / "a.md").unlink()
    report = load([folder], max_withdrawn=0.1)
    assert (said("role-a").description, said("role-a").principles) == ("Work as Role A.", ("Care",))
    assert report.without_files == []


def test_above_the_ceiling_nothing_is_withdrawn_and_the_load_has_failed(folder: Path) -> None:
    (folder / "a.md").unlink()
    (folder / "b.md").unlink()
    report = load([folder], max_withdrawn=0.1)
    assert (report.withdrawn, report.missing, report.failed) == ([], ["a.md", "b.md"], True)
    assert said("role-a").description == "Work as Role A."


def test_renamed_files_are_not_gone(folder: Path) -> None:
    for file in folder.glob("*.md"):
        file.rename(folder / f"new_{file.name}")
    report = load([folder], max_withdrawn=0)
    assert (report.failed, report.withdrawn, report.missing) == (False, [], [])
    assert said("role-a").description == "Work as Role A."


def test_a_dry_run_withdraws_nothing(folder: Path) -> None:
    (folder / "a.md").unlink()
    before = row_counts()
    report = load([folder], max_withdrawn=0.1, dry_run=True)
    assert (report.withdrawn, row_counts()) == (["a.md"], before)
    assert said("role-a").description == "Work as Role A."


def test_a_file_that_comes_back_is_loaded_again(folder: Path) -> None:
    (folder / "a.md").unlink()
    load([folder], max_withdrawn=0.1)
    load([put(folder, {"a.md": job("Role A", code="CODEA")})])
    assert said("role-a").description == "Work as Role A."
    assert Role.objects.count() == 10


def test_the_command_takes_a_share_and_says_what_to_do_above_it(folder: Path) -> None:
    (folder / "a.md").unlink()
    (folder / "b.md").unlink()
    with pytest.raises(CommandError, match=r"2 files are gone, more than 10% .* --max-withdrawn"):
        call_command("load_roles", str(folder), "--withdraw-missing", verbosity=0)
    call_command("load_roles", str(folder), "--withdraw-missing", "--max-withdrawn", "20%", verbosity=0)
    assert said("role-b").description is None


@pytest.mark.parametrize("share", ["10", "ten%", "-1%", "101%", "nan%"])
def test_a_ceiling_that_is_no_share_is_refused(folder: Path, share: str) -> None:
    with pytest.raises(CommandError, match="no share"):
        call_command("load_roles", str(folder), "--withdraw-missing", f"--max-withdrawn={share}")


# Files that are held back -----------------------------------------------------------------------------------


FEW, MANY = ("A", "B"), ("A", "B", "C", "D", "E", "F", "G", "H")


@pytest.fixture
def emptied(tmp_path: Path) -> Path:
    """A folder in which a file lost most of what it said."""
    load([put(tmp_path, {"ann.md": tasks(*MANY), "bob.md": job("Bob")})])
    return put(tmp_path, {"ann.md": tasks(*FEW), "bob.md": job("Bob", code="BOB1")})


def test_a_file_that_would_take_most_of_a_role_away_is_held_back(emptied: Path) -> None:
    report = load([emptied])
    assert said().principles == MANY
    assert outcomes(report) == {"ann.md": "held", "bob.md": "updated"}
    assert codes(report)["ann.md"] == ["held-back"]
    assert report.failed


def test_what_is_held_back_is_still_held_back_the_next_time(emptied: Path) -> None:
    load([emptied])
    before = row_counts()
    report = load([emptied])
    assert outcomes(report) == {"ann.md": "held", "bob.md": "unchanged"}
    assert (codes(report), report.failed) == ({"ann.md": ["held-back"]}, True)
    assert row_counts() == before


def test_what_hr_writes_meanwhile_is_kept(emptied: Path) -> None:
    load([emptied])
    edit("ann", mission="Ours.")
    load([emptied])
    assert (said().mission, said().principles) == ("Ours.", MANY)


def test_what_was_held_back_is_loaded_once_somebody_has_looked_at_it(emptied: Path) -> None:
    load([emptied])
    hanna = User.objects.create_superuser("hanna")
    report = load_held(SourceDocument.objects.get(path="ann.md"), hanna)
    assert (said().principles, report.failed) == (FEW, False)
    assert RoleRevision.objects.latest("catalogue_number").author == hanna
    assert outcomes(load([emptied])) == {"ann.md": "unchanged", "bob.md": "unchanged"}


def test_a_file_that_says_everything_again_is_held_back_no_more(emptied: Path) -> None:
    load([emptied])
    load([put(emptied, {"ann.md": tasks(*MANY, "I")})])
    assert said().principles == (*MANY, "I")
    assert SourceDocument.objects.get(path="ann.md").held is None


def test_half_of_what_a_role_says_may_go(tmp_path: Path) -> None:
    # The description and nine principles: ten statements.
    load([put(tmp_path, {"ann.md": tasks(*"ABCDEFGHI")})])
    load([put(tmp_path, {"ann.md": tasks(*"ABCD")})])
    assert said().principles == tuple("ABCD")


def test_fewer_than_five_statements_may_go(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": tasks(*"ABCD")})])
    load([put(tmp_path, {"ann.md": job("Ann")})])
    assert said().principles == ()


def test_what_the_catalogue_says_besides_counts_towards_the_half(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": tasks(*MANY)})])
    edit("ann", capabilities=tuple(Capability(name=f"Skill {n}") for n in range(10)))
    load([put(tmp_path, {"ann.md": tasks(*FEW)})])
    assert said().principles == FEW


def test_a_reviewer_loads_in_the_admin_what_was_held_back(emptied: Path, client: Client) -> None:
    load([emptied])
    reviewer = User.objects.create_user("eve", is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Editors"))
    reviewer.user_permissions.add(Permission.objects.get(codename="publish_role"))
    client.force_login(reviewer)
    held = SourceDocument.objects.get(path="ann.md")
    page = client.get(reverse("admin:roles_sourcedocument_change", args=[held.pk]))
    assert "principles · c" in page.content.decode()
    fields = {"action": "load_held", "_selected_action": [held.pk]}
    answer = client.post(reverse("admin:roles_sourcedocument_changelist"), fields, follow=True)
    assert "ann.md was loaded." in answer.content.decode()
    assert said().principles == FEW


def test_what_an_editor_loads_in_the_admin_waits_for_review(emptied: Path, client: Client) -> None:
    load([emptied])
    editor = User.objects.create_user("eve", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    held = SourceDocument.objects.get(path="ann.md")
    fields = {"action": "load_held", "_selected_action": [held.pk]}
    answer = client.post(reverse("admin:roles_sourcedocument_changelist"), fields, follow=True)
    assert "ann.md was loaded. What it changes waits for review." in answer.content.decode()
    assert said().principles == MANY
    assert Proposal.objects.get().document["principles"] == list(FEW)


def test_who_may_only_look_can_not_load_what_was_held_back(emptied: Path, client: Client) -> None:
    load([emptied])
    viewer = User.objects.create_user("vic", is_staff=True)
    viewer.groups.add(Group.objects.get(name="Viewers"))
    client.force_login(viewer)
    held = SourceDocument.objects.get(path="ann.md")
    fields = {"action": "load_held", "_selected_action": [held.pk]}
    client.post(reverse("admin:roles_sourcedocument_changelist"), fields)
    assert said().principles == MANY


# Reading again ----------------------------------------------------------------------------------------------


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    monkeypatch.setattr("roles.loading.run.parse", lambda data: pytest.fail("it was read"))
    assert outcomes(load([tmp_path])) == {"ann.md": "unchanged"}


def test_an_unchanged_file_is_read_again_by_another_version_of_the_reader(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    SourceDocument.objects.update(reader="an earlier one")
    assert outcomes(load([tmp_path])) == {"ann.md": "unchanged"}
    assert SourceDocument.objects.get().reader == reader()
    assert RoleRevision.objects.count() == 1


def test_the_doubts_about_an_unchanged_file_are_told_again(tmp_path: Path) -> None:
    put(tmp_path, {"ann.md": job("Ann", "## Favourite soup\n\nLeek.\n")})
    first = load([tmp_path])
    assert codes(first) == {"ann.md": ["unknown-heading"]}
    assert codes(load([tmp_path])) == codes(first)


# What is suggested ------------------------------------------------------------------------------------------


def test_a_partner_that_is_no_role_is_told_with_the_roles_it_may_mean(tmp_path: Path) -> None:
    body = "## Common Partners\n\nHarbor Pilot, Cook\n"
    report = load([put(tmp_path, {"ann.md": job("Ann", body), "pilot.md": job("Harbour Pilot")})])
    told = [message.text for file in report.files for message in file.messages]
    assert told == [
        "No role is called 'Harbor Pilot'; it stays text until one is. Meant may be Harbour Pilot (96 %).",
        "No role is called 'Cook'; it stays text until one is.",
    ]
    assert not Role.objects.filter(interactions__partner__isnull=False).exists()


# Deleted roles ----------------------------------------------------------------------------------------------


@pytest.fixture
def deleted(tmp_path: Path) -> Path:
    """A folder with the file of a role that HR edited, and then deleted."""
    load([put(tmp_path, {"ann.md": tasks("Care")})])
    role = edit("ann", mission="Ours.")
    history.delete([role], change("No more"))
    return tmp_path


def test_a_deleted_role_stays_deleted_while_its_file_does_not_change(deleted: Path) -> None:
    report = load([deleted])
    assert (outcomes(report), codes(report)) == ({"ann.md": "skipped"}, {"ann.md": ["role-deleted"]})
    assert not Role.objects.exists()


def test_a_deleted_role_whose_file_changes_is_back_as_a_draft_with_all_that_hr_wrote(deleted: Path) -> None:
    report = load([put(deleted, {"ann.md": tasks("Care", "Haste")})])
    assert (said().mission, said().principles) == ("Ours.", ("Care", "Haste"))
    assert Role.objects.get().status == Role.Status.DRAFT
    assert codes(report) == {"ann.md": ["role-returned"]}


def test_a_role_that_is_back_goes_on_with_its_history(deleted: Path) -> None:
    load([put(deleted, {"ann.md": tasks("Care", "Haste")})])
    origins = Role.objects.get().revisions.order_by("number").values_list("number", "origin")
    assert list(origins) == [(1, "load"), (2, "admin"), (3, "delete"), (4, "restore"), (5, "load")]


def test_a_file_that_describes_another_role_now_brings_none_back(deleted: Path) -> None:
    load([put(deleted, {"ann.md": job("Bob")})])
    assert list(Role.objects.values_list("slug", "status")) == [("bob", "published")]


def test_a_member_of_a_squad_that_is_no_role_is_told(tmp_path: Path) -> None:
    body = "## Composition\n\n* PILO1001 (2)\n* COOK1001 (1)\n"
    report = load([put(tmp_path, {"crew.md": job("Crew", body), "pilot.md": job("Pilot", code="PILO1001")})])
    told = [message.text for file in report.files for message in file.messages]
    assert told == ["No role is called 'COOK1001'; it stays text until one is."]
    assert [(row.role_code, bool(row.member)) for row in RoleMember.objects.all()] == [
        ("PILO1001", True),
        ("COOK1001", False),
    ]
