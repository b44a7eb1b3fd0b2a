"""Loading the samples: two documents make one Data Engineer, and a second load changes nothing."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roles import store
from roles.documents.document import Member, RoleDocument, statements
from roles.loading.run import load
from roles.models import LoadRun, Role, RoleRevision, SourceDocument
from tests.benchmarks.documents import write_documents
from tests.builders import JOB_SEED, PROFILE_SEED, SAMPLES, codes, outcomes, row_counts, seeds, writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_engineer(tmp_path: Path) -> Role:
    """The one role that the two seeds make."""
    load([seeds(tmp_path)])
    return Role.objects.select_related("revision", "family", "seniority").get()


@pytest.fixture
def said(data_engineer: Role) -> RoleDocument:
    return store.read(data_engineer)


def test_the_two_documents_make_one_published_role(data_engineer: Role) -> None:
    role = data_engineer
    assert (role.slug, role.name, role.status) == ("data-engineer", "Data Engineer", "published")
    assert [(item.scheme, item.value) for item in role.identifiers.all()] == [
        ("profile-id", "de-01"),
        ("role-code", "DATA4002"),
    ]
    assert role.seniority is not None
    assert (role.seniority.name, role.seniority.rank) == ("Senior", 3)
    assert role.family is not None
    assert role.family.name == "Data"


def test_its_texts_come_from_both_documents(said: RoleDocument) -> None:
    assert said.mission == (
        "Deliver reliable, observable, and cost-efficient data pipelines that power analytics and ML."
    )
    assert said.summary is not None
    assert said.summary.startswith("Builds and maintains data ingestion")
    assert said.description is not None
    assert said.description.startswith("A critical technical role responsible for")


def test_it_has_three_properties_with_nine_values(said: RoleDocument) -> None:
    values = {item.name: list(item.values) for item in said.properties}
    assert values == {
        "Preferred Tech": ["Airflow", "dbt", "Kafka", "PostgreSQL", "Spark", "Python"],
        "Workstyle": ["Infrastructure-first", "automation-focused"],
        "Working Model": ["Platform-first approach to data systems"],
    }


def test_it_has_the_responsibilities_of_both(said: RoleDocument) -> None:
    assert len(said.responsibilities) == 9
    primary = [item.name for item in said.responsibilities if item.primary]
    assert primary == ["Data pipeline design & implementation"]
    assert len([item for item in said.responsibilities if item.success_metric]) == 4
    assert len([item for item in said.responsibilities if item.text]) == 5


def test_it_has_six_capabilities_with_level_and_detail(said: RoleDocument) -> None:
    assert len(said.capabilities) == 6
    assert all(item.detail for item in said.capabilities)
    assert Counter(item.level for item in said.capabilities) == {"Advanced": 2, "Competent": 4}


def test_it_has_five_artifacts_of_four_types(said: RoleDocument) -> None:
    assert len(said.artifacts) == 5
    assert {item.type for item in said.artifacts} == {"dataset", "documentation", "dashboard", "pipeline"}


def test_it_has_four_interactions_with_frequency_and_notes_and_two_common_partners(
    said: RoleDocument,
) -> None:
    found = [(item.kind, item.partner, item.frequency, bool(item.notes)) for item in said.interactions]
    assert found == [
        ("Delivers dataset", "Data Analyst", "daily", True),
        ("Collaborates with", "Backend Engineer", "weekly", True),
        ("Depends on", "Platform Engineer", "on-demand", True),
        ("Advises", "Product Manager", "monthly", True),
        ("Common partner", "Data Scientist", None, False),
        ("Common partner", "Backend Eng", None, False),
    ]


def test_it_has_three_variations_and_three_daily_tasks_with_times(said: RoleDocument) -> None:
    assert [item.name for item in said.variations] == [
        "Analytics Engineer",
        "Big Data Engineer",
        "Machine Learning Engineer",
    ]
    assert [(item.time, item.name or item.text) for item in said.daily_tasks] == [
        ("10:00", "Pipeline check"),
        ("11:00", "Schema design"),
        ("14:00", "SQL tuning"),
    ]


def test_it_has_an_agent_with_a_prompt_and_four_servers_with_purposes(said: RoleDocument) -> None:
    assert said.agent is not None
    assert said.agent.name == "DataPipe_Builder"
    assert said.agent.system_prompt is not None
    assert said.agent.system_prompt.startswith("You are a Data Engineer. Build and maintain ETL pipelines.")
    assert [item.name for item in said.agent.mcp_servers] == ["snowflake", "airflow", "dbt", "postgresql"]
    assert all(item.purpose for item in said.agent.mcp_servers)


def test_it_says_nothing_that_the_documents_do_not(said: RoleDocument) -> None:
    assert (said.metrics, said.principles, said.sections, said.aliases, said.tags) == ((), (), (), (), ())
    assert said.members == tuple[Member, ...]()
    assert said.extra == {}


def test_each_statement_knows_its_document_and_the_line_where_it_stands(
    data_engineer: Role, said: RoleDocument
) -> None:
    lines = {row.path: row.lines for row in data_engineer.documents.all()}
    from_folder = {"family"}
    assert set(statements(said)) == {*lines[PROFILE_SEED], *lines[JOB_SEED], *from_folder}
    texts = {path: (SAMPLES / path).read_text().split("\n") for path in lines}
    for path, key, written in (
        (PROFILE_SEED, "seniority", "default_seniority: Senior"),
        (PROFILE_SEED, "capabilities:data modeling", "- **Data modeling** — Advanced"),
        (JOB_SEED, "identifiers:role-code:data4002", "**Role Code:** DATA4002"),
        (JOB_SEED, "variations:big data engineer", "* **Big Data Engineer:**"),
        (JOB_SEED, "interactions:common partner:backend eng", "Data Scientist, Backend Eng"),
        (JOB_SEED, "agent.mcp_servers:dbt", "* **dbt**:"),
    ):
        assert texts[path][lines[path][key] - 1].startswith(written)


def test_its_documents_are_kept_with_bytes_digest_and_rank(data_engineer: Role) -> None:
    first, second = data_engineer.documents.all()
    assert [(row.path, row.dialect, row.rank) for row in (first, second)] == [
        (PROFILE_SEED, "profile", 1),
        (JOB_SEED, "job", 2),
    ]
    assert bytes(second.content) == (SAMPLES / JOB_SEED).read_bytes()
    assert first.digest == hashlib.sha256((SAMPLES / PROFILE_SEED).read_bytes()).hexdigest()


def test_its_first_revision_is_what_was_loaded(data_engineer: Role, said: RoleDocument) -> None:
    revision = RoleRevision.objects.get()
    assert (revision.number, revision.catalogue_number, revision.origin) == (1, 1, "load")
    assert revision.document == said.to_json()
    assert revision.run == LoadRun.objects.get()


def test_every_sample_is_loaded_without_error_or_warning() -> None:
    report = load([SAMPLES])
    assert set(outcomes(report).values()) == {"created"}
    assert [item for file in report.files for item in file.messages if item.severity != "info"] == []
    assert len(report.files) == len([path for path in SAMPLES.rglob("*") if path.is_file()])


def test_every_role_of_the_samples_is_in_its_tables_what_its_revision_says() -> None:
    load([SAMPLES])
    roles = Role.objects.select_related("revision")
    assert len(roles) >= 15
    for role in roles:
        assert role.revision is not None
        assert role.revision.document == store.read(role).to_json()


def test_the_partners_that_the_documents_of_the_data_engineer_name_are_roles() -> None:
    load([SAMPLES])
    partners = Role.objects.get(slug="data-engineer").interactions.values_list("partner__slug", flat=True)
    assert sorted(partners, key=str) == [
        "backend-engineer",
        "backend-engineer",
        "data-analyst",
        "data-scientist",
        "platform-engineer",
        "product-manager",
    ]


def test_loading_again_changes_nothing_writes_nothing_and_says_so() -> None:
    load([SAMPLES])
    before = row_counts()
    with CaptureQueriesContext(connection) as queries:
        report = load([SAMPLES])
    assert writing(queries.captured_queries) == []
    assert row_counts() == before
    assert set(outcomes(report).values()) == {"unchanged"}
    assert (report.changed, report.conflicts, report.missing) == ([], [], [])


def test_loading_again_asks_the_same_few_queries_however_many_roles_there_are(tmp_path: Path) -> None:
    def asked_by_second_load(folder: Path) -> int:
        load([folder])
        with CaptureQueriesContext(connection) as queries:
            load([folder])
        return len(queries)

    # Documents and slugs; missing documents twice; whether links are stale; files that failed before.
    assert [asked_by_second_load(seeds(tmp_path)), asked_by_second_load(SAMPLES)] == [6, 6]


def test_loading_a_file_by_itself_after_its_folder_changes_nothing() -> None:
    load([SAMPLES])
    before = row_counts()
    report = load([SAMPLES / PROFILE_SEED, SAMPLES / "people" / "recruiter.txt"])
    assert set(outcomes(report).values()) == {"unchanged"}
    assert row_counts() == before


def test_loading_a_folder_after_its_files_one_by_one_gives_the_same_documents(tmp_path: Path) -> None:
    folder = seeds(tmp_path)
    for path in (JOB_SEED, PROFILE_SEED):
        load([folder / path])
    load([folder])
    role = Role.objects.get()
    assert [row.path for row in role.documents.all()] == [JOB_SEED, PROFILE_SEED]
    assert role.family_name == "Data"
    assert SourceDocument.objects.count() == 2


def test_files_of_one_folder_can_be_loaded_through_another_of_its_folders(tmp_path: Path) -> None:
    report = load([seeds(tmp_path), tmp_path / "data", tmp_path / PROFILE_SEED])
    assert outcomes(report) == {PROFILE_SEED: "created", JOB_SEED: "created"}
    assert codes(report) == {PROFILE_SEED: ["unknown-partner"] * 4, JOB_SEED: ["unknown-partner"] * 2}


def test_a_first_load_asks_no_query_for_each_statement(tmp_path: Path) -> None:
    def asked(folder: str, count: int) -> int:
        write_documents(tmp_path / folder, count)
        with CaptureQueriesContext(connection) as queries:
            load([tmp_path / folder])
        return len(queries)

    few = asked("few", 10)
    before = sum(row_counts().values())
    more = asked("many", 60) - few
    # Insertions are cut into pieces by the number of their values, and links are set partner by partner.
    assert more < (sum(row_counts().values()) - before) / 30
