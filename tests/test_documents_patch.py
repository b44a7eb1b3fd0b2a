"""An edit changes its own lines in a file and no others."""

import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from roles.documents.document import (
    Agent,
    Capability,
    Interaction,
    Property,
    Responsibility,
    RoleDocument,
    Section,
)
from roles.documents.reader import parse
from roles.documents.writer import patch

PROFILE = """\
---
id: cook-01
slug: cook
name: Cook   # as people say
default_seniority: Senior
---

# Mission
Feed people
well.

# Responsibilities
- **Menu** (primary)
  *Success metric*: every week
- **Kitchen**

# Capabilities
-   **Soups** — Advanced (clear, thick)
-   **Bread** — Novice
"""
JOB = """\
# Cook

**Role Code:** COOK1

## Responsibilities

* **Menu:** Writes it.

* **Kitchen:** Keeps it
  clean.

## Common Partners
Guest, Waiter

---

## AI Agent Profile

**Agent Name:** `Soup_Bot`

### System Prompt
> You cook.
>
> Slowly.
"""


def document(text: str) -> RoleDocument:
    """What a text says."""
    found = parse(text.encode()).document
    assert found is not None
    return found


def changed(text: str, edit: Callable[[RoleDocument], RoleDocument]) -> list[str]:
    """The lines that an edit takes out of a text (-) and puts in (+)."""
    patched = patch(text.encode(), edit(document(text))).decode()
    assert document(patched) == edit(document(text))
    lines = difflib.unified_diff(text.split("\n"), patched.split("\n"), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def with_first(name: str, **values: object) -> Callable[[RoleDocument], RoleDocument]:
    """An edit of the first item of a list."""

    def edit(role: RoleDocument) -> RoleDocument:
        first, *rest = getattr(role, name)
        changes: dict[str, Any] = {name: (replace(first, **values), *rest)}
        return replace(role, **changes)

    return edit


def agent(role: RoleDocument) -> Agent:
    """The role's agent, which must be there."""
    assert role.agent is not None
    return role.agent


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        (
            PROFILE,
            with_first("capabilities", level="Expert"),
            ["--   **Soups** — Advanced (clear, thick)", "+-   **Soups** — Expert (clear, thick)"],
        ),
        (
            PROFILE,
            with_first("responsibilities", success_metric="every day"),
            ["-  *Success metric*: every week", "+  *Success metric*: every day"],
        ),
        (
            PROFILE,
            lambda role: replace(role, mission="Feed people\nbetter."),
            ["-well.", "+better."],
        ),
        (
            PROFILE,
            lambda role: replace(role, seniority="Staff"),
            ["-default_seniority: Senior", "+default_seniority: Staff"],
        ),
        (
            PROFILE,
            lambda role: replace(role, name="Chef"),
            ["-name: Cook   # as people say", "+name: Chef   # as people say"],
        ),
        (PROFILE, lambda role: replace(role, family="Kitchen"), ["+family: Kitchen"]),
        (
            PROFILE,
            lambda role: replace(role, capabilities=(*role.capabilities, Capability(name="Cakes"))),
            ["+-   **Cakes**"],
        ),
        (
            PROFILE,
            lambda role: replace(role, capabilities=role.capabilities[1:]),
            ["--   **Soups** — Advanced (clear, thick)"],
        ),
        (
            PROFILE,
            lambda role: replace(role, capabilities=role.capabilities[::-1]),
            ["+-   **Bread** — Novice", "--   **Bread** — Novice"],
        ),
        (
            PROFILE,
            lambda role: replace(role, properties=(Property(name="Stove", values=("gas",)),)),
            ["+# Properties", "+", "+- **Stove**: gas", "+"],
        ),
        (
            JOB,
            with_first("responsibilities", text="Plans it."),
            ["-* **Menu:** Writes it.", "+* **Menu:** Plans it."],
        ),
        (
            JOB,
            lambda role: replace(
                role,
                responsibilities=(
                    role.responsibilities[0],
                    Responsibility(name="Kitchen", text="Keeps it\ntidy."),
                ),
            ),
            ["-  clean.", "+  tidy."],
        ),
        (
            JOB,
            lambda role: replace(
                role, responsibilities=(*role.responsibilities, Responsibility(name="Stock"))
            ),
            ["+", "+* **Stock**"],
        ),
        (
            JOB,
            lambda role: replace(
                role,
                interactions=(*role.interactions, Interaction(kind="Common partner", partner="Baker")),
            ),
            ["-Guest, Waiter", "+Guest, Waiter, Baker"],
        ),
        (
            JOB,
            lambda role: replace(
                role, agent=replace(agent(role), system_prompt="You cook.\n\nQuickly.\nAnd well.")
            ),
            ["-> Slowly.", "+> Quickly.", "+> And well."],
        ),
        (
            JOB,
            lambda role: replace(role, agent=replace(agent(role), name="Stew_Bot")),
            ["-**Agent Name:** `Soup_Bot`", "+**Agent Name:** `Stew_Bot`"],
        ),
        (
            JOB,
            lambda role: replace(role, sections=(Section(heading="Pay", text="Fair.", position="agent"),)),
            ["+", "+## Pay", "+", "+Fair."],
        ),
        (
            JOB,
            lambda role: replace(role, seniority="Senior"),
            ["+---", "+default_seniority: Senior", "+---", "+"],
        ),
    ],
)
def test_an_edit_changes_only_its_lines(
    text: str, edit: Callable[[RoleDocument], RoleDocument], expected: list[str]
) -> None:
    found = changed(text, edit)
    assert [line for line in found if line not in ("+", "-")] == [
        line for line in expected if line not in ("+", "-")
    ]
    assert abs(len(found) - len(expected)) <= 1


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    data = ("\ufeff" + PROFILE.replace("\n", "\r\n")).encode()
    found = parse(data).document
    assert found is not None
    patched = patch(data, replace(found, seniority="Staff"))
    assert patched == data.replace(b"Senior", b"Staff")


def test_a_file_without_a_last_line_end_can_grow() -> None:
    text = "# Cook\n\n**Role Code:** COOK1\n\n## Composition\n* COOK2 (4)"
    grown = replace(document(text), agent=Agent(name="Soup_Bot"))
    patched = patch(text.encode(), grown).decode()
    assert document(patched) == grown
    assert patched.startswith(f"{text}\n")


def test_a_file_that_says_nothing_can_not_be_patched() -> None:
    with pytest.raises(ValueError, match="read"):
        patch(b"# Only a title\n", document(JOB))
