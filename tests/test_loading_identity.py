"""Which files make one role, in whatever order they come, and which role of the catalogue that is."""

from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import pytest

from roles.documents.document import Identifier
from roles.loading.run import load
from roles.models import OldSlug, Role, RoleRevision, SourceDocument
from tests.builders import codes, document, edit, job, outcomes, profile, put, row_counts, written

pytestmark = pytest.mark.django_db

TRANSITIVE = {
    "a.md": profile("Ferry Master", id="fm-01"),
    "b.md": profile("Captain", id="fm-01", identifiers="{esco: '815'}"),
    "c.md": profile("Skipper", identifiers="{esco: '815', sap-id: '9'}"),
    "d.md": profile("Helm", identifiers="{sap-id: '9'}"),
    "e.md": profile("Bridge Keeper", id="bk-01"),
}
SAME_NAME = {
    "a.md": profile("Ferry Master", id="fm-01"),
    "b.md": job("FERRY  master", code="FERR1001"),
    "c.md": job("Ferry Master", body="## Operating principles\n\n* Safety first\n"),
}


def paths_by_role() -> list[list[str]]:
    """The paths of each role's documents, in alphabetical order."""
    return sorted(sorted(row.path for row in role.documents.all()) for role in Role.objects.all())


def forget_everything() -> None:
    SourceDocument.objects.all().delete()
    Role.objects.update(revision=None)
    RoleRevision.objects.all().delete()
    Role.objects.all().delete()


# Among files --------------------------------------------------------------------------------------------
def test_shared_identifiers_join_documents_over_others(tmp_path: Path) -> None:
    load([put(tmp_path, TRANSITIVE)])
    assert paths_by_role() == [["a.md", "b.md", "c.md", "d.md"], ["e.md"]]


def test_the_names_of_files_do_not_decide_what_identifiers_join(tmp_path: Path) -> None:
    for number, order in enumerate(permutations(["a.md", "b.md", "c.md", "d.md"])):
        renamed = {f"{place}.md": TRANSITIVE[path] for place, path in enumerate(order)}
        load([put(tmp_path / str(number), renamed)])
        assert paths_by_role() == [["0.md", "1.md", "2.md", "3.md"]]
        forget_everything()


@pytest.mark.parametrize("order", [("a.md", "b.md", "c.md", "d.md"), ("d.md", "c.md", "b.md", "a.md")])
def test_documents_loaded_one_by_one_make_the_same_role(tmp_path: Path, order: Iterable[str]) -> None:
    put(tmp_path, TRANSITIVE)
    for path in order:
        load([tmp_path / path])
    assert paths_by_role() == [["a.md", "b.md", "c.md", "d.md"]]


@pytest.mark.parametrize("order", list(permutations(SAME_NAME)))
def test_documents_of_one_name_are_one_role_whatever_their_order(
    tmp_path: Path, order: Iterable[str]
) -> None:
    put(tmp_path, SAME_NAME)
    for path in order:
        load([tmp_path / path])
    assert paths_by_role() == [["a.md", "b.md", "c.md"]]


def test_documents_of_one_name_that_come_together_are_one_role(tmp_path: Path) -> None:
    report = load([put(tmp_path, SAME_NAME)])
    assert paths_by_role() == [["a.md", "b.md", "c.md"]]
    assert codes(report) == {"c.md": ["twin-document", "differs"]}


def test_identifiers_are_the_same_however_they_are_spelled(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Bob", code="abc1")})])
    assert paths_by_role() == [["a.md", "b.md"]]


def test_a_value_identifies_only_in_its_scheme(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": profile("Ann", id="x1"), "b.md": job("Bob", code="x1")})])
    assert paths_by_role() == [["a.md"], ["b.md"]]


def test_a_name_does_not_join_documents_whose_identifiers_disagree(tmp_path: Path) -> None:
    report = load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Ann", code="XYZ9")})])
    assert paths_by_role() == [["a.md"], ["b.md"]]
    assert codes(report) == {"a.md": ["name-shared"], "b.md": ["name-shared", "slug-shared"]}
    assert set(Role.objects.values_list("slug", flat=True)) == {"ann", "ann-2"}


def test_a_name_that_two_roles_bear_joins_with_neither(tmp_path: Path) -> None:
    files = {
        "a.md": job("Ann", code="ABC1"),
        "b.md": job("Ann", code="XYZ9"),
        "c.md": profile("Ann", id="a-1"),
    }
    report = load([put(tmp_path, files)])
    assert paths_by_role() == [["a.md"], ["b.md"], ["c.md"]]
    assert "name-shared" in codes(report)["c.md"]


def test_roles_kept_apart_stay_apart_when_loaded_again(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Ann", code="XYZ9")})
    load([tmp_path])
    assert set(outcomes(load([tmp_path])).values()) == {"unchanged"}


def test_a_written_slug_joins(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": profile("Ann", slug="ann"), "b.md": profile("Anna", slug="ann")})])
    assert paths_by_role() == [["a.md", "b.md"]]


@pytest.mark.parametrize("order", [("a.md", "b.md"), ("b.md", "a.md")])
def test_a_derived_slug_identifies_nothing(tmp_path: Path, order: Iterable[str]) -> None:
    put(tmp_path, {"a.md": job("Ann-Marie", code="ABC1"), "b.md": profile("Ann", slug="ann-marie")})
    for path in order:
        report = load([tmp_path / path])
    assert paths_by_role() == [["a.md"], ["b.md"]]
    assert codes(report)[order[1]] == ["slug-shared"]  # type: ignore[index]


def test_the_slug_that_a_file_states_counts_before_one_made_from_a_name(tmp_path: Path) -> None:
    files = {"a.md": job("Sea Captain", code="CAPT1"), "b.md": profile("Skipper", slug="skipper", id="s-1")}
    files["b.md"] = files["b.md"].replace("id: s-1", "identifiers: {role-code: CAPT1}")
    load([put(tmp_path, files)])
    assert [(role.slug, role.name) for role in Role.objects.all()] == [("skipper", "Sea Captain")]


def test_a_stated_family_counts_before_that_of_a_folder(tmp_path: Path) -> None:
    load([put(tmp_path, {"water/a.md": job("Ann"), "water/b.md": profile("Ann", family="Ferries")})])
    assert Role.objects.get().family_name == "Ferries"


# The same file again ------------------------------------------------------------------------------------
def test_a_renamed_file_is_the_same_document(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann"), "b.md": job("Ann", body="## Purpose\n\nOther.\n")})])
    before = dict(SourceDocument.objects.values_list("rank", "pk"))
    (tmp_path / "a.md").rename(tmp_path / "z.md")
    report = load([tmp_path])
    assert {row.rank: (row.pk, row.path) for row in SourceDocument.objects.all()} == {
        1: (before[1], "z.md"),
        2: (before[2], "b.md"),
    }
    assert (report.changed, report.missing) == ([], [])


def test_a_file_that_was_moved_and_edited_at_once_is_the_same_document(tmp_path: Path) -> None:
    load([put(tmp_path, {"water/a.md": job("Ann", code="ABC1")})])
    edit("ann", description="Ours.")
    (tmp_path / "water" / "a.md").unlink()
    edited = job("Ann", code="ABC1", body="## Operating principles\n\n* Care\n")
    report = load([put(tmp_path, {"river/ann.md": edited})])
    stored = SourceDocument.objects.get()
    assert (stored.path, stored.rank, stored.missing) == ("river/ann.md", 1, False)
    assert (report.missing, report.conflicts) == ([], [])
    role = Role.objects.get()
    assert (role.description, role.family_name, role.principles.count()) == ("Ours.", "River", 1)


def test_files_that_swapped_their_names_are_still_their_roles_documents(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Bob", code="XYZ9")})
    load([tmp_path])
    edited = job("Bob", code="XYZ9").replace("Work as Bob.", "Work as Robert.")
    put(tmp_path, {"a.md": edited, "b.md": job("Ann", code="ABC1")})
    report = load([tmp_path])
    assert {row.path: (row.role and row.role.slug, row.rank) for row in SourceDocument.objects.all()} == {
        "a.md": ("bob", 1),
        "b.md": ("ann", 1),
    }
    assert Role.objects.get(slug="bob").description == "Work as Robert."
    assert (report.changed, report.missing, codes(report)) == (["bob"], [], {})


def test_twins_that_changed_places_in_a_row_keep_their_ranks(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Ann", body="## Purpose\n\nOther.\n")})
    load([tmp_path])
    (tmp_path / "b.md").rename(tmp_path / "c.md")
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    load([tmp_path])
    assert list(SourceDocument.objects.values_list("rank", "path")) == [(1, "b.md"), (2, "c.md")]


def test_a_file_that_describes_another_role_now_leaves_what_it_said(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1")})])
    report = load([put(tmp_path, {"a.md": job("Bob", code="XYZ9")})])
    assert outcomes(report) == {"a.md": "created"}
    assert codes(report) == {}
    assert report.missing == ["a (was ann).md"]
    assert Role.objects.get(slug="ann").description == "Work as Ann."
    assert Role.objects.get(slug="bob").documents.get().path == "a.md"
    again = row_counts()
    load([tmp_path])
    assert row_counts() == again


def test_a_file_without_identifiers_is_told_by_its_place_when_its_name_changes(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann")})])
    load([put(tmp_path, {"a.md": job("Anna")})])
    role = Role.objects.get()
    assert (role.name, role.slug) == ("Anna", "anna")
    assert OldSlug.objects.get().slug == "ann"


def test_a_file_whose_code_changed_under_the_same_name_is_still_the_roles(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1")})])
    load([put(tmp_path, {"a.md": job("Ann", code="ABC2")})])
    assert [row.value for row in Role.objects.get().identifiers.all()] == ["ABC2"]


def test_named_files_of_one_name_that_are_loaded_by_themselves_stay_apart(tmp_path: Path) -> None:
    put(tmp_path, {"ann/profile.md": profile("Ann", id="a-1"), "bob/profile.md": profile("Bob", id="b-1")})
    for folder in ("ann", "bob", "ann", "bob"):
        load([tmp_path / folder / "profile.md"])
    assert paths_by_role() == [["bob/profile.md"], ["profile.md"]]
    assert not SourceDocument.objects.filter(missing=True).exists()


def test_a_copy_of_a_document_is_a_twin_and_says_nothing_new(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann")})
    load([tmp_path])
    report = load([put(tmp_path, {"copy.md": job("Ann")})])
    assert codes(report)["copy.md"] == ["twin-document"]
    assert report.changed == []
    assert list(SourceDocument.objects.values_list("rank", "path")) == [(1, "a.md"), (2, "copy.md")]


# The catalogue's part -----------------------------------------------------------------------------------
def test_a_role_that_hr_renamed_is_still_found_by_its_files(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann")})
    load([tmp_path])
    edit("ann", name="Queen Ann", slug="queen-ann")
    put(tmp_path, {"a.md": job("Ann", body="## Operating principles\n\n* Care\n"), "b.md": profile("Ann")})
    load([tmp_path])
    role = Role.objects.get()
    assert (role.name, role.slug, role.principles.count()) == ("Queen Ann", "queen-ann", 1)
    assert role.documents.count() == 2


def test_a_role_whose_code_hr_corrected_is_still_found_by_a_moved_file(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1")})])
    edit("ann", identifiers=(Identifier(scheme="role-code", value="ABC7"),))
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    load([tmp_path])
    role = Role.objects.get()
    assert [row.value for row in role.identifiers.all()] == ["ABC7"]
    assert role.documents.get().path == "b.md"


def test_a_code_that_hr_gave_to_another_role_does_not_take_the_file_with_it(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Bob")})])
    code = Identifier(scheme="role-code", value="ABC1")
    edit("ann", identifiers=())
    edit("bob", identifiers=(code,))
    put(tmp_path, {"a.md": job("Ann", code="ABC1", body="## Operating principles\n\n* Care\n")})
    report = load([tmp_path])
    assert outcomes(report) == {"a.md": "updated", "b.md": "unchanged"}
    assert paths_by_role() == [["a.md"], ["b.md"]]
    assert Role.objects.get(slug="bob").identifiers.get().value == "ABC1"


def test_a_file_joins_the_role_that_hr_made_under_its_name(tmp_path: Path) -> None:
    written(document("Ann", mission="Keep Ann going."))
    load([put(tmp_path, {"a.md": profile("Ann", slug="ann-the-great")})])
    assert Role.objects.get().documents.count() == 1


def test_a_file_joins_the_role_whose_slug_it_states(tmp_path: Path) -> None:
    written(document("Ann"))
    edit("ann", slug="anna")
    for slug in ("ann", "anna"):
        load([put(tmp_path / slug, {f"{slug}.md": profile("Otherwise", slug=slug)})])
    assert Role.objects.get().documents.count() == 2


def test_a_file_that_takes_two_roles_for_one_is_told_and_the_others_are_loaded(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": profile("Bob", id="b-1")})])
    both = "---\nid: b-1\n---\n" + job("Both", code="ABC1")
    later = job("Ann", code="ABC1", body="## Operating principles\n\n* Care\n")
    report = load([put(tmp_path, {"a.md": later, "both.md": both, "c.md": job("Cid")})])
    assert outcomes(report) == {
        "a.md": "updated",
        "b.md": "unchanged",
        "both.md": "failed",
        "c.md": "created",
    }
    clash = next(file for file in report.files if file.path == "both.md").messages[-1]
    assert (clash.code, clash.line) == ("identifier-taken", 2)
    assert "ann, bob" in clash.text


def test_new_files_that_bring_one_new_code_to_two_roles_are_told(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Bob", code="XYZ9")})])
    shared = "---\nidentifiers: {esco: '815'}\n---\n"
    put(tmp_path, {"c.md": shared + job("Ann", code="ABC1"), "d.md": shared + job("Bob", code="XYZ9")})
    report = load([tmp_path])
    assert outcomes(report) == {"a.md": "unchanged", "b.md": "unchanged", "c.md": "updated", "d.md": "failed"}


def test_a_code_that_hr_gave_away_and_its_file_spells_anew_waits_for_a_decision(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1")})])
    edit("ann", identifiers=())
    written(document("Bob", identifiers=(Identifier(scheme="role-code", value="ABC1"),)))
    report = load([put(tmp_path, {"a.md": job("Ann", code="abc1"), "c.md": job("Cid")})])
    assert outcomes(report) == {"a.md": "updated", "c.md": "created"}
    assert [item.key for item in report.conflicts] == ["identifiers:role-code:abc1"]


def test_two_roles_that_are_made_one_by_hand_are_joined_by_the_next_load(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Ann", code="XYZ9")})
    load([tmp_path])
    role = Role.objects.get(slug="ann-2")
    role.delete()
    report = load([put(tmp_path, {"b.md": job("Ann", code="ABC1")})])
    assert outcomes(report) == {"a.md": "unchanged", "b.md": "updated"}
    assert paths_by_role() == [["a.md", "b.md"]]


def test_a_slug_that_hr_chose_does_not_conflict_with_files_that_state_none(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann")})])
    edit("ann", slug="queen")
    report = load([put(tmp_path, {"a.md": job("Anna")})])
    role = Role.objects.select_related("revision").get()
    assert (role.slug, role.name, report.conflicts) == ("queen", "Anna", [])


def test_a_file_that_claims_another_roles_slug_gets_its_own_back(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Bob", code="XYZ9")})])
    report = load([put(tmp_path, {"b.md": "---\nslug: ann\n---\n" + job("Bob", code="XYZ9")})])
    assert outcomes(report)["b.md"] == "updated"
    assert codes(report)["b.md"] == ["slug-shared"]
    assert Role.objects.get(name="Bob").slug == "bob"
