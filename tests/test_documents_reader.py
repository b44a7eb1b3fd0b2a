"""What each way of writing a role down is read as."""

import pytest

from roles.documents.document import (
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
    Section,
    Variation,
)
from roles.documents.merge import fold
from roles.documents.reader import parse
from tests.documents import JOB_HEAD, SEEDS, document_of, job, profile, told

# The two seeds ----------------------------------------------------------------------------------------------


def test_the_two_seeds_make_one_role_with_all_they_say() -> None:
    role = fold([document_of(path.read_text()) for path in SEEDS])
    assert role.slug == "data-engineer"
    assert [(item.scheme, item.value) for item in role.identifiers] == [
        ("profile-id", "de-01"),
        ("role-code", "DATA4002"),
    ]
    assert role.seniority == "Senior"
    assert (len(role.properties), sum(len(item.values) for item in role.properties)) == (3, 9)
    assert len(role.responsibilities) == 9
    assert [item.primary for item in role.responsibilities].count(True) == 1
    assert len([item for item in role.responsibilities if item.success_metric]) == 4
    assert len([item for item in role.capabilities if item.level and item.detail]) == 6
    assert (len(role.artifacts), len({item.type for item in role.artifacts})) == (5, 4)
    assert len(role.interactions) == 6
    assert len([item for item in role.interactions if item.frequency and item.notes]) == 4
    assert len([item for item in role.interactions if item.kind == "Common partner"]) == 2
    assert len(role.variations) == 3
    assert [item.time for item in role.daily_tasks] == ["10:00", "11:00", "14:00"]
    assert role.agent is not None
    assert (role.agent.name, len(role.agent.mcp_servers)) == ("DataPipe_Builder", 4)
    assert role.agent.system_prompt is not None
    assert all(server.purpose for server in role.agent.mcp_servers)
    assert role.sections == ()


@pytest.mark.parametrize("number", [0, 1])
def test_a_seed_leaves_no_doubt(number: int) -> None:
    assert told(SEEDS[number].read_text()) == []


def test_each_statement_of_a_profile_knows_its_line() -> None:
    lines = parse(SEEDS[0].read_bytes()).statement_lines
    assert (lines["identifiers:profile-id:de-01"], lines["slug"], lines["name"]) == (2, 3, 4)
    assert lines["seniority"] == 5
    assert (lines["mission"], lines["summary"], lines["properties:workstyle"]) == (9, 12, 16)
    assert lines["responsibilities:data quality monitoring and alerting"] == 22
    assert (lines["capabilities:sql"], lines["artifacts:data lineage maps"]) == (30, 42)
    assert lines["interactions:delivers dataset:data analyst"] == 45


def test_each_statement_of_a_job_description_knows_its_line() -> None:
    lines = parse(SEEDS[1].read_bytes()).statement_lines
    assert (lines["name"], lines["identifiers:role-code:data4002"], lines["description"]) == (1, 3, 6)
    assert (lines["responsibilities:collaboration"], lines["variations:big data engineer"]) == (14, 18)
    assert (lines["daily_tasks:schema design"], lines["interactions:common partner:backend eng"]) == (23, 27)
    assert (lines["agent.name"], lines["agent.system_prompt"], lines["agent.mcp_servers:dbt"]) == (33, 36, 41)


# Role profiles ----------------------------------------------------------------------------------------------


def test_mission_and_short_description_may_be_any_markdown() -> None:
    found = profile("# Mission\nFeed people.\n\n- well\n- often\n\n# Short description\nCooks *soup*.\n")
    assert (found.mission, found.summary) == ("Feed people.\n\n- well\n- often", "Cooks *soup*.")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("- **Tech**: Airflow, dbt", Property(name="Tech", values=("Airflow", "dbt"))),
        ("- **Tech:** Airflow, dbt", Property(name="Tech", values=("Airflow", "dbt"))),
        ("- Tech: Airflow,dbt", Property(name="Tech", values=("Airflow", "dbt"))),
        ("- **Tech** — Airflow", Property(name="Tech", values=("Airflow",))),
        ("- **Tech**: Airflow,\n  dbt", Property(name="Tech", values=("Airflow", "dbt"))),
        ("- **Tech**", Property(name="Tech")),
        ("- **Tech**: AWS (EC2, S3), dbt", Property(name="Tech", values=("AWS (EC2, S3)", "dbt"))),
        ("- **Tech**:\n  - Airflow\n  - dbt", Property(name="Tech", values=("Airflow", "dbt"))),
    ],
)
def test_a_property_is_read(item: str, expected: Property) -> None:
    assert profile(f"# Properties\n{item}\n").properties == (expected,)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("- **Menu** (primary)", Responsibility(name="Menu", primary=True)),
        ("- **Menu** (Primary): Writes it.", Responsibility(name="Menu", text="Writes it.", primary=True)),
        ("- **Menu (primary)**", Responsibility(name="Menu", primary=True)),
        ("- Menu (primary)", Responsibility(name="Menu", primary=True)),
        ("- Menu", Responsibility(name="Menu")),
        ("- **Menu**\n  *Success metric*: a, b", Responsibility(name="Menu", success_metric="a, b")),
        ("- **Menu**  \n  *Success metrics*: a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu**\n  **Success metric:** a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu**\n  Success metrics: a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu**\n\n  Success metric: a\n  b", Responsibility(name="Menu", success_metric="a\nb")),
        ("- **Menu** *Success metric*: a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu** — *Success metric*: a", Responsibility(name="Menu", success_metric="a")),
        ("- Menu - success metric: a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu**; Success metric: a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu**\n  - *Success metric*: a", Responsibility(name="Menu", success_metric="a")),
        (
            "- **Menu**\n  - Success metric: a\n  - b",
            Responsibility(name="Menu", text="- b", success_metric="a"),
        ),
        ("- **Menu**\n  *Success metric* — a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu**\u00a0(primary)", Responsibility(name="Menu", primary=True)),
        (
            "- **Menu** (primary) Success metric: a",
            Responsibility(name="Menu", primary=True, success_metric="a"),
        ),
        (
            "- **Menu:** Writes it. Success metric: a",
            Responsibility(name="Menu", text="Writes it.", success_metric="a"),
        ),
        (
            "- Tracks the success metrics: a, b.",
            Responsibility(name="Tracks the success metrics", text="a, b."),
        ),
    ],
)
def test_a_responsibility_of_a_profile_is_read(item: str, expected: Responsibility) -> None:
    assert profile(f"# Responsibilities\n{item}\n").responsibilities == (expected,)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "- **SQL** — Advanced (joins, windows (all))",
            Capability(name="SQL", level="Advanced", detail="joins, windows (all)"),
        ),
        ("- **SQL** – advanced", Capability(name="SQL", level="advanced")),
        ("- **SQL** - Advanced", Capability(name="SQL", level="Advanced")),
        ("- **SQL**: Practitioner", Capability(name="SQL", level="Practitioner")),
        ("- **SQL:** Working knowledge", Capability(name="SQL", level="Working knowledge")),
        ("- SQL: Advanced", Capability(name="SQL", level="Advanced")),
        ("- T-SQL - Advanced (joins)", Capability(name="T-SQL", level="Advanced", detail="joins")),
        ("- **C++ (all)** — Novice", Capability(name="C++ (all)", level="Novice")),
        ("- **SQL** (joins)", Capability(name="SQL", detail="joins")),
        ("- **SQL** (Expert)", Capability(name="SQL", level="Expert")),
        ("- SQL (novice) - joins", Capability(name="SQL", level="novice", detail="joins")),
        ("- **SQL** — Advanced: joins", Capability(name="SQL", level="Advanced", detail="joins")),
        ("- **SQL** — Advanced, joins", Capability(name="SQL", level="Advanced", detail="joins")),
        ("- **SQL** — *Advanced* (joins)", Capability(name="SQL", level="Advanced", detail="joins")),
        ("- **SQL** — `Advanced`", Capability(name="SQL", level="Advanced")),
        ("- **SQL** — reads, writes", Capability(name="SQL", detail="reads, writes")),
        ("- **SQL** — Writes it by hand.", Capability(name="SQL", detail="Writes it by hand.")),
        ("- **SQL** — Advanced\n  joins", Capability(name="SQL", level="Advanced", detail="joins")),
        ("- **SQL**", Capability(name="SQL")),
        ("- SQL", Capability(name="SQL")),
    ],
)
def test_a_capability_is_read(item: str, expected: Capability) -> None:
    assert profile(f"# Capabilities\n{item}\n").capabilities == (expected,)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("- **Menus** (type: document)", Artifact(name="Menus", type="document")),
        ("- **Menus** (Type : document)", Artifact(name="Menus", type="document")),
        ("- **Menus** (document)", Artifact(name="Menus", type="document")),
        ("- Menus (document)", Artifact(name="Menus", type="document")),
        ("- **Menus (old)** (document)", Artifact(name="Menus (old)", type="document")),
        ("- **Menus** — document", Artifact(name="Menus", type="document")),
        ("- **Menus**", Artifact(name="Menus")),
        ("- Menus", Artifact(name="Menus")),
    ],
)
def test_an_artifact_is_read(item: str, expected: Artifact) -> None:
    assert profile(f"# Artifacts\n{item}\n").artifacts == (expected,)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "- **Feeds** → Guest (daily)\n  *Notes*: hot",
            Interaction(kind="Feeds", partner="Guest", frequency="daily", notes="hot"),
        ),
        (
            "- **Feeds** -> Guest (per sprint)",
            Interaction(kind="Feeds", partner="Guest", frequency="per sprint"),
        ),
        (
            "- **Feeds** → Guest (on-demand) — hot",
            Interaction(kind="Feeds", partner="Guest", frequency="on-demand", notes="hot"),
        ),
        (
            "- **Feeds** → Guest (regular) (daily)",
            Interaction(kind="Feeds", partner="Guest (regular)", frequency="daily"),
        ),
        ("- **Feeds** ⇒ Guest", Interaction(kind="Feeds", partner="Guest")),
        ("- **Feeds** ➡️ Guest", Interaction(kind="Feeds", partner="Guest")),
        ("- **Feeds** –> Guest", Interaction(kind="Feeds", partner="Guest")),
        (
            "- **Feeds** → Guest\u00a0(daily)\n  - *Notes*: hot",
            Interaction(kind="Feeds", partner="Guest", frequency="daily", notes="hot"),
        ),
        ("- **Feeds** → Guest\n  Notes: hot", Interaction(kind="Feeds", partner="Guest", notes="hot")),
        ("- **Feeds** → Guest\n  **Note:** hot", Interaction(kind="Feeds", partner="Guest", notes="hot")),
        ("- **Feeds** → Guest\n  hot", Interaction(kind="Feeds", partner="Guest", notes="hot")),
        ("- Feeds → Executive stakeholders", Interaction(kind="Feeds", partner="Executive stakeholders")),
        ("- **Feeds** → [Guest](guest.md)", Interaction(kind="Feeds", partner="Guest", link="guest.md")),
        ("- **Feeds** → **Guest**", Interaction(kind="Feeds", partner="Guest")),
        ("- **Feeds** → *Guest*", Interaction(kind="Feeds", partner="Guest")),
        ("- **Feeds** → `COOK2`", Interaction(kind="Feeds", partner="COOK2")),
        ("- **Feeds → Guest** (daily)", Interaction(kind="Feeds", partner="Guest", frequency="daily")),
    ],
)
def test_an_interaction_is_read(item: str, expected: Interaction) -> None:
    assert profile(f"# Interactions\n{item}\n").interactions == (expected,)


# Job descriptions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "**Role Code:** COOK1",
        "**Role Code**: COOK1",
        "**Role code:** `COOK1`",
        "__Role Code:__ COOK1",
        "**Role Code:** **COOK1**",
        "Role Code: COOK1",
        "- **Role Code:** COOK1",
        "Of the kitchen.\n**Role Code:** COOK1",
    ],
)
def test_a_role_code_is_read(line: str) -> None:
    found = document_of(f"# Cook\n\n{line}\n\n## Purpose\nCooks.\n").identifiers
    assert found == (Identifier(scheme="role-code", value="COOK1"),)


@pytest.mark.parametrize("code", ["TBD", "`n/a`", "—"])
def test_a_placeholder_is_no_role_code(code: str) -> None:
    text = f"# Cook\n\n**Role Code:** {code}\n\n## Purpose\nCooks.\n"
    assert document_of(text).identifiers == ()
    assert told(text) == [("unread-item", "warning", 3)]


def test_a_table_of_facts_gives_the_code_a_reporting_line_and_properties() -> None:
    table = (
        "| Field | Value |\n| --- | --- |\n| **Role code** | `COOK1` |\n"
        "| **Level band** | L3-L5 |\n| **Reports to** | CHEF1 |\n"
    )
    document = document_of(f"# Cook\n\n{table}\n## Purpose\nCooks.\n")
    assert document.identifiers == (Identifier(scheme="role-code", value="COOK1"),)
    assert document.properties == (Property(name="Level band", values=("L3-L5",)),)
    assert document.interactions == (Interaction(kind="Reports to", partner="CHEF1"),)
    assert document.description == "Cooks."


def test_a_table_row_keeps_what_stands_in_no_column() -> None:
    table = "| Role code | COOK1 |\n| --- | --- |\n| Shift | early | or late |\n"
    document = document_of(f"# Cook\n\n{table}")
    assert (document.properties, document.sections) == ((), (Section(text="| Shift | early | or late |"),))


def test_a_table_about_other_things_is_kept_as_text() -> None:
    table = "| Dish | Price |\n| --- | --- |\n| Soup | 4 |"
    assert job(f"{table}\n").sections == (Section(text=table),)


@pytest.mark.parametrize(
    "heading", ["Job Description", "job description", "PURPOSE", "**Purpose**", "Purpose:"]
)
def test_a_description_is_read_under_each_of_its_headings(heading: str) -> None:
    assert job(f"## {heading}\nCooks.\n\nServes.\n").description == "Cooks.\n\nServes."


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("*   **Menu:** Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* **Menu**: Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* **Menu** — Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("+ Menu: Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* *Menu:* Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* _Menu_: Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* ***Menu***: Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* **Menu.** Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* **Menu：** Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* 🍲 **Menu:** Writes it.", Responsibility(name="🍲 Menu", text="Writes it.")),
        ("* **Menu:**\nWrites it.", Responsibility(name="Menu", text="Writes it.")),
        ("* Writes the menu of the week.", Responsibility(text="Writes the menu of the week.")),
        ("* **Writes** the menu.", Responsibility(text="**Writes** the menu.")),
        ("1. **Menu:** Writes it.", Responsibility(name="Menu", text="Writes it.")),
        (
            "- **Menu:** Writes it.\n\n  And prints it.",
            Responsibility(name="Menu", text="Writes it.\n\nAnd prints it."),
        ),
        (
            "- **Menu:** Writes it:\n  - soups\n  - cakes",
            Responsibility(name="Menu", text="Writes it:\n- soups\n- cakes"),
        ),
    ],
)
def test_a_responsibility_of_a_job_description_is_read(item: str, expected: Responsibility) -> None:
    assert job(f"## Responsibilities\n{item}\n").responsibilities == (expected,)


def test_headings_inside_the_responsibilities_are_groups() -> None:
    found = job(
        "## Responsibilities\n- **A**\n\n### Kitchen\n- **B**\n\n### Hall\n- **C**\n"
    ).responsibilities
    assert [(item.name, item.group) for item in found] == [("A", None), ("B", "Kitchen"), ("C", "Hall")]


@pytest.mark.parametrize(
    "text",
    [
        "## Responsibilities\n- **A**\n\n### Role Variations\n* **Pastry Cook:** Bakes.\n",
        "## Role variations\n### Pastry Cook\nBakes.\n",
        "## Role variations\n\n- Pastry Cook: Bakes.\n",
    ],
)
def test_variations_are_read_inside_the_responsibilities_and_by_themselves(text: str) -> None:
    assert job(text).variations == (Variation(name="Pastry Cook", text="Bakes."),)


@pytest.mark.parametrize("heading", ["Average Daily Tasks", "Average day / cadence"])
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("* 10:00 Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* 10:00 - Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* **10:00** Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* **10:00:** Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* [10:00] Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* `10:00` Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* *10:00* - Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* **10:00: Tasting.** All eat.", DailyTask(time="10:00", name="Tasting", text="All eat.")),
        ("* **10:00** – **Tasting:** All eat.", DailyTask(time="10:00", name="Tasting", text="All eat.")),
        ("* **09:00 AM - Standup:** We meet.", DailyTask(time="09:00 AM", name="Standup", text="We meet.")),
        ("* 10:00-11:00 Tasting", DailyTask(time="10:00-11:00", name="Tasting")),
        ("* 9 am: Tasting", DailyTask(time="9 am", name="Tasting")),
        ("* Taste the soup", DailyTask(name="Taste the soup")),
        ("* Taste the soup, then all else.", DailyTask(text="Taste the soup, then all else.")),
        ("* 3 reviews", DailyTask(name="3 reviews")),
    ],
)
def test_a_daily_task_is_read(heading: str, item: str, expected: DailyTask) -> None:
    assert job(f"## {heading}\n{item}\n").daily_tasks == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guest, Waiter Eng", [("Guest", None, None), ("Waiter Eng", None, None)]),
        ("Guest; Waiter", [("Guest", None, None), ("Waiter", None, None)]),
        ("Guest\nWaiter", [("Guest", None, None), ("Waiter", None, None)]),
        ("- `COOK2`", [("COOK2", None, None)]),
        (
            "Guest (hungry, thirsty), Waiter",
            [("Guest (hungry, thirsty)", None, None), ("Waiter", None, None)],
        ),
        ("- Guest\n- Waiter", [("Guest", None, None), ("Waiter", None, None)]),
        ("- Guest — eats", [("Guest", "eats", None)]),
        ("* **[Guest](guest.md)**: eats", [("Guest", "eats", "guest.md")]),
        ("* [Guest](guest.md): eats", [("Guest", "eats", "guest.md")]),
    ],
)
def test_common_partners_are_read(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = job(f"## Common Partners\n{text}\n").interactions
    assert [(item.partner, item.notes, item.link) for item in found] == expected
    assert {item.kind for item in found} == {"Common partner"}


@pytest.mark.parametrize("text", ["None", "TBD", "- n/a", "—"])
def test_a_placeholder_names_no_partner(text: str) -> None:
    found = job(f"## Common Partners\n{text}\n")
    assert (found.interactions, found.sections) == ((), (Section(text=text, position="common_partners"),))


def test_a_sentence_names_no_partners() -> None:
    found = job("## Common Partners\nThey work with guests, waiters and farmers.\n")
    assert found.interactions == ()
    assert found.sections == (
        Section(text="They work with guests, waiters and farmers.", position="common_partners"),
    )


def test_metrics_and_principles_are_read() -> None:
    found = job(
        "## Success metrics / KPIs\n- Guests\n- **Plates**: empty\n## Operating principles\n1. Taste\n"
    )
    assert (found.metrics, found.principles) == (("Guests", "**Plates**: empty"), ("Taste",))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("* COOK2 (4)", Member(role_code="COOK2", count=4)),
        ("* `COOK2` (4)", Member(role_code="COOK2", count=4)),
        ("* **COOK2** (4)", Member(role_code="COOK2", count=4)),
        ("* COOK2", Member(role_code="COOK2")),
        ("* COOK2 × 4", Member(role_code="COOK2", count=4)),
        ("* COOK2: 4", Member(role_code="COOK2", count=4)),
        ("* COOK2 – 4", Member(role_code="COOK2", count=4)),
        ("* 4 × COOK2", Member(role_code="COOK2", count=4)),
    ],
)
def test_a_member_of_a_squad_is_read(item: str, expected: Member) -> None:
    assert job(f"## Composition\n{item}\n").members == (expected,)


@pytest.mark.parametrize(
    "item", ["* [COOK2](cook.md) (4)", "* COOK2 (4): Soups", "* COOK2 x4", "* COOK2 — Line Cook (4)"]
)
def test_a_member_with_more_than_a_code_and_a_count_is_kept_as_text(item: str) -> None:
    found = job(f"## Composition\n{item}\n")
    assert (found.members, found.sections) == ((), (Section(text=item, position="members"),))


@pytest.mark.parametrize("count", ["0", "007", "1234567", "9" * 5000])
def test_a_number_that_is_no_head_count_is_kept_as_text(count: str) -> None:
    found = job(f"## Composition\n* COOK2 ({count})\n")
    assert found.members == ()
    assert found.sections == (Section(text=f"* COOK2 ({count})", position="members"),)


# The agent --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["**Agent Name:** Soup_Bot", "**Agent name**: `Soup_Bot`"])
def test_an_agent_name_is_read(line: str) -> None:
    agent = job(f"## AI Agent Profile\n\n{line}\n").agent
    assert agent is not None
    assert agent.name == "Soup_Bot"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> You cook.", "You cook."),
        ("> You cook.\n>\n> **Well:**\n> - no salt", "You cook.\n\n**Well:**\n- no salt"),
        ("> You cook.\n>\n> # Capabilities\n> ## Mission", "You cook.\n\n# Capabilities\n## Mission"),
        (">\n> You cook.\n>", "You cook."),
        ("You cook.", "You cook."),
        ("Say this:\n\n> You cook.", "Say this:\n\n> You cook."),
        ("```\n# You cook\n```", "```\n# You cook\n```"),
    ],
)
def test_a_system_prompt_is_read(text: str, expected: str) -> None:
    found = job(f"## AI Agent Profile\n\n### System Prompt\n{text}\n\n## Mission\nFeed.\n")
    assert found.agent is not None
    assert (found.agent.system_prompt, found.mission) == (expected, "Feed.")


@pytest.mark.parametrize("level", ["###", "####"])
def test_the_lists_of_an_agent_are_read(level: str) -> None:
    agent = job(
        "## AI Agent Profile\n"
        '### Personalities\n* **Calm:** Stirs. *"Slowly."*\n\n'
        f'{level} Example Phrases\n* "Well done."\n* **Praise:** “Fine.”\n* Blame: "No."\n* *"Hot!"*\n\n'
        "### Recommended tools / MCP\n- `OVEN`\n- **[pot](https://pot.example)**: boils\n- **pan**: fries\n"
        "- `fork` - picks\n"
        "- [cup](https://cup.example): holds\n- **jug** pours milk\n\n"
        "### Knowledge docs\n- `docs/soup.md`\n- docs/stew.md\n"
    ).agent
    assert agent is not None
    assert agent.personalities == (Variation(name="Calm", text='Stirs. *"Slowly."*'),)
    assert agent.example_phrases == (
        Phrase(text="Well done."),
        Phrase(label="Praise", text="Fine."),
        Phrase(label="Blame", text="No."),
        Phrase(text="Hot!"),
    )
    assert agent.mcp_servers == (
        McpServer(name="OVEN"),
        McpServer(name="pot", url="https://pot.example", purpose="boils"),
        McpServer(name="pan", purpose="fries"),
        McpServer(name="fork", purpose="picks"),
        McpServer(name="cup", url="https://cup.example", purpose="holds"),
        McpServer(name="jug", purpose="pours milk"),
    )
    assert agent.knowledge == ("docs/soup.md", "docs/stew.md")


def test_personalities_may_stand_under_headings_of_their_own() -> None:
    agent = job(
        "## AI Agent Profile\n### Personalities\n#### Calm\nStirs.\n\n#### Example Phrases\n- Hm\n"
    ).agent
    assert agent is not None
    assert agent.personalities == (Variation(name="Calm", text="Stirs."),)
    assert agent.example_phrases == (Phrase(text="Hm"),)


# Headings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Job Description\nCooks.\n", "Cooks."),
        ("### Job Description\nCooks.\n\n#### More\nWell.\n", "Cooks.\n\n### More\nWell."),
        ("Job Description\n---\nCooks.\n", "Cooks."),
        ("## Job Description ##\nCooks.\n", "Cooks."),
    ],
)
def test_sections_stand_one_level_higher_or_lower_too(text: str, expected: str) -> None:
    assert job(text).description == expected


@pytest.mark.parametrize(
    "heading",
    [
        *("1. Responsibilities", "2) Responsibilities", "1.2 Responsibilities", "IV. Responsibilities"),
        *("🎯 Responsibilities", "Responsibilities 🎯", "3. 🎯 Responsibilities:", "1️⃣ Responsibilities"),
        *(
            "__Responsibilities__",
            "[Responsibilities](#what)",
            "Responsibilities {#what}",
            "_RESPONSIBILITIES_",
        ),
        *("\u200bResponsibilities", "Responsibilities\u00a0", "<a id='x'></a>Responsibilities"),
        *("Key Responsibilities", "Core responsibilities", "Roles & Responsibilities"),
        *("Roles and responsibilities", "Main duties and responsibilities"),
    ],
)
def test_a_heading_is_known_whatever_stands_around_its_words(heading: str) -> None:
    assert job(f"## {heading}\n- **Menu**\n").responsibilities == (Responsibility(name="Menu"),)


@pytest.mark.parametrize(
    "heading", ["Responsibility matrix", "Our responsibilities.", "Responsibilities (old)"]
)
def test_a_heading_with_other_words_is_unknown(heading: str) -> None:
    found = job(f"## {heading}\n- **Menu**\n")
    assert (found.responsibilities, [section.heading for section in found.sections]) == ((), [heading])


@pytest.mark.parametrize(
    "text",
    [
        "Cook.\n\n```\n# Capabilities\n```",
        "Cook.\n\n> # Capabilities",
        "Cook.\n\n    # Capabilities",
        "Cook.\n\n<!--\n# Capabilities\n-->",
    ],
)
def test_a_heading_inside_another_block_is_no_section(text: str) -> None:
    found = profile(f"# Mission\n{text}\n")
    assert (found.mission, found.sections) == (text, ())


def test_lines_in_bold_are_headings_where_sections_have_no_others() -> None:
    text = (
        "# Cook\n\n**Of the kitchen**\n\n**Mission:**\nFeed.\n\n**Responsibilities**\n\n- **Menu**\n\n"
        "**AI Agent Profile**\n\n**Agent Name:** Bot\n\n__System Prompt__:\n\n> You cook.\n"
    )
    found = document_of(text)
    assert (found.mission, found.responsibilities) == ("Feed.", (Responsibility(name="Menu"),))
    assert found.agent is not None
    assert (found.agent.name, found.agent.system_prompt) == ("Bot", "You cook.")
    assert found.sections == (Section(text="**Of the kitchen**"),)


@pytest.mark.parametrize(
    "text", ["## Pay\n\n**Mission**\n\nFair.", "## Purpose\n\n**Mission**\n\n**KPIs**\n\nx"]
)
def test_a_line_in_bold_is_text_where_sections_have_headings_or_by_itself(text: str) -> None:
    found = job(text)
    assert (found.mission, found.metrics) == (None, ())


def test_a_heading_is_a_section_only_below_the_title_or_its_listed_parent() -> None:
    found = job("## Pay\n### Mission\nFair.\n\n## Purpose\nCooks.\n\n### Capabilities\nMany.\n")
    assert (found.mission, found.capabilities) == (None, ())
    assert found.sections == (Section(heading="Pay", text="### Mission\nFair."),)
    assert found.description == "Cooks.\n\n### Capabilities\nMany."


def test_a_document_may_mix_both_dialects() -> None:
    found = profile(
        "# Mission\nFeed.\n\n# Common partners\nGuest\n\n# AI agent profile\n\n**Agent name:** Bot\n"
    )
    assert (found.mission, found.interactions[0].partner) == ("Feed.", "Guest")
    assert found.agent is not None


def test_the_title_is_the_highest_heading_before_the_sections() -> None:
    found = document_of("## Contents\nAll.\n\n# Cook\n\n**Role Code:** COOK1\n\n## Mission\nFeed.\n")
    assert (found.name, found.mission) == ("Cook", "Feed.")
    assert found.sections == (Section(heading="Contents", text="All."),)


def test_a_section_that_stands_twice_is_kept_whole() -> None:
    text = (
        f"{JOB_HEAD}## Mission\nFeed.\n\n## Capabilities\n- A\n\n## Mission\nServe.\n\n## Capabilities\n- B\n"
    )
    found = document_of(text)
    assert found.mission == "Feed.\n\nServe."
    assert [item.name for item in found.capabilities] == ["A", "B"]
    assert told(text) == [("duplicate-section", "warning", 11)]


# What fits no rule ------------------------------------------------------------------------------------------


def test_text_that_fits_no_rule_is_kept_where_it_stood() -> None:
    document = job(
        "A word before.\n\n## Mission\nCook.\n\n## Pay\nFair.\n\n### When\nMonthly.\n\n"
        "## Capabilities\nMany.\n\n### How\nWell.\n"
    )
    assert document.sections == (
        Section(text="A word before."),
        Section(heading="Pay", text="Fair.\n\n### When\nMonthly.", position="mission"),
        Section(text="Many.", position="capabilities"),
        Section(heading="How", level=3, text="Well.", position="capabilities"),
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("##Capabilities\n- SQL\n", ("unread-text", "warning", 5)),
        ("**Capabilities:**\n- SQL\n\n## Mission\nFeed.\n", ("unread-text", "warning", 5)),
        ("## Interactions\n- Works with everybody.\n", ("unread-item", "warning", 6)),
        ("## Interactions\n- **A** → B\n\nAnd many more.\n", ("unread-text", "warning", 8)),
        ("## Operating principles\n- ***\n- taste\n", ("unread-item", "warning", 6)),
        ("\n## Perks\nSoup.\n", ("unknown-heading", "info", 6)),
        ("## Mission\nFeed.\n\n```\nsoup\n", ("unclosed-block", "warning", 8)),
        ("## Pay\n<!-- secret\n", ("unclosed-block", "warning", 6)),
    ],
)
def test_a_doubt_is_told_with_its_line(body: str, message: tuple[str, str, int]) -> None:
    assert message in told(JOB_HEAD + body)


def test_an_item_that_is_not_understood_is_kept() -> None:
    found = job("## Interactions\n- **A** → B\n- Works with everybody.\n")
    assert found.sections == (Section(text="- Works with everybody.", position="interactions"),)


@pytest.mark.parametrize("text", ["Soon.", "- **Menu (primary)** Writes it.", "-"])
def test_a_group_without_an_item_keeps_its_heading(text: str) -> None:
    found = job(f"## Responsibilities\n### Kitchen\n{text}\n")
    assert (found.responsibilities, [section.heading for section in found.sections]) == ((), ["Kitchen"])


def test_a_block_that_is_left_open_is_closed() -> None:
    assert job("## Mission\nFeed.\n\n~~~\nsoup\n").mission == "Feed.\n\n~~~\nsoup\n~~~"


def test_a_kept_text_that_would_be_read_otherwise_is_quoted() -> None:
    found = job("**Role Code:** COOK1\n\n## Purpose\nCooks.\n")
    assert found.sections == (Section(text="> **Role Code:** COOK1"),)
