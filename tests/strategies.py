"""Hypothesis strategies for valid role documents, with the characters that Markdown and YAML care about."""

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from roles.documents import sections as table
from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    InvalidDocument,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
    clean_line,
    clean_prose,
    clean_text,
)

T = TypeVar("T")

SPICE = [
    *"*_`#>-+:;,.()[]{}|\\/\"'!?&<=~^%@$1",
    *[
        "**",
        "__",
        "--",
        "---",
        "```",
        "~~~",
        "- ",
        "* ",
        "# ",
        "## ",
        "### ",
        "#### ",
        "> ",
        "1. ",
        "→",
        "->",
        " (x)",
        " — ",
        " - ",
        ": ",
        "<!--",
        "-->",
        "<pre>",
        "  ",
    ],
    *[
        "Success metric: ",
        "*Success metric*: ",
        "*Notes*: ",
        "(primary)",
        "10:00 ",
        "9 AM",
        "[a](b.md)",
        "“",
        "ß",
        "é",
    ],
    *[
        "\u0301",
        "\u200f",
        "中",
        "🙂",
        "\u00a0",
        "\ufeff",
        "Mission",
        "Role Code",
        "| a | b |",
        "===",
        "\t",
        "    ",
    ],
]

words = st.text(alphabet="abcXYZ ", min_size=1, max_size=8)
line_parts = st.lists(
    words | st.sampled_from(SPICE) | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6
)
lines = line_parts.map("".join).map(clean_line).filter(bool)
texts = (
    st.lists(st.lists(words | st.sampled_from(SPICE), max_size=5).map("".join), min_size=1, max_size=4)
    .map("\n".join)
    .map(clean_text)
    .filter(bool)
)
proses = texts.map(clean_prose).filter(bool)
links = st.from_regex(r"[a-z./#%-]{1,12}", fullmatch=True)
maybe_line, maybe_text = st.none() | lines, st.none() | texts


def valid(build: Callable[..., T], **values: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Values that can be constructed."""

    def attempt(arguments: dict[str, Any]) -> T | None:
        try:
            return build(**arguments)
        except InvalidDocument:
            return None

    return st.fixed_dictionaries(values).map(attempt).filter(lambda value: value is not None)  # type: ignore[return-value]


def some(items: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(items, max_size=3).map(tuple)


variations = valid(Variation, name=maybe_line, text=maybe_text)
item_texts = valid(lambda text: Phrase(text=text).text, text=texts)
agents = valid(
    Agent,
    name=maybe_line,
    system_prompt=maybe_text,
    personalities=some(variations),
    example_phrases=some(valid(Phrase, label=maybe_line, text=texts)),
    mcp_servers=some(valid(McpServer, name=lines, url=st.none() | links, purpose=maybe_text)),
    knowledge=some(item_texts),
)
sections = valid(
    Section,
    heading=maybe_line,
    level=st.sampled_from([2, 2, 3]),
    text=st.just("") | proses,
    position=st.sampled_from(["", *table.BY_ID]),
).filter(lambda section: not any(table.section_faults(section)))
plain = st.recursive(
    st.text(max_size=8).map(clean_text),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(lines, inner, max_size=2),
    max_leaves=4,
)
common = valid(
    Interaction, kind=st.just("Common partner"), partner=lines, notes=maybe_text, link=st.none() | links
)
role_documents = valid(
    RoleDocument,
    slug=st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True),
    name=lines,
    identifiers=some(
        valid(Identifier, scheme=st.sampled_from(["profile-id", "role-code", "esco", "sap-id"]), value=lines)
    ).map(lambda found: tuple(dict.fromkeys(found))),
    aliases=some(lines),
    tags=some(lines),
    extra=st.dictionaries(lines, plain, max_size=2),
    family=maybe_line,
    seniority=maybe_line,
    mission=st.none() | proses,
    summary=st.none() | proses,
    description=st.none() | proses,
    properties=some(valid(Property, name=lines, values=some(lines))),
    responsibilities=some(
        valid(
            Responsibility,
            name=maybe_line,
            text=maybe_text,
            success_metric=maybe_text,
            primary=st.booleans(),
            group=st.none() | lines,
        )
    ),
    capabilities=some(valid(Capability, name=lines, level=maybe_line, detail=maybe_text)),
    artifacts=some(valid(Artifact, name=lines, type=maybe_line)),
    interactions=some(
        valid(
            Interaction,
            kind=lines,
            partner=lines,
            frequency=maybe_line,
            notes=maybe_text,
            link=st.none() | links,
        )
        | common
    ),
    variations=some(variations),
    daily_tasks=some(
        valid(
            DailyTask,
            time=st.none() | st.sampled_from(["10:00", "09:00 AM", "9-11 am", "14:00 – 15:30"]),
            name=maybe_line,
            text=maybe_text,
        )
    ),
    metrics=some(item_texts),
    principles=some(item_texts),
    members=some(valid(Member, role_code=lines, count=st.none() | st.integers(1, 9999))),
    agent=st.none() | agents,
    sections=some(sections).map(
        lambda found: tuple(
            {(s.position, s.heading, i if s.heading else 0): s for i, s in enumerate(found)}.values()
        )
    ),
)
