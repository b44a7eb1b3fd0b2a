"""What happens when files change, when the catalogue changes, and when both do."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from roles import store
from roles.documents.document import Capability, RoleDocument, Variation
from roles.documents.reader import parse
from roles.loading.report import Report
from roles.loading.run import load
from roles.models import Conflict, LoadRun, Role, RoleRevision, SourceDocument
from tests.builders import (
    codes,
    document,
    edit,
    job,
    outcomes,
    profile,
    put,
    row_counts,
    writing,
    written,
)

pytestmark = pytest.mark.django_db

HEAD = "---\nslug: keeper\nname: Keeper\n---\n\n"
SKILLS = ("SQL", "Python", "dbt")


class Keeper:
    """A role with one file, whose both sides a test changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "keeper.md"

    def in_file(
        self, mission: str = "Base.", skills: tuple[str, ...] = SKILLS, level: str = "Novice"
    ) -> Report:
        """Let the file say this, and load it."""
        items = "".join(f"- **{name}** — {level}\n" for name in skills)
        put(self.folder, {"keeper.md": f"{HEAD}# Mission\n{mission}\n\n# Capabilities\n{items}"})
        return load([self.folder])

    def in_catalogue(self, **parts: Any) -> None:
        """Let HR change this."""
        edit("keeper", **parts)

    @property
    def said(self) -> RoleDocument:
        """What the catalogue says."""
        role = Role.objects.select_related("revision").get()
        assert store.current(role) == store.read(role)
        return store.current(role)

    @property
    def skills(self) -> list[str]:
        return [item.name for item in self.said.capabilities]


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """A role that was loaded once."""
    keeper = Keeper(tmp_path)
    keeper.in_file()
    return keeper


def capabilities(*names: str, level: str = "Novice") -> tuple[Capability, ...]:
    return tuple(Capability(name=name, level=level) for name in names)


def open_conflicts() -> list[tuple[str, Any, Any, Any]]:
    found = Conflict.objects.filter(closed_at=None).order_by("key")
    return [(row.key, row.base, row.ours, row.theirs) for row in found]


# One side --------------------------------------------------------------------------------------------------


def test_an_edit_in_the_catalogue_stays_while_the_file_is_unchanged(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    report = load([keeper.folder])
    assert keeper.said.mission == "Ours."
    assert outcomes(report) == {"keeper.md": "unchanged"}


def test_an_edit_in_the_catalogue_stays_when_the_file_changes_elsewhere(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    report = keeper.in_file(level="Expert")
    assert keeper.said.mission == "Ours."
    assert keeper.said.capabilities == capabilities(*SKILLS, level="Expert")
    assert report.conflicts == []


def test_a_change_in_the_file_is_taken(keeper: Keeper) -> None:
    report = keeper.in_file(mission="Theirs.")
    assert keeper.said.mission == "Theirs."
    assert (report.changed, report.conflicts) == (["keeper"], [])
    assert RoleRevision.objects.latest("number").number == 2


def test_a_statement_that_is_gone_from_the_file_is_withdrawn_and_in_the_history(keeper: Keeper) -> None:
    keeper.in_file(skills=("SQL", "dbt"))
    assert keeper.skills == ["SQL", "dbt"]
    first = RoleRevision.objects.get(number=1)
    assert [item["name"] for item in first.document["capabilities"]] == ["SQL", "Python", "dbt"]


def test_a_statement_that_hr_withdrew_stays_withdrawn(keeper: Keeper) -> None:
    keeper.in_catalogue(capabilities=capabilities("SQL"))
    keeper.in_file(mission="Theirs.")
    assert keeper.skills == ["SQL"]


def test_a_statement_that_hr_added_stays_where_hr_put_it(keeper: Keeper) -> None:
    keeper.in_catalogue(capabilities=capabilities("SQL", "Excel", "Python", "dbt"))
    keeper.in_file(skills=("SQL", "Python", "dbt", "Spark"))
    assert keeper.skills == ["SQL", "Excel", "Python", "dbt", "Spark"]


def test_a_file_whose_bytes_alone_changed_makes_no_revision_and_is_kept(keeper: Keeper) -> None:
    with keeper.file.open("a") as file:
        file.write("\n\n")
    report = load([keeper.folder])
    assert outcomes(report) == {"keeper.md": "updated"}
    assert report.changed == []
    assert bytes(SourceDocument.objects.get().content).endswith(b"\n\n\n")


def test_a_slug_that_hr_chose_stays_whatever_else_the_file_changes(keeper: Keeper) -> None:
    keeper.in_catalogue(slug="warden")
    report = keeper.in_file(mission="Theirs.")
    assert (keeper.said.slug, keeper.said.mission) == ("warden", "Theirs.")
    assert codes(report) == {}


def test_a_family_that_hr_chose_does_not_conflict_with_the_folder_of_a_moved_file(tmp_path: Path) -> None:
    load([put(tmp_path, {"water/a.md": job("Ann"), "water/b.md": job("Bob")})])
    edit("ann", family="Ferries")
    (tmp_path / "water").rename(tmp_path / "river")
    report = load([tmp_path])
    assert report.conflicts == []
    assert dict(Role.objects.values_list("slug", "family_name")) == {"ann": "Ferries", "bob": "River"}


# Order -----------------------------------------------------------------------------------------------------


def test_a_new_order_in_the_file_is_taken_and_makes_a_revision(keeper: Keeper) -> None:
    report = keeper.in_file(skills=("dbt", "SQL", "Python"))
    assert keeper.skills == ["dbt", "SQL", "Python"]
    assert report.changed == ["keeper"]


def test_if_both_changed_the_order_the_catalogues_wins_without_conflict(keeper: Keeper) -> None:
    keeper.in_catalogue(capabilities=capabilities("Python", "dbt", "SQL"))
    report = keeper.in_file(skills=("dbt", "SQL", "Python"))
    assert keeper.skills == ["Python", "dbt", "SQL"]
    assert report.conflicts == []


# Both sides ------------------------------------------------------------------------------------------------


def test_the_same_change_on_both_sides_leaves_no_difference(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Both.")
    report = keeper.in_file(mission="Both.")
    assert (keeper.said.mission, report.changed, report.conflicts) == ("Both.", [], [])
    assert codes(report) == {}


def test_different_changes_leave_the_catalogues_and_a_conflict_that_the_report_tells(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    report = keeper.in_file(mission="Theirs.")
    assert keeper.said.mission == "Ours."
    assert open_conflicts() == [("mission", "Base.", "Ours.", "Theirs.")]
    assert [(item.role, item.key) for item in report.conflicts] == [("keeper", "mission")]
    message = report.files[0].messages[0]
    assert (message.code, message.severity, message.line) == ("conflict", "warning", 7)


def test_a_statement_gone_from_the_file_and_changed_in_the_catalogue_is_a_conflict(keeper: Keeper) -> None:
    keeper.in_catalogue(capabilities=(*capabilities("SQL", "Python"), Capability(name="dbt", level="Expert")))
    report = keeper.in_file(skills=("SQL", "Python"))
    assert keeper.skills == ["SQL", "Python", "dbt"]
    base, ours = ({"name": "dbt", "level": level, "detail": None} for level in ("Novice", "Expert"))
    assert open_conflicts() == [("capabilities:dbt", base, ours, None)]
    assert codes(report) == {"keeper.md": ["conflict"]}


def test_a_statement_withdrawn_by_hr_and_changed_in_the_file_is_a_conflict(keeper: Keeper) -> None:
    keeper.in_catalogue(capabilities=capabilities("SQL", "Python"))
    keeper.in_file(level="Expert")
    assert keeper.skills == ["SQL", "Python"]
    theirs = {"name": "dbt", "level": "Expert", "detail": None}
    assert [(key, ours, new) for key, _base, ours, new in open_conflicts()] == [
        ("capabilities:dbt", None, theirs)
    ]


def test_the_base_advances_so_a_decided_difference_is_not_asked_again(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    keeper.in_file(mission="Theirs.")
    report = keeper.in_file(mission="Theirs.", level="Expert")
    assert report.conflicts == []
    assert (keeper.said.mission, len(open_conflicts())) == ("Ours.", 1)


def test_an_open_conflict_is_updated_in_place_when_the_file_changes_again(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    keeper.in_file(mission="Theirs.")
    before = Conflict.objects.get().pk
    keeper.in_file(mission="Theirs again.")
    assert open_conflicts() == [("mission", "Base.", "Ours.", "Theirs again.")]
    assert Conflict.objects.get().pk == before


def test_an_open_conflict_follows_what_hr_writes(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    keeper.in_file(mission="Theirs.")
    keeper.in_catalogue(mission="A third.")
    assert open_conflicts() == [("mission", "Base.", "A third.", "Theirs.")]


def test_a_conflict_is_closed_when_hr_takes_what_the_file_says(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    keeper.in_file(mission="Theirs.")
    keeper.in_catalogue(mission="Theirs.")
    assert open_conflicts() == []
    assert Conflict.objects.count() == 1


def test_a_conflict_is_closed_when_the_file_takes_what_the_catalogue_says(keeper: Keeper) -> None:
    keeper.in_catalogue(mission="Ours.")
    keeper.in_file(mission="Theirs.")
    report = keeper.in_file(mission="Ours.")
    assert open_conflicts() == []
    assert report.conflicts == []


def test_a_new_conflict_over_a_closed_one_is_a_new_row(keeper: Keeper) -> None:
    for round_number in (1, 2):
        keeper.in_catalogue(mission=f"Ours {round_number}.")
        keeper.in_file(mission=f"Theirs {round_number}.")
        assert len(open_conflicts()) == 1
        keeper.in_catalogue(mission=f"Theirs {round_number}.")
    assert Conflict.objects.count() == 2


# Roles without files and files without roles ---------------------------------------------------------------


def test_a_file_that_is_gone_leaves_what_it_said_and_is_marked_missing(keeper: Keeper) -> None:
    put(keeper.folder, {"other.md": job("Other")})
    load([keeper.folder])
    keeper.file.unlink()
    report = load([keeper.folder])
    assert report.missing == ["keeper.md"]
    assert SourceDocument.objects.get(path="keeper.md").missing
    assert Role.objects.get(slug="keeper").mission == "Base."
    assert not report.failed


def test_a_missing_file_is_told_each_time_but_written_once(keeper: Keeper) -> None:
    keeper.file.unlink()
    load([keeper.folder])
    with CaptureQueriesContext(connection) as queries:
        report = load([keeper.folder])
    assert report.missing == ["keeper.md"]
    assert writing(queries.captured_queries) == []


def test_a_file_that_comes_back_is_no_longer_missing(keeper: Keeper) -> None:
    content = keeper.file.read_bytes()
    keeper.file.unlink()
    load([keeper.folder])
    keeper.file.write_bytes(content)
    report = load([keeper.folder])
    assert (report.missing, report.changed, outcomes(report)) == ([], [], {"keeper.md": "unchanged"})
    assert not SourceDocument.objects.get().missing


def test_files_that_this_run_does_not_load_are_not_missing(keeper: Keeper) -> None:
    elsewhere = put(keeper.folder.parent / "elsewhere", {"other.md": job("Other")})
    report = load([elsewhere, keeper.folder / "keeper.md"])
    assert report.missing == []


def test_a_role_that_hr_deleted_stays_deleted_while_its_file_is_unchanged(keeper: Keeper) -> None:
    Role.objects.get().delete()
    before = row_counts()
    for _time in (1, 2):
        report = load([keeper.folder])
        assert outcomes(report) == {"keeper.md": "skipped"}
        assert codes(report) == {"keeper.md": ["role-deleted"]}
    assert row_counts() == before


def test_a_deleted_role_stays_deleted_when_its_file_is_renamed(keeper: Keeper) -> None:
    Role.objects.get().delete()
    keeper.file.rename(keeper.folder / "renamed.md")
    assert codes(load([keeper.folder])) == {"renamed.md": ["role-deleted"]}
    assert not Role.objects.exists()


def test_a_deleted_role_comes_back_when_its_file_changes(keeper: Keeper) -> None:
    Role.objects.get().delete()
    report = keeper.in_file(mission="Back.")
    assert outcomes(report) == {"keeper.md": "created"}
    assert keeper.said.mission == "Back."
    assert SourceDocument.objects.count() == 1


def test_a_deleted_role_comes_back_with_all_its_files_when_one_changes(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": profile("Ann", slug="ann"), "b.md": job("Ann", code="ABC1")})
    load([tmp_path])
    Role.objects.get().delete()
    report = load(
        [put(tmp_path, {"b.md": job("Ann", code="ABC1", body="## Operating principles\n\n* Care\n")})]
    )
    assert outcomes(report) == {"a.md": "created", "b.md": "created"}
    assert Role.objects.get().mission == "Keep Ann going."


def test_a_role_that_hr_made_meets_its_first_file_without_losing_a_word(tmp_path: Path) -> None:
    written(document("Keeper", mission="Ours.", summary="Only ours."))
    report = load([put(tmp_path, {"k.md": f"{HEAD}# Mission\nTheirs.\n\n# Capabilities\n- **SQL**\n"})])
    role = Role.objects.get()
    assert (role.mission, role.summary, role.capabilities.count()) == ("Ours.", "Only ours.", 1)
    assert open_conflicts() == [("mission", None, "Ours.", "Theirs.")]
    assert outcomes(report) == {"k.md": "updated"}


# Several documents of a role -------------------------------------------------------------------------------


def test_documents_that_a_run_does_not_touch_take_part_from_storage(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": profile("Ann", slug="ann"), "b.md": job("Ann")})
    load([tmp_path])
    (tmp_path / "b.md").write_text(job("Ann").replace("Work as Ann.", "Be Ann."))
    load([tmp_path / "b.md"])
    role = Role.objects.get()
    assert (role.mission, role.description) == ("Keep Ann going.", "Be Ann.")


def test_a_change_of_one_file_leaves_the_record_of_the_other_as_it_is(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": profile("Ann", slug="ann"), "b.md": job("Ann")})
    load([tmp_path])
    first = LoadRun.objects.get()
    load([put(tmp_path, {"b.md": job("Ann", code="ABC1")})])
    assert SourceDocument.objects.get(path="a.md").run == first
    assert SourceDocument.objects.get(path="b.md").run != first


def test_the_first_ranked_document_decides_and_the_other_is_told_where_it_differs(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": job("Ann"), "b.md": job("Ann").replace("Work as Ann.", "Be Ann.")})
    report = load([tmp_path])
    assert Role.objects.get().description == "Work as Ann."
    told = [(item.line, item.code) for item in report.files[1].messages]
    assert told == [(1, "twin-document"), (4, "differs")]


def test_a_statement_stays_while_one_document_makes_it(tmp_path: Path) -> None:
    skills = "# Capabilities\n- **SQL**\n"
    put(tmp_path, {"a.md": profile("Ann", skills, slug="ann"), "b.md": profile("Ann", skills, slug="ann")})
    load([tmp_path])
    load([put(tmp_path, {"a.md": profile("Ann", slug="ann")})])
    assert Role.objects.get().capabilities.count() == 1
    load([put(tmp_path, {"b.md": profile("Ann", slug="ann")})])
    assert Role.objects.get().capabilities.count() == 0


# Lifecycle and doubts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "status"), [("draft", "draft"), ("Archived", "archived"), ("", "published")]
)
def test_a_front_matter_decides_on_the_status_of_a_new_role_only(
    tmp_path: Path, stated: str, status: str
) -> None:
    front = {"status": stated} if stated else {}
    load([put(tmp_path, {"a.md": profile("Ann", slug="ann", **front)})])
    assert Role.objects.get().status == status
    Role.objects.update(status="published")
    load([put(tmp_path, {"a.md": profile("Ann", "# Capabilities\n- **SQL**\n", slug="ann", **front)})])
    assert Role.objects.get().status == "published"
    assert Role.objects.get().extra.get("status", "") == stated


def test_a_status_that_is_none_is_told_and_the_role_is_published(tmp_path: Path) -> None:
    report = load([put(tmp_path, {"a.md": profile("Ann", status="retired")})])
    assert Role.objects.get().status == "published"
    assert [(item.code, item.line) for item in report.files[0].messages] == [("front-matter-value", 2)]


def test_levels_without_rank_and_partners_without_role_are_told_with_their_lines(tmp_path: Path) -> None:
    body = "# Capabilities\n- **SQL** — Endless\n\n# Interactions\n- **Advises** → Nobody\n"
    report = load([put(tmp_path, {"a.md": profile("Ann", body, default_seniority="Wizard")})])
    assert [(item.line, item.code) for item in report.files[0].messages] == [
        (2, "unknown-seniority"),
        (10, "unknown-level"),
        (13, "unknown-partner"),
    ]


def test_a_link_that_leads_to_another_role_than_its_name_is_told(tmp_path: Path) -> None:
    partners = "## Common Partners\n\n* **[Bob](cid.md)**\n* **[Cid](cid.md)**\n"
    files = {"a.md": job("Ann", partners), "bob.md": job("Bob"), "cid.md": job("Cid")}
    assert codes(load([put(tmp_path, files)])) == {"a.md": ["partner-link"]}
    assert Role.objects.get(slug="ann").interactions.filter(partner__slug="bob").exists()


def test_a_name_that_several_roles_bear_is_told_as_such(tmp_path: Path) -> None:
    files = {"a.md": job("Bob", code="ABC1"), "b.md": job("Bob", code="XYZ9")}
    files["c.md"] = job("Cid", "## Common Partners\n\nBob\n")
    report = load([put(tmp_path, files)])
    assert "Several roles are called 'Bob'" in report.files[2].messages[0].text


def test_a_better_reading_of_an_unchanged_file_reaches_the_catalogue(keeper: Keeper) -> None:
    """As after a new version of the program."""
    stored = SourceDocument.objects.get()
    stored.parsed["mission"] = "Misread."
    stored.reader = "an earlier one"
    stored.save()
    edit("keeper", mission="Misread.", variations=(Variation(name="Ours"),))
    report = load([keeper.folder])
    assert (keeper.said.mission, len(keeper.said.variations)) == ("Base.", 1)
    assert outcomes(report) == {"keeper.md": "updated"}


def test_a_file_that_the_reader_fails_on_is_told_and_the_others_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(data: bytes) -> Any:
        if b"Bob" in data:
            raise AssertionError("never thought of that")
        return parse(data)

    monkeypatch.setattr("roles.loading.run.parse", failing)
    report = load([put(tmp_path, {"ann.md": job("Ann"), "bob.md": job("Bob"), "cid.md": job("Cid")})])
    assert outcomes(report) == {"ann.md": "created", "bob.md": "failed", "cid.md": "created"}


def test_a_role_that_the_database_refuses_is_told_and_the_others_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all = store.write_all

    def refusing(wanted: Any, by: store.Change) -> Any:
        result = write_all(wanted, by)
        if any(said.slug == "bob" for _role, said, _status in wanted):
            raise DatabaseError("disk full")
        return result

    monkeypatch.setattr(store, "write_all", refusing)
    report = load([put(tmp_path, {name: job(name.title()[:3]) for name in ("ann.md", "bob.md", "cid.md")})])
    assert outcomes(report) == {"ann.md": "created", "bob.md": "failed", "cid.md": "created"}
    assert codes(report) == {"bob.md": ["not-written"]}
    assert report.failed
    assert set(Role.objects.values_list("slug", flat=True)) == {"ann", "cid"}
