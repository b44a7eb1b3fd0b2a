"""Whole documents of the shapes that organisations keep: each known section becomes rows, counted by hand."""

from roles.documents.document import Identifier, Interaction, Member, Property, RoleDocument, value_of
from tests.documents import document_of, told

LISTS = (
    *("properties", "responsibilities", "capabilities", "artifacts", "interactions", "variations"),
    *("daily_tasks", "metrics", "principles", "members", "agent.personalities", "agent.example_phrases"),
    *("agent.mcp_servers", "agent.knowledge", "sections"),
)

KEEPER = """---
title: Lighthouse Keeper
description: "Lighthouse Keeper (LGHT0001): what the role is for."
tags: [coast, night]
---

# Lighthouse Keeper

**Role Code:** LGHT0001

**What stands here**

- What a **Lighthouse Keeper** does (`LGHT0001`)
- Partners, and the keeper's helper

| Field | Value |
| --- | --- |
| **Role code** | `LGHT0001` |
| **Level band** | L2-L4 |
| **Reports to** | HARB0002 |
| **Security (helper)** | HIGH |

!!! warning "Wet stairs"
    Hold the rail, always.

## Job description

The **Lighthouse Keeper** keeps the light. Ships rely on it.

They live on the rock.

## Responsibilities

- **The light:** Lights it before dusk - and not after.
- **The log:** Writes down each ship (name, hour, weather).
- **The horn:** Sounds it in fog.

## Role variations

### Island keeper
Lives on the rock for a month at a time.

### Harbour keeper
Goes home in the morning; tends the small lights as well.

## Average day / cadence

- Trim the wick
- Walk round the rock, with a lamp
- Sleep

## Common partners

- Pilot
- Harbour (HARB*)
- Coast Guard/Rescue

## Success metrics / KPIs

- Hours of darkness
- Ships aground

## Operating principles

- The light first
- Write it down; then talk

## How the rock works

### Who decides
| Case | Who |
| --- | --- |
| Fog | The keeper |

### List for the night
- [ ] Oil filled

Partners:
- Pilot

## AI Agent Profile

**Agent name:** `LGHT0001_Helper`

### System prompt

> You are **the helper** of the keeper.
>
> ## Capabilities
> - **Seeing** - always
>
> ## Mission
> 1. Watch.

### Personalities

- **Watcher:** Sees far. *"Sail, north by east."*
- **Bookkeeper:** Forgets nothing. *"It is in the log."*

### Example phrases

- "Sail, north by east."
- "It is in the log."
- "Fog within the hour."

### Recommended tools / MCP

- `BAROMETER`
- `TIDE_TABLE`

### Knowledge docs

- `docs/lamps.md`
- `docs/fog.md`
- `docs/oil/index.md`

## Path

Where it lies: `docs/coast/lght0001.md`
"""

SQUAD = """---
title: Storm Watch: the squad
description: Storm Watch: the squad that goes out.
tags: [coast]
---

# Storm Watch: the squad

## Purpose
Goes out when others come in.

## Responsibilities

### Before the storm
*   Read the barometer each hour.
*   Call the boats home.

### After the storm
*   Count the boats.
*   Mend what is broken.
*   Write the report for the harbour.

## Composition
*   LGHT0001 (2)
*   PILT0003 (4)
*   HARB0002

---

## AI Agent Profile

**Agent Name:** Storm_Watcher

### System Prompt
> You watch the weather.

> You never sleep.
### Personalities
* **The Gull:** Cries early. "Wind!"

#### Example Phrases
* "Two hours. **Call them home.** Now."
* "All in."

### Recommended MCP Servers
* **[barometer](https://barometer.example/)**: Used for pressure.
* **[radio](https://radio.example/)** (or a horn): Used for calling.
* **tides**: Used for the hour.

## Recommended Reading

*   **[How to read the sky](../sky.md)**: For new ones.
"""

PILOT = """# Pilot

**Role Code:** PILT0003

## Job Description
Brings ships in.

## Responsibilities

*   **Boarding:** Climbs the ladder. You hold on.
*   **Steering (inner harbour):** Gives the course.

### Role Variations

#### River pilot
Knows the sandbanks.
**Average Daily Tasks:**
* 06:00 Tide
* 08:00 First ship

#### Deep sea pilot
Knows the lanes.
**Average Daily Tasks:**
* 22:00 Last ship

## Average Daily Tasks
*   **06:00 AM - Tide:** I look at the table: high at 9:00.
*   **12:30 PM - Dinner:** Fish.

## Common Partners
*   **[Lighthouse Keeper](lighthouse_keeper.md)**: Shows the way.
*   **[Mate (First Officer)](../ships/mate.md)**: Takes the rope.

## AI Agent Profile

**Agent Name:** Pilot_Helper

### Example Phrases
*   **Shoal Warning:** "Five fathoms. It was 'six' a week ago."
"""

COOPER = """---
id: cooper-01
slug: cooper
name: Cooper
default_seniority: Mid
---

# Mission
Barrels that keep what is put into them.

# Short Description
Makes and mends barrels, tubs and buckets.

# Properties
- **Preferred Wood**: Oak, ash (split, not sawn), chestnut
- **Workstyle**: By hand

# Responsibilities
- **Barrels & tubs** (primary)  
  *Success metric*: <1% leaking, 40 a week, no splinters
- **Mending**  
  *Success metric*: Same day

# Capabilities
- **Wood** — Advanced (grain, drying, joints (dry))
- **Hoops/Rings** — Competent (iron, hazel)
- **Selling** — Novice

# Artifacts
- **Barrels** (type: vessel)
- **Price list** (type: document)

# Interactions
- **Delivers barrels** → Brewer (per brew)  
  *Notes*: Sizes agreed in spring
- **Receives iron** → Blacksmith (on-demand)  
  *Notes*: Hoops, nails
- **Advises** → Town council (yearly)
"""  # noqa: W291


def counts(document: RoleDocument) -> dict[str, int]:
    """How many rows each list of a document has."""
    return {name: len(found) for name in LISTS if (found := value_of(document, name))}


def test_a_job_description_with_a_table_of_facts_becomes_rows() -> None:
    document = document_of(KEEPER)
    assert counts(document) == {
        "properties": 3,
        "responsibilities": 3,
        "interactions": 4,
        "variations": 2,
        "daily_tasks": 3,
        "metrics": 2,
        "principles": 2,
        "agent.personalities": 2,
        "agent.example_phrases": 3,
        "agent.mcp_servers": 2,
        "agent.knowledge": 3,
        "sections": 3,
    }
    assert document.identifiers == (Identifier(scheme="role-code", value="LGHT0001"),)
    assert document.properties[1:] == (
        Property(name="Level band", values=("L2-L4",)),
        Property(name="Security (helper)", values=("HIGH",)),
    )
    assert document.interactions[0] == Interaction(kind="Reports to", partner="HARB0002")
    assert [section.heading for section in document.sections] == [None, "How the rock works", "Path"]
    assert document.agent is not None
    assert document.agent.name == "LGHT0001_Helper"
    assert document.agent.system_prompt is not None
    assert document.agent.system_prompt.endswith("## Mission\n1. Watch.")
    assert {code for code, _, _ in told(KEEPER)} == {"unknown-heading"}


def test_a_squad_becomes_rows_with_its_composition_and_its_groups() -> None:
    document = document_of(SQUAD)
    assert counts(document) == {
        "responsibilities": 5,
        "members": 3,
        "agent.personalities": 1,
        "agent.example_phrases": 2,
        "agent.mcp_servers": 3,
        "sections": 1,
    }
    assert [item.group for item in document.responsibilities] == [
        *("Before the storm", "Before the storm"),
        *("After the storm", "After the storm", "After the storm"),
    ]
    assert document.members == (
        Member(role_code="LGHT0001", count=2),
        Member(role_code="PILT0003", count=4),
        Member(role_code="HARB0002"),
    )
    assert (document.name, document.extra["title"]) == ("Storm Watch: the squad", "Storm Watch: the squad")
    assert document.agent is not None
    assert document.agent.system_prompt == "You watch the weather.\n\nYou never sleep."
    assert document.agent.example_phrases[0].text == "Two hours. **Call them home.** Now."


def test_a_job_description_with_long_items_becomes_rows() -> None:
    document = document_of(PILOT)
    assert counts(document) == {
        "responsibilities": 2,
        "interactions": 2,
        "variations": 2,
        "daily_tasks": 2,
        "agent.example_phrases": 1,
    }
    assert document.variations[0].text == (
        "Knows the sandbanks.\n**Average Daily Tasks:**\n* 06:00 Tide\n* 08:00 First ship"
    )
    assert [(task.time, task.name) for task in document.daily_tasks] == [
        ("06:00 AM", "Tide"),
        ("12:30 PM", "Dinner"),
    ]
    assert [item.partner for item in document.interactions] == ["Lighthouse Keeper", "Mate (First Officer)"]
    assert told(PILOT) == []


def test_a_role_profile_becomes_rows() -> None:
    document = document_of(COOPER)
    assert counts(document) == {
        "properties": 2,
        "responsibilities": 2,
        "capabilities": 3,
        "artifacts": 2,
        "interactions": 3,
    }
    assert [len(item.values) for item in document.properties] == [3, 1]
    assert [bool(item.success_metric) for item in document.responsibilities] == [True, True]
    assert [item.level for item in document.capabilities] == ["Advanced", "Competent", "Novice"]
    assert [item.frequency for item in document.interactions] == ["per brew", "on-demand", "yearly"]
    assert told(COOPER) == []


def test_a_role_code_is_read_where_its_label_has_a_hyphen() -> None:
    document = document_of("# Cook\n\n**Role-Code:** COOK2\n\n## Job Description\n\nCooks.\n")
    assert document.identifiers == (Identifier(scheme="role-code", value="COOK2"),)


def test_a_role_code_that_shares_its_line_with_other_facts_is_told_of() -> None:
    text = "# Cook\n\n**Role Code:** COOK2 | **Level:** L4\n\n## Job Description\n\nCooks.\n"
    assert told(text) == [("unread-text", "warning", 3)]


def test_two_hyphens_stand_for_a_dash() -> None:
    document = document_of(
        "# Cook\n\n## Responsibilities\n\n* **Menu** -- Writes it.\n\n## Capabilities\n\n- SQL -- Expert\n"
    )
    assert [(item.name, item.text) for item in document.responsibilities] == [("Menu", "Writes it.")]
    assert [(item.name, item.level) for item in document.capabilities] == [("SQL", "Expert")]


def test_what_stands_in_brackets_behind_a_name_may_be_in_italics() -> None:
    text = (
        "# Cook\n\n## Responsibilities\n\n* **Menu** *(primary)*: Writes it.\n\n"
        "## Artifacts\n\n- **Menus** *(type: file)*\n"
    )
    document = document_of(text)
    assert [(item.name, item.text, item.primary) for item in document.responsibilities] == [
        ("Menu", "Writes it.", True)
    ]
    assert [(item.name, item.type) for item in document.artifacts] == [("Menus", "file")]
