"""An edit changes its own lines in a file and no others."""

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
)
from roles.documents.writer import patch
from tests.documents import SAMPLES, document_of

PROFILE = """\
---
id: cook-01
slug: cook
name: Cook   # as people say
default_seniority: Senior
tags: [food, heat]
---

# Mission
Feed people
well.

# Properties
- **Tech**: oven, pan

# Responsibilities
- **Menu** (primary)
  *Success metric*: every week
- **Kitchen**

# Capabilities
-   **Soups** — Advanced (clear, thick)
-   **Bread** — Novice

# Interactions
- **Feeds** -> Guest (daily)
  Notes: hot

# Perks
Soup.
"""

JOB = """\
# Cook

**Role Code:** COOK1

| Field | Value |
| --- | --- |
| Reports to | CHEF1 |
| Level band | L3 |

## Responsibilities

* **Menu:** Writes it.

* **Kitchen:** Keeps it
  clean.

### Stock
* **Orders:** Weekly.
* **Counts:** Daily.

## Role Variations

### Pastry Cook
Bakes.

### Line Cook
Fries.

## Average Daily Tasks
* 10:00 Tasting

## Common Partners
Guest, Waiter

---

## AI Agent Profile

**Agent Name:** `Soup_Bot`

### System Prompt
> You cook.
>
> - slowly
> - well
"""

OWN_WAY = """\
# Baker

**Role Code:** `BAKE1`

| Fact | Value |
| --- | --- |
| **Role code** | `BAKE2` |
| **Reports to** | `COOK1` |

## Responsibilities

1. Bread
   Success metrics: eaten
2. Ovens
   Success metrics: hot

### Shop

* **Till**: Counts money.
* **Window**: Shows cakes.

### Role Variations

* **Cake Baker**: Sweet.

## Capabilities

* Dough - novice
* Heat: expert (steam, coal)

## Artifacts

* Rye (loaf)

## Interactions

* Sells to -> Guest (daily)
  Notes: warm

## Common Partners

Cook, Waiter

## AI Agent Profile

### Knowledge docs

* `flour.md`
"""
"""A file that its writer wrote in other ways than the catalogue would."""

Edit = Callable[[RoleDocument], RoleDocument]


def diff(text: str, edit: Edit) -> list[str]:
    """The lines that an edit takes out of a text (-) and puts in (+)."""
    wanted = edit(document_of(text))
    patched = patch(text.encode(), wanted).decode()
    assert document_of(patched) == wanted
    lines = difflib.unified_diff(text.split("\n"), patched.split("\n"), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def put(**values: Any) -> Edit:
    """Give fields other values."""
    return lambda role: replace(role, **values)


def change(name: str, number: int, /, **values: Any) -> Edit:
    """Change one item of a list."""
    return lambda role: edit_list(role, name, number, lambda item: (replace(item, **values),))


def drop(name: str, number: int) -> Edit:
    """Take one item out of a list."""
    return lambda role: edit_list(role, name, number, lambda _: ())


def add(name: str, number: int, item: Any) -> Edit:
    """Put an item before another one of a list."""
    return lambda role: edit_list(role, name, number, lambda *others: (item, *others))


def edit_list(
    role: RoleDocument, name: str, number: int, edit: Callable[..., tuple[Any, ...]]
) -> RoleDocument:
    """Put other items in place of one item of a list; behind the last there is none."""
    items = getattr(role, name)
    changes: dict[str, Any] = {
        name: (*items[:number], *edit(*items[number : number + 1]), *items[number + 1 :])
    }
    return replace(role, **changes)


def turn(name: str) -> Edit:
    """Put a list into the opposite order."""
    return lambda role: replace(role, **{name: getattr(role, name)[::-1]})


def agent(**values: Any) -> Edit:
    """Change the role's agent."""
    return lambda role: replace(role, agent=replace(role.agent or Agent(), **values))


CASES: list[tuple[str, str, Edit, list[str]]] = [
    (
        "a level",
        PROFILE,
        change("capabilities", 0, level="Expert"),
        ["--   **Soups** — Advanced (clear, thick)", "+-   **Soups** — Expert (clear, thick)"],
    ),
    (
        "a level where there was none",
        PROFILE,
        change("responsibilities", 1, success_metric="clean"),
        ["-- **Kitchen**", "+- **Kitchen**  ", "+  *Success metric*: clean"],
    ),
    (
        "a detail",
        PROFILE,
        change("capabilities", 0, detail="clear"),
        ["--   **Soups** — Advanced (clear, thick)", "+-   **Soups** — Advanced (clear)"],
    ),
    (
        "no detail",
        PROFILE,
        change("capabilities", 0, detail=None),
        ["--   **Soups** — Advanced (clear, thick)", "+-   **Soups** — Advanced"],
    ),
    (
        "a success metric",
        PROFILE,
        change("responsibilities", 0, success_metric="every day"),
        ["-  *Success metric*: every week", "+  *Success metric*: every day"],
    ),
    (
        "a longer success metric",
        PROFILE,
        change("responsibilities", 0, success_metric="every day,\nby nine"),
        ["-  *Success metric*: every week", "+  *Success metric*: every day,", "+  by nine"],
    ),
    (
        "no success metric",
        PROFILE,
        change("responsibilities", 0, success_metric=None),
        ["-  *Success metric*: every week"],
    ),
    (
        "another primary",
        PROFILE,
        change("responsibilities", 1, primary=True),
        ["-- **Kitchen**", "+- **Kitchen** (primary)"],
    ),
    (
        "a name",
        PROFILE,
        change("capabilities", 0, name="Stews"),
        ["--   **Soups** — Advanced (clear, thick)", "+-   **Stews** — Advanced (clear, thick)"],
    ),
    (
        "notes",
        PROFILE,
        change("interactions", 0, notes="hot, on plates"),
        ["-  Notes: hot", "+  Notes: hot, on plates"],
    ),
    (
        "a frequency",
        PROFILE,
        change("interactions", 0, frequency="hourly"),
        ["-- **Feeds** -> Guest (daily)", "+- **Feeds** -> Guest (hourly)"],
    ),
    (
        "a partner",
        PROFILE,
        change("interactions", 0, partner="Visitor"),
        ["-- **Feeds** -> Guest (daily)", "+- **Feeds** -> Visitor (daily)"],
    ),
    (
        "a property value",
        PROFILE,
        change("properties", 0, values=("oven", "pot", "pan")),
        ["-- **Tech**: oven, pan", "+- **Tech**: oven, pot, pan"],
    ),
    ("a line of prose", PROFILE, put(mission="Feed people\nbetter."), ["-well.", "+better."]),
    (
        "a paragraph of prose",
        PROFILE,
        put(mission="Feed people\nwell.\n\nServe them."),
        ["+", "+Serve them."],
    ),
    ("no prose", PROFILE, put(mission=None), ["-", "-# Mission", "-Feed people", "-well."]),
    ("new prose", PROFILE, put(summary="Cooks."), ["+", "+# Short Description", "+Cooks."]),
    ("an extra section's text", PROFILE, change("sections", 0, text="Stew."), ["-Soup.", "+Stew."]),
    ("an extra section's heading", PROFILE, change("sections", 0, heading="Pay"), ["-# Perks", "+# Pay"]),
    ("no extra section", PROFILE, drop("sections", 0), ["-# Perks", "-Soup.", "-"]),
    ("an item at the end", PROFILE, add("capabilities", 2, Capability(name="Cakes")), ["+-   **Cakes**"]),
    ("an item at the start", PROFILE, add("capabilities", 0, Capability(name="Cakes")), ["+-   **Cakes**"]),
    (
        "an item in between",
        PROFILE,
        add("responsibilities", 1, Responsibility(name="Cellar")),
        ["+- **Cellar**"],
    ),
    ("no first item", PROFILE, drop("capabilities", 0), ["--   **Soups** — Advanced (clear, thick)"]),
    ("no last item", PROFILE, drop("responsibilities", 1), ["-- **Kitchen**"]),
    ("no item at all", PROFILE, put(properties=()), ["-- **Tech**: oven, pan"]),
    ("another order", PROFILE, turn("capabilities"), ["+-   **Bread** — Novice", "--   **Bread** — Novice"]),
    (
        "a front matter value",
        PROFILE,
        put(seniority="Staff"),
        ["-default_seniority: Senior", "+default_seniority: Staff"],
    ),
    (
        "a front matter value with a comment",
        PROFILE,
        put(name="Chef"),
        ["-name: Cook   # as people say", "+name: Chef   # as people say"],
    ),
    ("a new front matter value", PROFILE, put(family="Kitchen"), ["+family: Kitchen"]),
    ("no front matter value", PROFILE, put(seniority=None), ["-default_seniority: Senior"]),
    ("tags", PROFILE, put(tags=("food",)), ["-tags: [food, heat]", "+tags: [food]"]),
    (
        "an extra value",
        PROFILE,
        put(extra={"comments": ["as people say"], "since": "2020"}),
        ["+since: '2020'"],
    ),
    (
        "another identifier",
        PROFILE,
        add("identifiers", 1, Identifier(scheme="sap", value="7")),
        ["+identifiers:", "+  sap: '7'"],
    ),
    (
        "a role code in a profile",
        PROFILE,
        add("identifiers", 1, Identifier(scheme="role-code", value="C1")),
        ["+", "+**Role Code:** C1"],
    ),
    (
        "a new list",
        PROFILE,
        put(metrics=("guests", "plates")),
        ["+# Success metrics / KPIs", "+- guests", "+- plates", "+"],
    ),
    (
        "a role code",
        JOB,
        change("identifiers", 0, value="COOK2"),
        ["-**Role Code:** COOK1", "+**Role Code:** COOK2"],
    ),
    (
        "a second role code",
        JOB,
        add("identifiers", 1, Identifier(scheme="role-code", value="COOK2")),
        ["+**Role Code:** COOK2"],
    ),
    ("a title", JOB, put(name="Chef", slug="chef"), ["-# Cook", "+# Chef"]),
    (
        "a title but not the slug",
        JOB,
        put(name="Chef"),
        ["-# Cook", "+---", "+slug: cook", "+---", "+", "+# Chef"],
    ),
    (
        "a fact",
        JOB,
        change("properties", 0, values=("L4",)),
        ["-| Level band | L3 |", "+| Level band | L4 |"],
    ),
    ("no fact", JOB, drop("properties", 0), ["-| Level band | L3 |"]),
    (
        "a text",
        JOB,
        change("responsibilities", 0, text="Plans it."),
        ["-* **Menu:** Writes it.", "+* **Menu:** Plans it."],
    ),
    (
        "a text of two lines",
        JOB,
        change("responsibilities", 1, text="Keeps it\ntidy."),
        ["-  clean.", "+  tidy."],
    ),
    (
        "an item between blank lines",
        JOB,
        add("responsibilities", 2, Responsibility(name="Cellar")),
        ["+", "+* **Cellar**"],
    ),
    ("no item between blank lines", JOB, drop("responsibilities", 0), ["-", "-* **Menu:** Writes it."]),
    (
        "no last item between blank lines",
        JOB,
        drop("responsibilities", 1),
        ["-", "-* **Kitchen:** Keeps it", "-  clean."],
    ),
    (
        "an item in a group",
        JOB,
        add("responsibilities", 4, Responsibility(name="Waste", group="Stock")),
        ["+* **Waste**"],
    ),
    (
        "an item in a new group",
        JOB,
        add("responsibilities", 4, Responsibility(name="Waste", group="Yard")),
        ["+", "+### Yard", "+* **Waste**"],
    ),
    (
        "an item to another group",
        JOB,
        change("responsibilities", 2, group=None),
        ["+* **Orders:** Weekly.", "+", "-* **Orders:** Weekly."],
    ),
    (
        "a group's heading",
        JOB,
        lambda role: change("responsibilities", 2, group="Store")(
            change("responsibilities", 3, group="Store")(role)
        ),
        ["-### Stock", "+### Store"],
    ),
    (
        "no group",
        JOB,
        lambda role: drop("responsibilities", 2)(drop("responsibilities", 3)(role)),
        ["-", "-### Stock", "-* **Orders:** Weekly.", "-* **Counts:** Daily."],
    ),
    (
        "a text under its own heading",
        JOB,
        change("variations", 0, text="Bakes\nbread."),
        ["-Bakes.", "+Bakes", "+bread."],
    ),
    ("a heading of an item", JOB, change("variations", 0, name="Baker"), ["-### Pastry Cook", "+### Baker"]),
    (
        "an item under its own heading",
        JOB,
        add("variations", 2, Variation(name="Sous", text="Helps.")),
        ["+### Sous", "+Helps.", "+"],
    ),
    ("no item under its own heading", JOB, drop("variations", 0), ["-### Pastry Cook", "-Bakes.", "-"]),
    (
        "another order of headings",
        JOB,
        turn("variations"),
        ["+### Line Cook", "+Fries.", "+", "-", "-### Line Cook", "-Fries."],
    ),
    ("a time", JOB, change("daily_tasks", 0, time="11:00"), ["-* 10:00 Tasting", "+* 11:00 Tasting"]),
    (
        "a text where there was none",
        JOB,
        change("daily_tasks", 0, text="All eat."),
        ["-* 10:00 Tasting", "+* **10:00 - Tasting:** All eat."],
    ),
    ("a task", JOB, add("daily_tasks", 1, DailyTask(time="12:00", name="Lunch")), ["+* 12:00 Lunch"]),
    (
        "a reporting line",
        JOB,
        change("interactions", 0, partner="CHEF2"),
        ["-| Reports to | CHEF1 |", "+| Reports to | CHEF2 |"],
    ),
    (
        "a partner on a line",
        JOB,
        add("interactions", 3, Interaction(kind="Common partner", partner="Baker")),
        ["-Guest, Waiter", "+Guest, Waiter, Baker"],
    ),
    ("no partner on a line", JOB, drop("interactions", 1), ["-Guest, Waiter", "+Waiter"]),
    (
        "a partner with notes on a line",
        JOB,
        change("interactions", 1, notes="eats"),
        ["-Guest, Waiter", "+* **Guest:** eats", "+* **Waiter**"],
    ),
    (
        "another interaction",
        JOB,
        add("interactions", 1, Interaction(kind="Feeds", partner="Guest")),
        ["+## Interactions", "+* **Feeds** → Guest", "+"],
    ),
    (
        "a prompt line",
        JOB,
        agent(system_prompt="You cook.\n\n- quickly\n- well"),
        ["-> - slowly", "+> - quickly"],
    ),
    (
        "a further prompt line",
        JOB,
        agent(system_prompt="You cook.\n\n- slowly\n- well\n\nAlways."),
        ["+>", "+> Always."],
    ),
    (
        "another prompt",
        JOB,
        agent(system_prompt="You bake."),
        ["-> You cook.", "->", "-> - slowly", "-> - well", "+> You bake."],
    ),
    (
        "a line of a prompt that is no quote",
        "# Cook\n\n## AI Agent Profile\n\n### System Prompt\n\n> Say:\n\nYou cook.\n",
        agent(system_prompt="> Say:\n\nYou bake."),
        ["-You cook.", "+You bake."],
    ),
    (
        "an item with its metric as a bullet",
        "# Cook\n\n## 1. Key Responsibilities\n\n- *Menu:* Writes it.\n  - Success metric: a\n",
        change("responsibilities", 0, success_metric="b"),
        ["-  - Success metric: a", "+  - Success metric: b"],
    ),
    (
        "an agent name",
        JOB,
        agent(name="Stew_Bot"),
        ["-**Agent Name:** `Soup_Bot`", "+**Agent Name:** `Stew_Bot`"],
    ),
    ("no agent name", JOB, agent(name=None), ["-**Agent Name:** `Soup_Bot`", "-"]),
    (
        "what an agent knows",
        JOB,
        agent(knowledge=("soup.md",)),
        ["+### Knowledge docs", "+* soup.md", "+"],
    ),
    (
        "no agent",
        JOB,
        put(agent=None),
        [
            "-**Agent Name:** `Soup_Bot`",
            "-",
            "-### System Prompt",
            "-> You cook.",
            "->",
            "-> - slowly",
            "-> - well",
            "-",
        ],
    ),
    (
        "a first front matter",
        JOB,
        put(seniority="Senior"),
        ["+---", "+default_seniority: Senior", "+---", "+"],
    ),
    (
        "a section at the end",
        JOB,
        put(sections=(Section(heading="Pay", text="Fair.", position="agent"),)),
        ["+## Pay", "+Fair.", "+"],
    ),
    (
        "a section inside another",
        JOB,
        put(sections=(Section(heading="Pay", level=3, text="Fair.", position="agent"),)),
        ["+### Pay", "+Fair.", "+"],
    ),
    (
        "text without a heading",
        JOB,
        put(sections=(Section(text="Of the kitchen."),)),
        ["+", "+Of the kitchen."],
    ),
    (
        "a new section",
        JOB,
        put(properties=(*document_of(JOB).properties, Property(name="Tech"))),
        ["+", "+## Properties", "+* **Tech**:"],
    ),
    (
        "a new agent",
        PROFILE,
        put(agent=Agent(name="Bot", system_prompt="Cook.")),
        ["+# AI Agent Profile", "+**Agent Name:** Bot", "+", "+## System Prompt", "+> Cook.", "+"],
    ),
    (
        "an item where others are not bold",
        OWN_WAY,
        add("capabilities", 2, Capability(name="Yeast", level="novice")),
        ["+* Yeast - novice"],
    ),
    (
        "a detail where others are not bold",
        OWN_WAY,
        add("capabilities", 2, Capability(name="Yeast", level="novice", detail="wild")),
        ["+* Yeast: novice (wild)"],
    ),
    (
        "an item with a metric like the others",
        OWN_WAY,
        add("responsibilities", 2, Responsibility(name="Rolls", success_metric="round")),
        ["+3. Rolls", "+   Success metrics: round"],
    ),
    (
        "an item of a group like the others",
        OWN_WAY,
        add("responsibilities", 4, Responsibility(name="Door", text="Opens at six.", group="Shop")),
        ["+* **Door**: Opens at six."],
    ),
    (
        "an item that goes to a new group in its own words",
        OWN_WAY,
        change("responsibilities", 3, group="Street"),
        ["+", "+### Street", "+"],
    ),
    (
        "an artifact like the others",
        OWN_WAY,
        add("artifacts", 1, Artifact(name="Scone", type="cake")),
        ["+* Scone (cake)"],
    ),
    (
        "an interaction like the others",
        OWN_WAY,
        add(
            "interactions", 2, Interaction(kind="Buys from", partner="Mill", frequency="weekly", notes="rye")
        ),
        ["+* Buys from -> Mill (weekly)", "+  Notes: rye"],
    ),
    ("a document like the others", OWN_WAY, agent(knowledge=("flour.md", "rye.md")), ["+* `rye.md`"]),
    (
        "a role code like the one before",
        OWN_WAY,
        add("identifiers", 0, Identifier(scheme="role-code", value="BAKE3")),
        ["+| **Role code** | `BAKE3` |"],
    ),
    (
        "a fact that its table has no room for",
        OWN_WAY,
        change("interactions", 0, notes="by post"),
        ["-| **Reports to** | `COOK1` |", "+* **Reports to** → COOK1  ", "+  *Notes*: by post"],
    ),
    (
        "a common partner that becomes more than that",
        OWN_WAY,
        change("interactions", 2, kind="Bakes for"),
        ["+* **Bakes for** → Cook", "-Cook, Waiter", "+Waiter"],
    ),
    (
        "a section after one that others are nested in",
        OWN_WAY,
        put(sections=(Section(heading="Pay", text="Fair.", position="responsibilities"),)),
        ["-### Role Variations", "+## Pay", "+", "+Fair.", "+", "+## Role Variations"],
    ),
    (
        "another order in each group",
        JOB,
        turn("responsibilities"),
        [
            "-* **Menu:** Writes it.",
            "-",
            "+* **Menu:** Writes it.",
            "+",
            "+* **Counts:** Daily.",
            "-* **Counts:** Daily.",
        ],
    ),
]


@pytest.mark.parametrize(
    ("text", "edit", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_an_edit_changes_only_its_lines(text: str, edit: Edit, expected: list[str]) -> None:
    assert diff(text, edit) == expected


@pytest.mark.parametrize(
    "path", sorted(path for path in SAMPLES.rglob("*") if path.is_file()), ids=lambda path: path.name
)
def test_an_untouched_file_comes_back_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    assert patch(data, document_of(data.decode())) == data


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_stay(newline: str, mark: str) -> None:
    data = (mark + PROFILE.replace("\n", newline)).encode()
    role = document_of(PROFILE)
    assert patch(data, role) == data
    assert patch(data, replace(role, seniority="Staff")) == data.replace(b"Senior", b"Staff")
    added = replace(role, family="Kitchen", metrics=("guests",))
    grown = patch(data, added).decode()
    assert grown.startswith(mark)
    assert grown.count(newline) == grown.replace(newline, "\n").count("\n")
    assert document_of(grown) == added


def test_lines_with_other_ends_keep_them() -> None:
    data = PROFILE.replace("# Perks\n", "# Perks\r\n").encode()
    patched = patch(data, replace(document_of(PROFILE), seniority="Staff"))
    assert patched == data.replace(b"Senior", b"Staff")


def test_a_file_without_a_last_line_end_can_grow() -> None:
    text = "# Cook\n\n**Role Code:** COOK1\n\n## Composition\n* COOK2 (4)"
    grown = replace(document_of(text), agent=Agent(name="Soup_Bot"))
    patched = patch(text.encode(), grown).decode()
    assert document_of(patched) == grown
    assert patched.startswith(f"{text}\n")


def test_what_can_not_be_changed_in_place_is_written_anew() -> None:
    text = "# Cook\n\n**Role Code:** COOK1\n\n| Level band | L3 |\n| --- | --- |\n| Shift | early |\n"
    role = replace(document_of(text), properties=(Property(name="Shift", values=("early",)),))
    assert document_of(patch(text.encode(), role).decode()) == role


def test_a_list_that_can_not_be_changed_in_place_is_written_anew_and_nothing_else() -> None:
    text = JOB.replace("### Stock\n", "### Hall\n* **Seats:** Forty.\n\n### Stock\n")
    role = document_of(text)
    menu, kitchen, seats, orders, counts = role.responsibilities
    mixed = replace(role, responsibilities=(orders, menu, kitchen, seats, counts))
    patched = patch(text.encode(), mixed).decode()
    assert document_of(patched) == mixed
    start, end = text.index("## Responsibilities"), text.index("## Role Variations")
    assert patched.startswith(text[:start])
    assert patched.endswith(text[end:])
    assert patched[start : len(patched) - len(text[end:])] == (
        "## Responsibilities\n\n* **Menu:** Writes it.\n* **Kitchen:** Keeps it\n  clean.\n\n"
        "### Stock\n* **Orders:** Weekly.\n\n### Hall\n* **Seats:** Forty.\n\n"
        "### Stock\n* **Counts:** Daily.\n\n"
    )


def test_a_file_that_says_nothing_can_not_be_patched() -> None:
    with pytest.raises(ValueError, match="read"):
        patch(b"# Only a title\n", document_of(JOB))
