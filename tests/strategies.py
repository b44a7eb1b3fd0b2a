"""Hypothesis strategies for valid role documents, with the characters that Markdown and YAML care about."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import settings
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
    from_statements,
    statements,
)

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

SPICE = [
    *"*_`#>-+:;,.()[]{}|\\/\"'!?&<=~^%@$1",
    *("**", "__", "--", "---", "```", "~~~", "- ", "* ", "# ", "## ", "### ", "#### ", "> ", "1. ", "<!--"),
    *("→", "->", " (x)", " — ", " - ", ": ", "-->", "<pre>", "  ", "===", "| a | b |", "\t", "    "),
    *("Success metric: ", "*Success metric*: ", "*Notes*: ", "(primary)", "10:00 ", "9 AM", "[a](b.md)"),
    *("“", "ß", "é", "\u0301", "\u200f", "中", "🙂", "\u00a0", "\ufeff", "Mission", "Role Code", "\u200b"),
    *("1. ", "🎯", "Key ", "{#x}", "Notes: ", "⇒", "(daily)", " — daily", "Advanced", "x4", "TBD", "[ ] "),
]
"""What Markdown, YAML, Unicode and the grammar of the documents care about."""

words = st.sampled_from(["a", "X", "ab", "Cook ", "soup", " of all", "Y Z", "the menu"])
fragments = words | st.sampled_from(SPICE)
characters = st.characters(exclude_categories=["Cs"])
lines = st.lists(fragments | characters, min_size=1, max_size=5).map("".join).map(clean_line).filter(bool)
texts = (
    st.lists(st.lists(fragments, max_size=4).map("".join), min_size=1, max_size=3)
    .map("\n".join)
    .map(clean_text)
    .filter(bool)
)
proses = texts.map(clean_prose).filter(bool)
links = st.from_regex(r"[a-z./#%-]{1,12}", fullmatch=True)
maybe_line, maybe_text = st.none() | lines, st.none() | texts


def thorough(test: F) -> F:
    """Try a property that is quick to check with eight times the examples of hypothesis' profile."""
    return settings(max_examples=8 * settings().max_examples)(test)


def valid(build: Callable[..., T], **values: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Values that can be constructed."""

    def attempt(arguments: dict[str, Any]) -> T | None:
        try:
            return build(**arguments)
        except InvalidDocument:
            return None

    return st.fixed_dictionaries(values).map(attempt).filter(lambda value: value is not None)  # type: ignore[return-value]


def some(items: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    """A few of them."""
    return st.lists(items, max_size=most).map(tuple)


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


# Documents that have much in common, as the versions of one do ----------------------------------------------


def picked(*items: T) -> st.SearchStrategy[tuple[T, ...]]:
    """Some of these, in any order."""
    return st.lists(st.sampled_from(items), max_size=4, unique=True).map(tuple)


def named(build: Callable[..., T], *names: str, **values: Sequence[Any]) -> st.SearchStrategy[tuple[T, ...]]:
    """Parts of different names, in any order, the other values being any of these."""
    choices = {key: st.sampled_from(choice) for key, choice in values.items()}
    part = st.builds(build, name=st.sampled_from(names), **choices)
    return st.lists(part, max_size=3, unique_by=lambda item: item.name).map(tuple)  # type: ignore[attr-defined]


related_documents = st.builds(
    RoleDocument,
    slug=st.just("cook"),
    name=st.sampled_from(["Cook", "Chef"]),
    identifiers=picked(
        Identifier(scheme="profile-id", value="cook-01"),
        Identifier(scheme="role-code", value="COOK1"),
        Identifier(scheme="role-code", value="COOK2"),
        Identifier(scheme="sap", value="7"),
    ),
    aliases=picked("Chef de partie", "Kitchen hand"),
    extra=st.sampled_from([{}, {"since": "2020"}, {"since": "2021", "seats": ["one", "two"]}]),
    family=st.sampled_from([None, "Kitchen"]),
    mission=st.sampled_from([None, "Feed people.", "Feed people.\n\nServe them.", "Serve them."]),
    description=st.sampled_from([None, "Cooks.", "Cooks.\n\n### How\n\nWell."]),
    properties=named(Property, "Tech", "Hours", values=[(), ("oven",), ("oven", "pan")]),
    responsibilities=named(
        Responsibility,
        *("Menu", "Kitchen", "Stock", "Hall"),
        text=[None, "Keeps it.", "Keeps it\nclean."],
        success_metric=[None, "every week"],
        primary=[True, False],
        group=[None, None, "Inside", "Outside"],
    ),
    capabilities=named(
        Capability,
        "Soups",
        "Bread",
        "Sauces",
        level=[None, "Novice", "Expert"],
        detail=[None, "clear, thick"],
    ),
    interactions=picked(
        Interaction(kind="Feeds", partner="Guest", frequency="daily", notes="hot"),
        Interaction(kind="Feeds", partner="Guest"),
        Interaction(kind="Reports to", partner="CHEF1"),
        Interaction(kind="Common partner", partner="Waiter"),
        Interaction(kind="Common partner", partner="Farmer", notes="brings milk"),
    ),
    variations=named(Variation, "Pastry Cook", "Line Cook", text=[None, "Bakes."]),
    metrics=picked("one", "two", "three", "four"),
    agent=st.sampled_from(
        [
            None,
            Agent(name="Soup_Bot"),
            Agent(name="Stew_Bot", system_prompt="You cook.\n\n- slowly"),
            Agent(system_prompt="You cook.", knowledge=("soup.md",)),
        ]
    ),
    sections=picked(
        Section(text="Of the kitchen."),
        Section(heading="Pay", text="Fair.", position="mission"),
        Section(heading="Pay", text="Very fair.", position="agent"),
        Section(heading="Tools", level=3, text="Pans.", position="capabilities"),
        Section(text="And more.", position="metrics"),
    ),
)
"""Documents whose statements often have the same keys, in another wording or another order."""


# Documents that were made of another one by editing it ------------------------------------------------------

_CHANGES: dict[type, dict[str, Any]] = {
    Property: {"values": ("stove",)},
    Responsibility: {"success_metric": "each day"},
    Capability: {"level": "Advanced"},
    Interaction: {"notes": "cold"},
    Variation: {"text": "Grills."},
    Section: {"text": "Other."},
}


def _changed(value: Any) -> Any:
    changes = _CHANGES.get(type(value))
    return replace(value, **changes) if changes else value


@st.composite
def edited(draw: st.DrawFn, base: RoleDocument, other: RoleDocument) -> RoleDocument:
    """A document with some statements of `base` removed, reworded or moved, and some of `other` added."""
    found = list(statements(base).items())
    held = {key for key, _ in found}
    new = [item for item in statements(other).items() if item[0] not in held]
    found += draw(st.lists(st.sampled_from(new), unique_by=lambda item: item[0], max_size=3)) if new else []
    if draw(st.booleans()):
        found = draw(st.permutations(found))
    kept: dict[str, Any] = {}
    for key, value in found:
        fate = draw(st.sampled_from(["kept", "kept", "kept", "kept", "changed", "gone"]))
        if fate == "changed":
            kept[key] = _changed(value) if ":" in key else value
        elif fate == "kept" or key in ("slug", "name"):
            kept[key] = value
    try:
        return from_statements(kept)
    except InvalidDocument:
        return base


@st.composite
def versions(draw: st.DrawFn) -> tuple[RoleDocument, RoleDocument, RoleDocument]:
    """A document, and two that were made of it by editing."""
    base, other = draw(related_documents), draw(related_documents)
    return base, draw(edited(base, other)), draw(edited(base, other))
