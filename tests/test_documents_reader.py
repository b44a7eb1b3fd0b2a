"""What each way of writing a role down is read as."""

from pathlib import Path

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
    RoleDocument,
    Section,
    Variation,
)
from roles.documents.merge import fold
from roles.documents.reader import Parsed, parse

SEEDS = [
    Path("fixtures/roles/data") / name for name in ("000_a2a96a4f86ac3375.txt", "004_beeb24fe9d0a9c72.txt")
]


def read(body: str, *, head: str = "# Cook\n\n**Role Code:** COOK1\n\n") -> RoleDocument:
    """The document that a text makes, as a job description unless it brings its own head."""
    document = parse((head + body).encode()).document
    assert document is not None
    return document


def profile(body: str) -> RoleDocument:
    """The document that a role profile with these sections makes."""
    return read(body, head="---\nid: cook-01\nslug: cook\nname: Cook\ndefault_seniority: Senior\n---\n\n")


def codes(data: bytes) -> list[tuple[str, int]]:
    """The codes and lines of the messages that a file gives."""
    return [(message.code, message.line) for message in parse(data).messages]


def test_the_two_seeds_make_one_role_with_all_they_say() -> None:
    seeds = [parsed.document for path in SEEDS if (parsed := parse(path.read_bytes())).document]
    role = fold([document for document in seeds if document])
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
    assert len(role.variations) == 3
    assert [item.time for item in role.daily_tasks] == ["10:00", "11:00", "14:00"]
    assert role.agent is not None
    assert (role.agent.name, len(role.agent.mcp_servers)) == ("DataPipe_Builder", 4)
    assert role.agent.system_prompt is not None
    assert all(server.purpose for server in role.agent.mcp_servers)


def test_each_statement_knows_its_line() -> None:
    lines = parse(SEEDS[0].read_bytes()).statement_lines
    assert (lines["seniority"], lines["mission"], lines["capabilities:sql"]) == (5, 9, 30)
    assert lines["interactions:delivers dataset:data analyst"] == 45


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("- **Menu** (primary)", Responsibility(name="Menu", primary=True)),
        ("- Menu (primary)", Responsibility(name="Menu", primary=True)),
        ("- Menu", Responsibility(name="Menu")),
        ("- **Menu**\n  *Success metric*: a, b", Responsibility(name="Menu", success_metric="a, b")),
        ("- **Menu**\n  Success metrics: a", Responsibility(name="Menu", success_metric="a")),
        ("- **Menu** *Success metric*: a", Responsibility(name="Menu", success_metric="a")),
        (
            "- **Menu** (primary) Success metric: a",
            Responsibility(name="Menu", primary=True, success_metric="a"),
        ),
        ("*   **Menu:** Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* **Menu**: Writes it.", Responsibility(name="Menu", text="Writes it.")),
        ("* Writes the menu of the week.", Responsibility(text="Writes the menu of the week.")),
        ("1. **Menu:** Writes it.", Responsibility(name="Menu", text="Writes it.")),
        (
            "- **Menu:** Writes it.\n\n  And prints it.",
            Responsibility(name="Menu", text="Writes it.\n\nAnd prints it."),
        ),
    ],
)
def test_a_responsibility_is_read(item: str, expected: Responsibility) -> None:
    assert read(f"## Responsibilities\n{item}\n").responsibilities == (expected,)


def test_headings_inside_the_responsibilities_are_groups() -> None:
    found = read(
        "## Responsibilities\n- **A**\n\n### Kitchen\n- **B**\n\n### Hall\n- **C**\n"
    ).responsibilities
    assert [(item.name, item.group) for item in found] == [("A", None), ("B", "Kitchen"), ("C", "Hall")]


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
        ("- T-SQL - Advanced (joins)", Capability(name="T-SQL", level="Advanced", detail="joins")),
        ("- **SQL** (joins)", Capability(name="SQL", detail="joins")),
        ("- **SQL**", Capability(name="SQL")),
    ],
)
def test_a_capability_is_read(item: str, expected: Capability) -> None:
    assert profile(f"# Capabilities\n{item}\n").capabilities == (expected,)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("- **Menus** (type: document)", Artifact(name="Menus", type="document")),
        ("- **Menus** (document)", Artifact(name="Menus", type="document")),
        ("- Menus (document)", Artifact(name="Menus", type="document")),
        ("- **Menus**", Artifact(name="Menus")),
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
        ("- **Feeds** → Guest\n  Notes: hot", Interaction(kind="Feeds", partner="Guest", notes="hot")),
        ("- Feeds → Executive stakeholders", Interaction(kind="Feeds", partner="Executive stakeholders")),
        ("- **Feeds** → [Guest](guest.md)", Interaction(kind="Feeds", partner="Guest", link="guest.md")),
    ],
)
def test_an_interaction_is_read(item: str, expected: Interaction) -> None:
    assert profile(f"# Interactions\n{item}\n").interactions == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guest, Waiter Eng", [("Guest", None, None), ("Waiter Eng", None, None)]),
        ("- Guest\n- Waiter", [("Guest", None, None), ("Waiter", None, None)]),
        ("* **[Guest](guest.md)**: eats", [("Guest", "eats", "guest.md")]),
    ],
)
def test_common_partners_are_read(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    found = read(f"## Common Partners\n{text}\n").interactions
    assert [(item.partner, item.notes, item.link) for item in found] == expected
    assert {item.kind for item in found} == {"Common partner"}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("* 10:00 Pipeline check", DailyTask(time="10:00", name="Pipeline check")),
        ("* **09:00 AM - Standup:** We meet.", DailyTask(time="09:00 AM", name="Standup", text="We meet.")),
        ("* 10:00-11:00 Tasting", DailyTask(time="10:00-11:00", name="Tasting")),
        ("* Taste the soup", DailyTask(name="Taste the soup")),
        ("* 3 reviews", DailyTask(name="3 reviews")),
    ],
)
def test_a_daily_task_is_read(item: str, expected: DailyTask) -> None:
    assert read(f"## Average day / cadence\n{item}\n").daily_tasks == (expected,)


@pytest.mark.parametrize(
    "item", ["- **Tech**: Airflow, dbt", "- **Tech:** Airflow, dbt", "- Tech: Airflow, dbt"]
)
def test_a_property_is_read(item: str) -> None:
    assert profile(f"# Properties\n{item}\n").properties == (
        Property(name="Tech", values=("Airflow", "dbt")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "## Responsibilities\n- **A**\n\n### Role Variations\n* **Pastry Cook:** Bakes.\n",
        "## Role variations\n### Pastry Cook\nBakes.\n",
    ],
)
def test_variations_are_read_inside_the_responsibilities_and_by_themselves(text: str) -> None:
    assert read(text).variations == (Variation(name="Pastry Cook", text="Bakes."),)


def test_metrics_principles_and_members_are_read() -> None:
    document = read(
        "## Success metrics / KPIs\n- Guests\n## Operating principles\n- Taste\n"
        "## Composition\n* COOK2 (4)\n* COOK3\n"
    )
    assert (document.metrics, document.principles) == (("Guests",), ("Taste",))
    assert document.members == (Member(role_code="COOK2", count=4), Member(role_code="COOK3"))


def test_a_table_of_facts_gives_the_code_a_reporting_line_and_properties() -> None:
    table = (
        "| Field | Value |\n| --- | --- |\n| **Role code** | `COOK1` |\n"
        "| **Level band** | L3-L5 |\n| **Reports to** | CHEF1 |\n"
    )
    document = read(f"{table}\n## Purpose\nCooks.\n", head="# Cook\n\n")
    assert document.identifiers == (Identifier(scheme="role-code", value="COOK1"),)
    assert document.properties == (Property(name="Level band", values=("L3-L5",)),)
    assert document.interactions == (Interaction(kind="Reports to", partner="CHEF1"),)
    assert document.description == "Cooks."


def test_an_agent_profile_is_read() -> None:
    agent = read(
        "## AI Agent Profile\n**Agent Name:** `Soup_Bot`\n\n"
        "### System Prompt\n> You cook.\n>\n> ## Rules\n> - no salt\n\n"
        '### Personalities\n* **Calm:** Stirs. *"Slowly."*\n\n'
        '#### Example Phrases\n* "Well done."\n* **Praise:** “Fine.”\n\n'
        "### Recommended tools / MCP\n- `OVEN`\n- **[pot](https://pot.example)**: boils\n\n"
        "### Knowledge docs\n- `docs/soup.md`\n"
    ).agent
    assert agent is not None
    assert agent.name == "Soup_Bot"
    assert agent.system_prompt == "You cook.\n\n## Rules\n- no salt"
    assert agent.personalities == (Variation(name="Calm", text='Stirs. *"Slowly."*'),)
    assert agent.example_phrases == (Phrase(text="Well done."), Phrase(label="Praise", text="Fine."))
    assert agent.mcp_servers == (
        McpServer(name="OVEN"),
        McpServer(name="pot", url="https://pot.example", purpose="boils"),
    )
    assert agent.knowledge == ("docs/soup.md",)


def test_text_that_fits_no_rule_is_kept_where_it_stood() -> None:
    document = read(
        "A word before.\n\n## Mission\nCook.\n\n## Pay\nFair.\n\n### When\nMonthly.\n\n"
        "## Capabilities\nMany.\n"
    )
    assert document.sections == (
        Section(text="A word before."),
        Section(heading="Pay", text="Fair.\n\n### When\nMonthly.", position="mission"),
        Section(text="Many.", position="capabilities"),
    )


def test_an_item_that_is_not_understood_is_kept_and_reported() -> None:
    data = b"# Cook\n\n**Role Code:** COOK1\n\n## Interactions\n- Works with everybody.\n"
    parsed = parse(data)
    assert parsed.document is not None
    assert parsed.document.sections == (Section(text="- Works with everybody.", position="interactions"),)
    assert [(message.code, message.severity, message.line) for message in parsed.messages] == [
        ("unread-item", "warning", 6)
    ]


def test_sections_stand_one_level_higher_or_lower_too() -> None:
    assert read("# Job Description\nCooks.\n").description == "Cooks."
    assert (
        read("### Job Description\nCooks.\n\n#### More\nWell.\n").description == "Cooks.\n\n### More\nWell."
    )


def test_a_heading_in_a_code_fence_is_no_section() -> None:
    assert (
        read("## Mission\nCook.\n\n```\n# Capabilities\n```\n").mission == "Cook.\n\n```\n# Capabilities\n```"
    )


def test_front_matter_values_are_text_as_written() -> None:
    document = read(
        "# Mission\nCook.\n", head="---\nid: c\nname: Cook\nv: 1.10\nyes: no\nd: 2020-01-01\nl: [1, 2]\n---\n"
    )
    assert document.extra == {"v": "1.10", "yes": "no", "d": "2020-01-01", "l": ["1", "2"]}


def test_a_key_that_stands_twice_is_kept_twice() -> None:
    data = b"---\nid: c\nname: Cook\nx: one\nx: two\n---\n"
    document = parse(data).document
    assert document is not None
    assert document.extra == {"x": "one", "x (2)": "two"}
    assert ("front-matter-duplicate-key", 5) in codes(data)


def test_a_rule_at_the_start_is_no_front_matter() -> None:
    document = read("", head="---\n# Cook\n\n**Role Code:** COOK1\n\n---\n")
    assert (document.name, document.identifiers[0].value) == ("Cook", "COOK1")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_change_nothing(newline: str) -> None:
    text = "\ufeff" + SEEDS[0].read_text().replace("\n", newline)
    assert parse(text.encode()).document == parse(SEEDS[0].read_bytes()).document


BOMB = b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n# Cook\n"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"---\nid: c\nname: [Cook\n---\n", "front-matter-invalid", 4),
        (b"---\nid: c\nname: Cook\n\n# Mission\n", "front-matter-unclosed", 1),
        (b"# Cook\n\nCaf\xe9\n", "not-utf8", 3),
        ("# Cook\n".encode("utf-16"), "not-utf8", 1),
        (b"# Cook\n\n\x00\n", "nul-byte", 3),
        (BOMB, "front-matter-alias", 3),
        (b"---\na: " + b"[" * 500 + b"]" * 500 + b"\n---\n", "front-matter-too-deep", 2),
        (b"", "empty", 1),
        (b" \n\n", "empty", 1),
        (b"## Mission\nCook.\n", "no-title", 1),
    ],
)
def test_a_broken_file_is_refused_with_its_line(data: bytes, code: str, line: int) -> None:
    parsed = parse(data)
    assert (parsed.document, parsed.failed) == (None, True)
    assert (code, line) in codes(data)


def test_a_file_about_no_role_is_passed_over() -> None:
    parsed: Parsed = parse(b"# Roles\n\n- [Cook](cook.md)\n")
    assert (parsed.document, parsed.failed) == (None, False)
    assert ("not-a-role", 1) in [(message.code, message.line) for message in parsed.messages]
