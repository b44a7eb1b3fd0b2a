"""The catalogue written back into files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roles import store
from roles.documents.document import Capability, Interaction, McpServer, RoleDocument, Section, Variation
from roles.documents.reader import Dialect, parse
from roles.documents.text import fold_key
from roles.documents.writer import render
from roles.loading.export import State, export
from roles.loading.run import load
from roles.models import Conflict, ProficiencyLevel, Role, RoleRevision, SourceDocument
from tests.builders import (
    FULL,
    JOB_SEED,
    PROFILE_SEED,
    SAMPLES,
    document,
    job,
    outcomes,
    profile,
    put,
    written,
)
from tests.builders import edit as edit_parts
from tests.strategies import role_documents
from tests.test_admin_role import opened, save

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
    assert loaded_anew(tmp_path) == before


def test_a_role_without_a_file_does_not_get_the_path_of_another(tmp_path: Path) -> None:
    load([put(tmp_path, {"water/ann.md": job("Bob")})])
    written(document("Ann", family="Water"))
    assert sorted(exported()) == ["water/ann-2.md", "water/ann.md"]


def test_what_belongs_to_the_agent_goes_to_the_document_that_has_one() -> None:
    load([SAMPLES / "data"])

    def add_to_agent(role: RoleDocument) -> RoleDocument:
        assert role.agent is not None
        agent = replace(role.agent, personalities=(Variation(name="Calm", text="Never hurries."),))
        section = Section(heading="Guardrails", level=3, text="Never drops tables.", position="agent")
        return replace(role, agent=agent, sections=(section,))

    edit("data-engineer", add_to_agent)
    before = (SAMPLES / PROFILE_SEED).read_bytes()
    files = {Path(path).name: data for path, data in exported().items()}
    assert files[Path(PROFILE_SEED).name] == before
    assert b"**Calm:** Never hurries." in files[Path(JOB_SEED).name]
    assert b"Never drops tables." in files[Path(JOB_SEED).name]


def test_a_new_common_partner_goes_to_the_document_that_lists_them() -> None:
    load([SAMPLES])
    partner = Interaction(kind="Common partner", partner="Recruiter")
    edit("data-engineer", lambda role: replace(role, interactions=(*role.interactions, partner)))
    assert exported()[PROFILE_SEED] == (SAMPLES / PROFILE_SEED).read_bytes()
    assert b"Recruiter" in exported()[JOB_SEED]


def test_a_statement_that_hr_withdrew_is_gone_from_every_document_that_made_it(tmp_path: Path) -> None:
    skills = "# Capabilities\n- **SQL** — Novice\n- **Go** — Novice\n"
    load([put(tmp_path, {f"{name}.md": profile("Ann", skills, slug="ann") for name in "ab"})])
    edit("ann", lambda role: replace(role, capabilities=role.capabilities[1:]))
    assert [b"SQL" in data for data in exported().values()] == [False, False]


def test_a_new_order_is_written_into_the_file(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": profile("Ann", "# Capabilities\n- **SQL**\n- **Go**\n", slug="ann")})])
    edit("ann", lambda role: replace(role, capabilities=role.capabilities[::-1]))
    assert exported()["a.md"].endswith(b"# Capabilities\n- **Go**\n- **SQL**\n")


def test_a_slug_that_was_given_because_its_own_was_taken_is_not_written(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1"), "b.md": job("Ann", code="XYZ9")})])
    assert Role.objects.filter(slug="ann-2").exists()
    assert exported()["b.md"] == job("Ann", code="XYZ9").encode()


def test_a_slug_that_hr_chose_is_written(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann", code="ABC1")})])
    edit("ann", lambda role: replace(role, slug="queen"))
    assert exported()["a.md"] == b"---\nslug: queen\n---\n\n" + job("Ann", code="ABC1").encode()


def test_a_file_that_is_gone_is_written_again(tmp_path: Path) -> None:
    load([put(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")})])
    (tmp_path / "a.md").unlink()
    load([tmp_path])
    assert exported()["a.md"] == job("Ann").encode()


def test_drafts_and_archived_roles_are_exported_and_deleted_ones_are_not(tmp_path: Path) -> None:
    load([put(tmp_path, {f"{name}.md": job(name, code=name.upper()) for name in ("ann", "bob", "cid")})])
    Role.objects.filter(slug="ann").update(status="draft")
    Role.objects.filter(slug="bob").update(status="archived")
    Role.objects.get(slug="cid").delete()
    assert sorted(exported()) == ["ann.md", "bob.md"]


EDITS: dict[str, Callable[[RoleDocument], RoleDocument]] = {
    "name": lambda role: replace(role, name="Data Platform Engineer"),
    "slug": lambda role: replace(role, slug="data-eng"),
    "family": lambda role: replace(role, family="Platforms"),
    "no family": lambda role: replace(role, family=None),
    "seniority": lambda role: replace(role, seniority="Staff"),
    "mission": lambda role: replace(role, mission="One.\n\nTwo."),
    "no summary": lambda role: replace(role, summary=None),
    "aliases": lambda role: replace(role, aliases=("Pipeline Engineer",)),
    "tags": lambda role: replace(role, tags=("warehouse", "etl")),
    "extra": lambda role: replace(role, extra={"grade": "L5"}),
    "order": lambda role: replace(role, responsibilities=role.responsibilities[::-1]),
    "no interactions": lambda role: replace(role, interactions=()),
    "no agent": lambda role: replace(role, agent=None),
    "metrics": lambda role: replace(role, metrics=("Fresh data",), principles=("Automate it",)),
    "server": lambda role: replace(
        role,
        agent=replace(role.agent, mcp_servers=(McpServer(name="kafka", purpose="Streams."),)),  # type: ignore[type-var]
    ),
    "everything": lambda role: replace(FULL, identifiers=role.identifiers),
}


@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS)
def test_an_edit_that_is_exported_and_loaded_leaves_no_difference(
    tmp_path: Path, change: Callable[[RoleDocument], RoleDocument]
) -> None:
    folder = put(tmp_path, {path: (SAMPLES / path).read_bytes() for path in (PROFILE_SEED, JOB_SEED)})
    load([folder])
    edit("data-engineer", change)
    before = store.read(Role.objects.get())
    put(folder, exported())
    report = load([folder])
    assert (report.failed, report.conflicts, report.missing) == (False, [], [])
    after = store.read(Role.objects.get())
    assert after == before
    assert set(outcomes(load([folder])).values()) == {"unchanged"}


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(role_documents, st.sampled_from(["profile", "job"])), min_size=1, max_size=3),
    role_documents,
)
def test_whatever_is_loaded_comes_back_and_so_does_whatever_replaces_it(
    said: list[tuple[RoleDocument, Dialect]], instead: RoleDocument
) -> None:
    with transaction.atomic(), TemporaryDirectory() as name:
        files = {f"data/{number}.md": render(*each) for number, each in enumerate(said)}
        folder = put(Path(name), files)
        load([folder])
        assert {path: data.decode() for path, data in exported().items()} == files
        role = Role.objects.all()[0]
        edit(role.slug, lambda now: replace(instead, slug=now.slug, identifiers=now.identifiers))
        put(folder, exported())
        report = load([folder])
        assert (report.failed, report.conflicts) == (False, [])
        assert load([folder]).changed == []
        now = Role.objects.get(pk=role.pk)
        if now.documents.count() == 1:
            assert store.read(now) == replace(instead, slug=now.slug, identifiers=store.read(now).identifiers)
        transaction.set_rollback(True)


def in_conflict(folder: Path, file: str, **ours: Any) -> None:
    """Load a file that changed where the catalogue did."""
    put(folder, {"a.md": BOTH})
    load([folder])
    edit_parts("ann", **ours)
    put(folder, {"a.md": file})
    assert load([folder]).conflicts


BOTH = job("Ann", "## Capabilities\n* **SQL** — Novice\n* **Go** — Novice\n* **C** — Novice\n")


def test_what_awaits_a_decision_stays_as_the_file_has_it(tmp_path: Path) -> None:
    theirs = BOTH.replace("Work as Ann", "Be Ann")
    in_conflict(tmp_path, theirs, description="Ours.", seniority="Senior")
    assert exported()["a.md"].decode() == f"---\ndefault_seniority: Senior\n---\n\n{theirs}"
    Conflict.objects.update(closed_at=timezone.now())
    assert b"Ours." in exported()["a.md"]


def test_what_the_catalogue_withdrew_and_the_file_changed_stays_in_its_place(tmp_path: Path) -> None:
    theirs = BOTH.replace("**Go** — Novice", "**Go** — Expert")
    skills = (Capability(name="C", level="Expert"), Capability(name="SQL", level="Novice"))
    in_conflict(tmp_path, theirs, capabilities=skills)
    assert exported()["a.md"].decode().endswith("* **C** — Expert\n* **SQL** — Novice\n* **Go** — Expert\n")


def test_what_the_file_dropped_and_the_catalogue_changed_is_not_put_back(tmp_path: Path) -> None:
    theirs = BOTH.replace("* **Go** — Novice\n", "")
    skills = tuple(Capability(name=name, level="Expert") for name in ("SQL", "Go", "C"))
    in_conflict(tmp_path, theirs, capabilities=skills)
    assert exported()["a.md"].decode().endswith("* **SQL** — Expert\n* **C** — Expert\n")


def test_what_awaits_a_decision_still_does_after_export_and_load(tmp_path: Path) -> None:
    in_conflict(tmp_path, BOTH.replace("Work as Ann", "Be Ann"), description="Ours.")
    edit_parts("ann", seniority="Senior")
    before = exported()
    put(tmp_path, before)
    assert load([tmp_path]).changed == []
    assert Conflict.objects.get().closed_at is None
    assert exported() == before


def test_a_file_that_was_exported_before_a_decision_may_be_overwritten_after_it(tmp_path: Path) -> None:
    in_conflict(tmp_path, BOTH.replace("Work as Ann", "Be Ann"), description="Ours.")
    edit_parts("ann", seniority="Senior")
    before = exported()["a.md"]
    Conflict.objects.update(closed_at=timezone.now())
    (file,) = export(Role.objects.all())
    assert b"Ours." in file.data
    assert file.state(before) is State.CHANGED
    assert [revision.number for revision in file.revisions_since(before)] == [3]


def loaded_anew(folder: Path, dialect: Dialect = "profile") -> dict[str, RoleDocument]:
    """What the roles say once they are exported, forgotten and loaded."""
    put(folder, exported(dialect))
    Role.objects.update(revision=None)
    for model in (Role, RoleRevision, SourceDocument):
        model.objects.all().delete()
    assert not load([folder]).failed
    return {role.slug: store.read(role) for role in Role.objects.all()}


@pytest.mark.parametrize("dialect", ["profile", "job"])
def test_roles_made_in_the_catalogue_are_the_same_after_export_and_load(
    tmp_path: Path, dialect: Dialect
) -> None:
    roles = [
        FULL,
        document("Con", slug="con", family="Aux", mission="A name that Windows has no file for."),
        document("Dev/Ops ../..", family="R&D / Labs", description="A name that looks like a path."),
        document("Data Engineer", family="Data Engineer", mission="A family called like the role."),
        document("Ann", mission="One of two."),
        document("Ann", slug="ann-2", mission="The other."),
        document("Ann 2", slug="ann-2-2", family="Ann", mission="And one called like its slug."),
        document("数据工程师", family="工程", mission="构建管道。"),
        document("Émile", slug="emile", family="Œuvres d’art", seniority="Sénior"),
        document("Nothing but a name"),
    ]
    for role in roles:
        written(role)
    assert loaded_anew(tmp_path, dialect) == {role.slug: role for role in roles}
    for path in tmp_path.rglob("*"):
        assert path.stem.lower() not in {"con", "aux"}
        assert tmp_path in path.resolve().parents


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(
    st.lists(role_documents, min_size=1, max_size=4, unique_by=lambda role: role.slug),
    st.sampled_from(["profile", "job"]),
)
def test_whatever_roles_there_are_they_are_the_same_after_export_and_load(
    said: list[RoleDocument], dialect: Dialect
) -> None:
    with transaction.atomic(), TemporaryDirectory() as name:
        taken: set[tuple[str, str]] = set()
        for role in said:
            # Two roles can't have one identifier.
            free = tuple(
                code for code in role.identifiers if (code.scheme, fold_key(code.value)) not in taken
            )
            taken.update((code.scheme, fold_key(code.value)) for code in free)
            written(replace(role, identifiers=free))
        before = {role.slug: store.read(role) for role in Role.objects.all()}
        assert loaded_anew(Path(name), dialect) == before
        transaction.set_rollback(True)


IN_THE_ADMIN: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    (
        "capabilities-0-proficiency",
        "Expert",
        PROFILE_SEED,
        [
            (
                "- **SQL** — Advanced (complex queries, performance optimization, window functions)",
                "- **SQL** — Expert (complex queries, performance optimization, window functions)",
            )
        ],
    ),
    (
        "responsibilities-1-success_metric",
        "all of it",
        PROFILE_SEED,
        [
            (
                "  *Success metric*: 95% automated quality checks, <5min detection of data issues",
                "  *Success metric*: all of it",
            )
        ],
    ),
    ("slug", "data-plumber", PROFILE_SEED, [("slug: data-engineer", "slug: data-plumber")]),
    (
        "artifacts-4-type",
        "map",
        PROFILE_SEED,
        [("- **Data lineage maps** (type: documentation)", "- **Data lineage maps** (type: map)")],
    ),
    (
        "interactions-2-frequency",
        "daily",
        PROFILE_SEED,
        [
            (
                "- **Depends on** → Platform Engineer (on-demand)  ",
                "- **Depends on** → Platform Engineer (daily)  ",
            )
        ],
    ),
    ("daily_tasks-1-time", "11:30", JOB_SEED, [("* 11:00 Schema design", "* 11:30 Schema design")]),
    (
        "agent-0-name",
        "Pipe_Bot",
        JOB_SEED,
        [("**Agent Name:** DataPipe_Builder", "**Agent Name:** Pipe_Bot")],
    ),
    (
        "mcp_servers-1-purpose",
        "Scheduling.",
        JOB_SEED,
        [
            (
                "* **airflow**: Used for orchestrating complex data pipelines and workflows.",
                "* **airflow**: Scheduling.",
            )
        ],
    ),
    (
        "interactions-4-partner_name",
        "Analyst",
        JOB_SEED,
        [("Data Scientist, Backend Eng", "Analyst, Backend Eng")],
    ),
]


@pytest.mark.parametrize(
    ("field", "value", "path", "lines"), IN_THE_ADMIN, ids=[case[0] for case in IN_THE_ADMIN]
)
def test_an_edit_in_the_admin_changes_exactly_its_line(
    client: Client, admin_user: User, field: str, value: str, path: str, lines: list[tuple[str, str]]
) -> None:
    load([SAMPLES])
    client.force_login(admin_user)
    role = Role.objects.get(slug="data-engineer")
    if field.endswith("-proficiency"):
        value = str(ProficiencyLevel.objects.get(name=value).pk)
    before, fields = exported(), opened(client, role)
    assert fields[field] != value
    save(client, role, {**fields, field: value})
    assert differing(before, exported()) == {path: lines}
