"""Loads in which several things happen at once: files held, moved, gone and decided on in one run."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from roles import history, store
from roles.loading.run import load, load_held
from roles.models import Conflict, Role, SourceDocument
from tests.builders import change, codes, edit, job, outcomes, profile, put, row_counts

pytestmark = pytest.mark.django_db

FEW, MANY = ("A", "B"), ("A", "B", "C", "D", "E", "F", "G", "H")


def ann(*principles: str) -> str:
    return job("Ann", "## Operating principles\n\n" + "".join(f"* {name}\n" for name in principles))


def principles() -> tuple[str, ...]:
    """What the role Ann says."""
    role = Role.objects.select_related("revision").get(slug="ann")
    assert store.current(role) == store.read(role)
    return store.current(role).principles


# Withdrawal -------------------------------------------------------------------------------------------------


def test_what_hr_changed_of_a_withdrawn_file_is_an_open_conflict(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    edit("ann", description="Ours.")
    (tmp_path / "ann.md").unlink()
    load([tmp_path], max_withdrawn=1)
    conflict = Conflict.objects.get()
    assert (conflict.closed_at, conflict.ours, conflict.theirs) == (None, "Ours.", None)


def test_a_conflict_that_waits_stays_open_when_its_file_is_withdrawn(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    edit("ann", description="Ours.")
    load([put(tmp_path, {"ann.md": job("Ann").replace("Work", "Toil")})])
    (tmp_path / "ann.md").unlink()
    load([tmp_path], max_withdrawn=1)
    conflict = Conflict.objects.get()
    assert (conflict.closed_at, conflict.ours, conflict.theirs) == (None, "Ours.", None)


def test_what_could_not_be_withdrawn_is_told_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([put(tmp_path, {"ann.md": job("Ann")})])
    (tmp_path / "ann.md").unlink()

    def refused(*_args: object) -> None:
        raise ValueError("refused")

    monkeypatch.setattr(store, "write_all", refused)
    report = load([tmp_path], max_withdrawn=1)
    assert (report.withdrawn, report.missing) == ([], ["ann.md"])


# Files that bear another role's name ------------------------------------------------------------------------


def test_a_file_without_identifiers_that_is_moved_over_another_leaves_that_ones_role_alone(
    tmp_path: Path,
) -> None:
    load([put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})])
    edit("ann", mission="Ann's.")
    (tmp_path / "b.md").rename(tmp_path / "a.md")
    report = load([tmp_path])
    assert sorted(Role.objects.values_list("slug", "name", "mission")) == [
        ("ann", "Ann", "Ann's."),
        ("bob", "Bob", ""),
    ]
    assert report.missing == ["a (was ann).md"]


def test_files_without_identifiers_that_swapped_their_names_are_still_their_roles(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})])
    report = load([put(tmp_path, {"a.md": job("Bob"), "b.md": job("Ann")})])
    assert (report.changed, report.missing) == ([], [])
    assert sorted(SourceDocument.objects.values_list("path", "role__slug")) == [
        ("a.md", "bob"),
        ("b.md", "ann"),
    ]


def test_a_file_takes_the_name_that_hr_gave_its_role_though_another_bears_it_too(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})])
    edit("ann", name="Bob")
    load([put(tmp_path, {"a.md": job("Bob", "## Purpose\n\nOther.\n")})])
    assert sorted(Role.objects.values_list("slug", "documents__path")) == [("ann", "a.md"), ("bob", "b.md")]


# Files that are named by themselves -------------------------------------------------------------------------


@pytest.mark.parametrize("text", [job("Ann"), job("Ann") + "x", "\x00"])
def test_a_file_that_is_named_besides_its_folder_is_not_gone(tmp_path: Path, text: str) -> None:
    load([put(tmp_path, {"water/ann.md": job("Ann")})])
    put(tmp_path, {"water/ann.md": text})
    report = load([tmp_path / "water" / "ann.md", tmp_path], max_withdrawn=1)
    assert (report.missing, report.withdrawn) == ([], [])
    assert Role.objects.get().description.startswith("Work as Ann.")


def test_what_was_held_back_of_a_file_loaded_by_itself_is_loaded_under_its_new_name(tmp_path: Path) -> None:
    load([put(tmp_path, {"ann.md": ann(*MANY)}) / "ann.md"])
    put(tmp_path, {"ann.md": ann(*FEW).replace("# Ann", "# Anna")})
    load([tmp_path / "ann.md"])
    report = load_held(SourceDocument.objects.get(), User.objects.create_superuser("hanna"))
    assert (codes(report), Role.objects.get().name) == ({}, "Anna")


# Files that are held back -----------------------------------------------------------------------------------


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A folder with a file that is held back."""
    load([put(tmp_path, {"ann.md": ann(*MANY)})])
    load([put(tmp_path, {"ann.md": ann(*FEW)})])
    return tmp_path


def test_a_file_that_says_again_what_it_said_is_held_back_no_more(held: Path) -> None:
    report = load([put(held, {"ann.md": ann(*MANY)})])
    assert (outcomes(report), report.changed) == ({"ann.md": "unchanged"}, [])
    assert SourceDocument.objects.get().held is None


def test_a_file_that_is_held_back_under_another_name_is_not_gone(held: Path) -> None:
    (held / "ann.md").rename(held / "zoe.md")
    report = load([held], max_withdrawn=1)
    assert (report.missing, report.withdrawn, principles()) == ([], [], MANY)
    before = row_counts()
    assert outcomes(load([held])) == {"zoe.md": "held"}
    assert row_counts() == before


def test_a_file_that_is_held_back_and_was_away_is_not_gone(held: Path) -> None:
    (held / "ann.md").unlink()
    load([held])
    report = load([put(held, {"ann.md": ann(*FEW)})], max_withdrawn=1)
    assert (report.missing, report.withdrawn, principles()) == ([], [], MANY)


def test_files_that_are_held_back_may_swap_their_names(tmp_path: Path) -> None:
    one, other = ann(*MANY), ann(*MANY).replace("Ann", "Bob")
    load([put(tmp_path, {"ann.md": one, "bob.md": other})])
    put(tmp_path, {"bob.md": ann(*FEW), "ann.md": ann(*FEW).replace("Ann", "Bob")})
    assert outcomes(load([tmp_path], max_withdrawn=1)) == {"ann.md": "held", "bob.md": "held"}
    assert sorted(SourceDocument.objects.values_list("path", "role__slug", "missing")) == [
        ("ann.md", "bob", False),
        ("bob.md", "ann", False),
    ]


def test_a_deleted_role_whose_file_is_still_held_back_stays_deleted(held: Path) -> None:
    history.delete(Role.objects.all(), change())
    report = load([held])
    assert (outcomes(report), codes(report)) == ({"ann.md": "skipped"}, {"ann.md": ["role-deleted"]})
    assert (report.failed, Role.objects.count()) == (False, 0)


def test_what_was_held_back_of_a_deleted_role_brings_it_back_when_asked_for(held: Path) -> None:
    history.delete(Role.objects.all(), change())
    load_held(SourceDocument.objects.get(), User.objects.create_superuser("hanna"))
    assert principles() == FEW


# Files whose place another role's file takes ----------------------------------------------------------------


def test_both_documents_of_a_role_may_leave_their_place_to_another_roles(tmp_path: Path) -> None:
    bob = job("Bob", code="XYZ9")
    for text in (job("Ann", code="ABC1"), bob, profile("Ann"), bob):
        report = load([put(tmp_path, {"a.md": text})])
    assert (outcomes(report), report.missing) == (
        {"a.md": "unchanged"},
        ["a (was ann).md", "a (was ann, 2).md"],
    )


# Folders ----------------------------------------------------------------------------------------------------


def test_a_folder_whose_name_is_not_utf8_is_told_and_the_others_are_loaded(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        put(odd, {"ann.md": job("Ann")})
    except OSError:
        pytest.skip("no such name on this file system")
    report = load([odd, put(tmp_path / "bar", {"bob.md": job("Bob")})])
    assert outcomes(report) == {"ann.md": "failed", "bob.md": "created"}
