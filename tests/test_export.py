"""The catalogue written back into files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from roles import store
from roles.documents.document import Capability, Interaction, RoleDocument
from roles.documents.reader import Dialect, parse
from roles.loading.export import export
from roles.loading.run import load
from roles.models import Role, RoleRevision, SourceDocument
from tests.builders import FULL, JOB_SEED, PROFILE_SEED, SAMPLES

pytestmark = pytest.mark.django_db

CHANGE = store.Change(origin=RoleRevision.Origin.ADMIN, reason="Looked at it again")


def exported(dialect: Dialect = "profile") -> dict[str, bytes]:
    """The files of all roles, by path."""
    return {file.path: file.data for file in export(Role.objects.select_related("revision"), dialect=dialect)}


def edit(slug: str, change: Callable[[RoleDocument], RoleDocument]) -> None:
    """Change a role as HR does."""
    role = Role.objects.get(slug=slug)
    store.write(role, change(store.read(role)), CHANGE)


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, list[tuple[str, str]]]:
    """The lines that differ, by path, in files of as many lines as before."""
    found = {}
    for path, data in after.items():
        lines = zip(before[path].decode().split("\n"), data.decode().split("\n"), strict=True)
        pairs = [(old, new) for old, new in lines if old != new]
        if pairs:
            found[path] = pairs
    return found


def test_samples_without_edits_come_back_byte_for_byte() -> None:
    load([SAMPLES])
    assert exported() == {
        path.relative_to(SAMPLES).as_posix(): path.read_bytes()
        for path in SAMPLES.rglob("*")
        if path.is_file()
    }


def test_an_edit_changes_its_line_and_no_other() -> None:
    load([SAMPLES])
    before = exported()

    def raise_sql(role: RoleDocument) -> RoleDocument:
        first, *rest = role.capabilities
        return replace(role, capabilities=(replace(first, level="Expert"), *rest))

    edit("data-engineer", raise_sql)
    detail = "(complex queries, performance optimization, window functions)"
    assert differing(before, exported()) == {
        PROFILE_SEED: [(f"- **SQL** — Advanced {detail}", f"- **SQL** — Expert {detail}")]
    }


def test_a_new_statement_goes_to_the_first_document_that_has_its_section() -> None:
    load([SAMPLES / "data"])
    edit(
        "data-engineer",
        lambda role: replace(
            role,
            daily_tasks=(*role.daily_tasks, replace(role.daily_tasks[0], time="16:00", name="Handover")),
            capabilities=(*role.capabilities, Capability(name="Go", level="Novice")),
        ),
    )
    files = exported()
    seeds = {Path(path).name: data for path, data in files.items()}
    assert b"* 16:00 Handover\n" in seeds[Path(JOB_SEED).name]
    assert "- **Go** — Novice\n".encode() in seeds[Path(PROFILE_SEED).name]
    assert b"Handover" not in seeds[Path(PROFILE_SEED).name]


def test_a_twin_keeps_its_own_wording_until_somebody_edits_the_statement(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Cook\n\n**Role Code:** COOK1\n\n## Mission\nFeed people.\n")
    (tmp_path / "b.md").write_text("# Cook\n\n**Role Code:** COOK1\n\n## Mission\nCook.\n")
    load([tmp_path])
    assert b"Cook.\n" in exported()["b.md"]
    edit("cook", lambda role: replace(role, seniority="Senior"))
    assert b"## Mission\nCook.\n" in exported()["b.md"]
    edit("cook", lambda role: replace(role, mission="Feed everybody."))
    assert [b"Feed everybody." in data for data in exported().values()] == [True, True]


@pytest.mark.parametrize("dialect", ["profile", "job"])
def test_a_role_without_a_file_gets_one_in_the_chosen_dialect(dialect: Dialect) -> None:
    store.write(None, FULL, CHANGE)
    ((path, data),) = exported(dialect).items()
    assert path == "river_works/bridge-keeper.md"
    assert (parse(data).document, parse(data).dialect) == (FULL, dialect)


def test_the_folders_family_is_not_written_into_a_file_that_does_not_state_it(tmp_path: Path) -> None:
    (tmp_path / "kitchen").mkdir()
    (tmp_path / "kitchen" / "cook.md").write_text("# Cook\n\n**Role Code:** COOK1\n")
    load([tmp_path])
    edit("cook", lambda role: replace(role, mission="Feed people."))
    assert b"family" not in exported()["kitchen/cook.md"]
    edit("cook", lambda role: replace(role, family="Catering"))
    assert b"family: Catering" in exported()["kitchen/cook.md"]


def test_what_is_exported_and_loaded_into_an_empty_catalogue_is_the_same(tmp_path: Path) -> None:
    load([SAMPLES])
    store.write(None, FULL, CHANGE)
    edit(
        "data-engineer",
        lambda role: replace(
            role, interactions=(*role.interactions, Interaction(kind="Advises", partner="Recruiter"))
        ),
    )
    before = {role.slug: store.read(role) for role in Role.objects.all()}
    for path, data in exported().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    Role.objects.update(revision=None)
    Role.objects.all().delete()
    RoleRevision.objects.all().delete()
    SourceDocument.objects.all().delete()
    load([tmp_path])
    assert {role.slug: store.read(role) for role in Role.objects.all()} == before
