"""Small role documents and files of them, for everybody's tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from roles import store
from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
)
from roles.documents.text import slugify
from roles.loading.report import Report
from roles.models import Role, RoleRevision

SAMPLES = Path(settings.BASE_DIR) / "fixtures" / "roles"
PROFILE_SEED, JOB_SEED = "data/000_a2a96a4f86ac3375.txt", "data/004_beeb24fe9d0a9c72.txt"
"""The two documents of the Data Engineer, among the samples."""

FULL = RoleDocument(
    slug="bridge-keeper",
    name="Bridge Keeper",
    identifiers=(
        Identifier(scheme="profile-id", value="bk-01"),
        Identifier(scheme="role-code", value="BRID7001"),
    ),
    aliases=("Keeper of the Bridge", "Gatekeeper"),
    tags=("river", "toll"),
    extra={"grade": "L4", "sites": ["North bank", "South bank"], "budget": {"owner": "Works"}},
    family="River Works",
    seniority="Senior",
    mission="Get people across *safely*.",
    summary="Keeps the bridge open.",
    description="Opens at dawn.\n\nCloses at dusk.",
    properties=(Property(name="Tools", values=("Rope", "Lamp", "Bell")), Property(name="Night shift")),
    responsibilities=(
        Responsibility(
            name="Crossing", text="Lets people over.", success_metric="No one falls", primary=True
        ),
        Responsibility(text="Answers travellers, whatever they ask."),
        Responsibility(name="Planks", group="Upkeep"),
    ),
    capabilities=(
        Capability(name="Carpentry", level="Advanced", detail="joints, planks"),
        Capability(name="Patience", level="Endless"),
        Capability(name="Swimming"),
    ),
    artifacts=(Artifact(name="Logbook", type="record"), Artifact(name="Toll table")),
    interactions=(
        Interaction(kind="Reports to", partner="Ferry Master", frequency="weekly", notes="By *letter*."),
        Interaction(kind="Common partner", partner="Toll Collector", link="toll_collector.md"),
    ),
    variations=(Variation(name="Drawbridge Keeper", text="Also lifts it."),),
    daily_tasks=(DailyTask(time="06:00", name="Opening"), DailyTask(text="Reads the water gauge.")),
    metrics=("Crossings a day",),
    principles=("Nobody crosses alone at night",),
    members=(Member(role_code="TOLL1001", count=2), Member(role_code="LAMP1002")),
    agent=Agent(
        name="Bridge_Bot",
        system_prompt="You keep a bridge.\n\n## Rules\n\n- be kind",
        personalities=(Variation(name="Gruff", text="Few words."),),
        example_phrases=(Phrase(label="Greeting", text="Who goes there?"),),
        mcp_servers=(McpServer(name="gauge", url="https://gauge.example/", purpose="Water levels."),),
        knowledge=("docs/tides.md",),
    ),
    sections=(
        Section(text="Before everything."),
        Section(heading="Guardrails", level=3, text="Never closes early.", position="agent"),
        Section(heading="Uniform", text="A *warm* coat.", position="agent"),
    ),
)
"""A document that says something in every field."""


def document(name: str, **parts: Any) -> RoleDocument:
    """What a role says; its slug is made from the name unless it is among the parts."""
    return RoleDocument(**({"slug": slugify(name)} | parts), name=name)


def change(reason: str = "") -> store.Change:
    """A change that somebody makes in the admin."""
    return store.Change(origin=RoleRevision.Origin.ADMIN, author_name="Hanna", reason=reason)


def written(said: RoleDocument, **options: Any) -> Role:
    """A new role of the catalogue that says this."""
    return store.write(None, said, change(), **options)[0]


@transaction.atomic
def edit(slug: str, /, **parts: Any) -> Role:
    """Change what the catalogue says of a role, as HR does."""
    store.lock()
    role = Role.objects.select_related("revision").get(slug=slug)
    values = {name: getattr(store.current(role), name) for name in RoleDocument.__dataclass_fields__}
    return store.write(role, RoleDocument(**(values | parts)), change())[0]


def profile(name: str, body: str = "", **front: str) -> str:
    """A role profile: front matter with a name, then level-1 sections, at least a mission."""
    head = "".join(f"{key}: {value}\n" for key, value in {**front, "name": name}.items())
    return f"---\n{head}---\n\n# Mission\nKeep {name} going.\n\n{body}"


def job(name: str, body: str = "", code: str | None = None) -> str:
    """A job description: a title, a role code, then level-2 sections, at least a description."""
    label = f"**Role Code:** {code}\n\n" if code else ""
    return f"# {name}\n\n{label}## Job Description\nWork as {name}.\n\n{body}"


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and return it."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def seeds(folder: Path) -> Path:
    """Both documents of the Data Engineer below a folder of their own."""
    return put(folder, {path: (SAMPLES / path).read_bytes() for path in (PROFILE_SEED, JOB_SEED)})


def codes(report: Report) -> dict[str, list[str]]:
    """The codes of the messages of each file that has some, in the order of their lines."""
    found = {file.path: [item["code"] for item in file.messages_to_json()] for file in report.files}
    return {path: each for path, each in found.items() if each}


def outcomes(report: Report) -> dict[str, str]:
    """What became of each file."""
    return {file.path: file.outcome.value for file in report.files}


def row_counts() -> dict[str, int]:
    """The number of rows in each table of the project."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def writing(queries: list[dict[str, str]]) -> list[str]:
    """The captured statements that write."""
    found = [query["sql"] for query in queries]
    return [
        sql for sql in found if sql.lstrip("( ").split()[0].upper() in {"INSERT", "UPDATE", "DELETE", "MERGE"}
    ]


def is_postgresql() -> bool:
    """Whether the tests run on PostgreSQL."""
    return connection.vendor == "postgresql"
