"""A role document's JSON is a contract, and takes nothing that no file could carry."""

import json
from typing import Any

import pytest
from hypothesis import given

from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    InvalidDocument,
    Keys,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
    from_statements,
    statements,
)
from tests.strategies import related_documents, role_documents

MINIMAL = {"slug": "cook", "name": "Cook"}

FULL = RoleDocument(
    slug="cook",
    name="Cook",
    identifiers=(Identifier(scheme="sap", value="7"),),
    properties=(Property(name="Tech", values=("oven",)),),
    responsibilities=(Responsibility(name="Menu"),),
    capabilities=(Capability(name="Soups"),),
    artifacts=(Artifact(name="Menus"),),
    interactions=(Interaction(kind="Feeds", partner="Guest"),),
    variations=(Variation(name="Baker"),),
    daily_tasks=(DailyTask(name="Tasting"),),
    members=(Member(role_code="C1"),),
    agent=Agent(
        name="Bot",
        personalities=(Variation(name="Calm"),),
        example_phrases=(Phrase(text="Well."),),
        mcp_servers=(McpServer(name="oven"),),
    ),
    sections=(Section(text="Of the kitchen."),),
)


def refused(values: dict[str, Any]) -> list[str]:
    """The paths at which a minimal document with these values is at fault."""
    with pytest.raises(InvalidDocument) as error:
        RoleDocument.from_json(MINIMAL | values)
    assert all(fault.text for fault in error.value.faults)
    return [fault.path for fault in error.value.faults]


# The contract -----------------------------------------------------------------------------------------------


def test_the_fields_of_a_document_are_those_of_the_contract() -> None:
    assert list(RoleDocument(slug="cook", name="Cook").to_json().items()) == [
        *(("slug", "cook"), ("name", "Cook"), ("identifiers", []), ("aliases", []), ("tags", [])),
        *(("extra", {}), ("family", None), ("seniority", None), ("mission", None), ("summary", None)),
        *(("description", None), ("properties", []), ("responsibilities", []), ("capabilities", [])),
        *(("artifacts", []), ("interactions", []), ("variations", []), ("daily_tasks", [])),
        *(("metrics", []), ("principles", []), ("members", []), ("agent", None), ("sections", [])),
    ]


@pytest.mark.parametrize(
    ("field", "keys"),
    [
        ("identifiers", "scheme value"),
        ("properties", "name values"),
        ("responsibilities", "name text success_metric primary group"),
        ("capabilities", "name level detail"),
        ("artifacts", "name type"),
        ("interactions", "kind partner frequency notes link"),
        ("variations", "name text"),
        ("daily_tasks", "time name text"),
        ("members", "role_code count"),
        ("sections", "heading level text position"),
    ],
)
def test_the_fields_of_a_part_are_those_of_the_contract(field: str, keys: str) -> None:
    assert list(FULL.to_json()[field][0]) == keys.split()


def test_the_fields_of_an_agent_are_those_of_the_contract() -> None:
    agent = FULL.to_json()["agent"]
    assert list(agent) == [
        *("name", "system_prompt", "personalities", "example_phrases", "mcp_servers", "knowledge"),
    ]
    assert list(agent["personalities"][0]) == ["name", "text"]
    assert list(agent["example_phrases"][0]) == ["label", "text"]
    assert list(agent["mcp_servers"][0]) == ["name", "url", "purpose"]


@given(document=role_documents | related_documents)
def test_a_document_comes_back_from_its_json(document: RoleDocument) -> None:
    assert RoleDocument.from_json(json.loads(json.dumps(document.to_json()))) == document


def test_fields_that_are_left_out_are_empty() -> None:
    assert RoleDocument.from_json(MINIMAL | {"agent": {}}) == RoleDocument(slug="cook", name="Cook")


def test_a_document_puts_its_parts_into_the_order_that_files_have() -> None:
    document = RoleDocument.from_json(
        MINIMAL
        | {
            "identifiers": [{"scheme": "role-code", "value": "C"}, {"scheme": "profile-id", "value": "c"}],
            "responsibilities": [{"name": "A", "group": "Yard"}, {"name": "B"}],
            "interactions": [{"kind": "Common partner", "partner": "A"}, {"kind": "Feeds", "partner": "B"}],
            "sections": [
                {"heading": "Pay", "position": "agent"},
                {"heading": "Perks", "position": "mission"},
            ],
        }
    )
    assert [item.scheme for item in document.identifiers] == ["profile-id", "role-code"]
    assert [item.name for item in document.responsibilities] == ["B", "A"]
    assert [item.partner for item in document.interactions] == ["B", "A"]
    assert [item.heading for item in document.sections] == ["Perks", "Pay"]


# Faults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"slug": "Cook!"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "a" * 201}, "slug"),
        ({"name": "Two\nlines"}, "name"),
        ({"name": "two  spaces"}, "name"),
        ({"name": "bell\x07"}, "name"),
        ({"name": "half \ud83d"}, "name"),
        ({"name": "Mission"}, "name"),
        ({"name": "Cook #"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"mission": "## A section"}, "mission"),
        ({"mission": "A section\n---"}, "mission"),
        ({"mission": "```\nopen"}, "mission"),
        ({"mission": "<!-- open"}, "mission"),
        ({"mission": "---\nruled"}, "mission"),
        ({"mission": " padded"}, "mission"),
        ({"mission": "line\r\nends"}, "mission"),
        ({"mission": ""}, "mission"),
        ({"aliases": "none"}, "aliases"),
        ({"aliases": [5]}, "aliases.0"),
        ({"tags": ["a", "b\nc"]}, "tags.1"),
        ({"extra": []}, "extra"),
        ({"extra": {"name": "x"}}, "extra.name"),
        ({"extra": {"department": "x"}}, "extra.department"),
        ({"extra": {"x": 5}}, "extra.x"),
        ({"extra": {"x": [True]}}, "extra.x.0"),
        ({"extra": {"x": {"y": "\x00"}}}, "extra.x.y"),
        ({"extra": {"x\ny": "z"}}, "extra"),
        ({"identifiers": [{"scheme": "a b", "value": "x"}]}, "identifiers.0.scheme"),
        ({"identifiers": [{"scheme": "a"}]}, "identifiers.0.value"),
        ({"identifiers": [{"scheme": "a", "value": "`x`"}]}, "identifiers.0.value"),
        ({"identifiers": [{"scheme": "a", "value": "x"}] * 2}, "identifiers"),
        ({"properties": [{"name": "Tech", "values": ["a, b"]}]}, "properties.0.values.0"),
        ({"properties": [{"name": "Tech", "values": [""]}]}, "properties.0.values.0"),
        ({"properties": [{"name": "Tech", "values": ["- a"]}]}, "properties.0.values.0"),
        ({"properties": [{"name": "Tech", "values": ["a (b", "c)"]}]}, "properties.0.values"),
        ({"responsibilities": [{}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"text": "Menu"}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"name": "A:"}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"name": "**A**"}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"name": "A (primary)"}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"text": "Does it.", "primary": True}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"name": "A", "text": "(primary)"}]}, "responsibilities.0.text"),
        ({"responsibilities": [{"name": "A", "text": "Success metric: b"}]}, "responsibilities.0.text"),
        ({"responsibilities": [{"name": "A", "group": "Role Variations"}]}, "responsibilities.0.group"),
        ({"responsibilities": [{"name": "A", "primary": 1}]}, "responsibilities.0.primary"),
        ({"capabilities": [{"name": "SQL", "level": "Expert (very)"}]}, "capabilities.0.level"),
        ({"capabilities": [{"name": "SQL", "level": "Knows it."}]}, "capabilities.0.level"),
        ({"capabilities": [{"name": "SQL", "level": "Expert, joins"}]}, "capabilities.0.level"),
        ({"capabilities": [{"name": "SQL", "level": "knows all that there is"}]}, "capabilities.0.level"),
        ({"capabilities": [{"name": "SQL", "detail": "Expert"}]}, "capabilities.0.detail"),
        ({"artifacts": [{"name": "A", "type": "b\nc"}]}, "artifacts.0.type"),
        ({"interactions": [{"kind": "a → b", "partner": "C"}]}, "interactions.0.kind"),
        ({"interactions": [{"kind": "a", "partner": "[C](c.md)"}]}, "interactions.0.partner"),
        ({"interactions": [{"kind": "a", "partner": "C", "frequency": "d (e)"}]}, "interactions.0.frequency"),
        ({"interactions": [{"kind": "a", "partner": "C", "notes": "Notes: d"}]}, "interactions.0.notes"),
        ({"interactions": [{"kind": "a", "partner": "C", "link": "d e"}]}, "interactions.0.link"),
        ({"variations": [{"name": "A", "text": "---\nb"}]}, "variations.0.text"),
        ({"daily_tasks": [{"time": "noon", "name": "Eat"}]}, "daily_tasks.0.time"),
        ({"daily_tasks": [{"name": "10:00 Eat"}]}, "daily_tasks.0.name"),
        ({"members": [{"role_code": "A (4)"}]}, "members.0.role_code"),
        ({"members": [{"role_code": "A x4"}]}, "members.0.role_code"),
        ({"members": [{"role_code": "A – lead"}]}, "members.0.role_code"),
        ({"identifiers": [{"scheme": "role-code", "value": "TBD"}]}, "identifiers.0.value"),
        ({"interactions": [{"kind": "Feeds", "partner": "`A`"}]}, "interactions.0.partner"),
        ({"interactions": [{"kind": "Common partner", "partner": "n/a"}]}, "interactions.0.partner"),
        ({"members": [{"role_code": "A", "count": 0}]}, "members.0.count"),
        ({"members": [{"role_code": "A", "count": 1_000_000}]}, "members.0.count"),
        ({"members": [{"role_code": "A", "count": True}]}, "members.0.count"),
        ({"members": ["A"]}, "members.0"),
        ({"metrics": ["---"]}, "metrics.0"),
        ({"principles": ["* *"]}, "principles.0"),
        ({"sections": [{"heading": "Mission", "text": "x"}]}, "sections.0.heading"),
        ({"sections": [{"text": "x", "position": "nowhere"}]}, "sections.0.position"),
        ({"sections": [{"text": "x", "position": "mission"}]}, "sections.0.position"),
        ({"sections": [{"heading": "A", "level": 3}]}, "sections.0.position"),
        ({"sections": [{"heading": "A", "level": 4}]}, "sections.0.level"),
        ({"sections": [{"heading": "A", "text": "## B"}]}, "sections.0.text"),
        ({"sections": [{"text": "### B"}]}, "sections.0.text"),
        ({"sections": [{"text": "**Role Code:** X"}]}, "sections.0.text"),
        ({"sections": [{"text": "- a: b", "position": "properties"}]}, "sections.0.text"),
        ({"sections": [{}]}, "sections.0.text"),
        ({"sections": [{"text": "a"}, {"text": "b"}]}, "sections"),
        ({"agent": {"name": "`x`"}}, "agent.name"),
        ({"agent": {"knowledge": ["`x`"]}}, "agent.knowledge.0"),
        ({"agent": {"mcp_servers": [{"name": "[x](y)"}]}}, "agent.mcp_servers.0.name"),
        ({"agent": {"mcp_servers": [{"name": "x", "url": "(y)"}]}}, "agent.mcp_servers.0.url"),
        ({"agent": "Bot"}, "agent"),
        ({"colour": "red"}, "colour"),
        ({"agent": {"colour": "red"}}, "agent.colour"),
    ],
)
def test_what_no_file_could_carry_is_refused_with_its_path(values: dict[str, Any], path: str) -> None:
    assert set(refused(values)) == {path}


@pytest.mark.parametrize("data", [None, [], "cook", 5])
def test_what_is_no_object_is_refused(data: Any) -> None:
    with pytest.raises(InvalidDocument, match="must be an object"):
        RoleDocument.from_json(data)


def test_all_faults_are_told_at_once_in_the_order_of_the_json() -> None:
    with pytest.raises(InvalidDocument) as error:
        RoleDocument.from_json(
            {
                "slug": "Cook!",
                "mission": 5,
                "summary": " padded",
                "capabilities": [{"name": "Soups"}, {"name": "a\nb", "level": "(", "x": 1}],
                "agent": {"name": "`x`", "knowledge": 5},
                "sections": [{"heading": "Pay", "position": "agent"}, {"heading": "Mission", "text": ""}],
                "colour": "red",
            }
        )
    assert sorted(fault.path for fault in error.value.faults) == [
        *("agent.knowledge", "agent.name", "capabilities.1.level", "capabilities.1.name", "capabilities.1.x"),
        *("colour", "mission", "name", "sections.1.heading", "slug", "summary"),
    ]


def test_a_nested_value_is_refused_before_it_is_too_deep_to_walk() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    with pytest.raises(InvalidDocument, match="levels deep"):
        RoleDocument.from_json(MINIMAL | {"extra": {"x": deep}})


# Statements -------------------------------------------------------------------------------------------------


@given(document=role_documents | related_documents)
def test_a_document_comes_back_from_its_statements(document: RoleDocument) -> None:
    assert from_statements(statements(document)) == document


@pytest.mark.parametrize(
    ("document", "keys"),
    [
        (
            RoleDocument(slug="cook", name="Cook", mission="Feed.", extra={"X": "y"}),
            ["slug", "name", "mission", "extra:X"],
        ),
        (
            RoleDocument(slug="cook", name="Cook", capabilities=(Capability(name="Straße A"),)),
            ["slug", "name", "capabilities:strasse a"],
        ),
        (
            RoleDocument(
                slug="cook", name="Cook", interactions=(Interaction(kind="Feeds", partner="Guest"),)
            ),
            ["slug", "name", "interactions:feeds:guest"],
        ),
        (
            RoleDocument(slug="cook", name="Cook", responsibilities=(Responsibility(text="Writes it."),)),
            ["slug", "name", "responsibilities:writes it."],
        ),
        (
            RoleDocument(slug="cook", name="Cook", agent=Agent(name="Bot", knowledge=("A.md",))),
            ["slug", "name", "agent.name", "agent.knowledge:a.md"],
        ),
        (
            RoleDocument(slug="cook", name="Cook", sections=(Section(text="x"), Section(heading="Pay"))),
            ["slug", "name", "sections:in", "sections:pay"],
        ),
    ],
)
def test_a_statement_is_known_by_its_field_and_folded_name(document: RoleDocument, keys: list[str]) -> None:
    assert list(statements(document)) == keys


def test_equal_names_are_told_apart_by_an_ordinal() -> None:
    document = RoleDocument(slug="cook", name="Cook", metrics=("a", "A", "a#2", "a", "a#2"))
    assert [key for key in statements(document) if key.startswith("metrics")] == [
        *("metrics:a", "metrics:a#2", "metrics:a#2#2", "metrics:a#3", "metrics:a#2#3"),
    ]
    assert from_statements(statements(document)) == document


def test_a_long_name_has_a_short_key_of_its_own() -> None:
    keys = Keys()
    found = {keys.of("metrics", f"{'very ' * 200}{end}") for end in ("long", "longer")}
    assert len(found) == 2
    assert all(len(key) < 150 for key in found)
