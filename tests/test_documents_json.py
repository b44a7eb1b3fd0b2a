"""A role document's JSON is a contract, and takes nothing that no file could carry."""

import json
from typing import Any

import pytest
from hypothesis import given

from roles.documents.document import InvalidDocument, RoleDocument, from_statements, statements
from tests.strategies import role_documents

MINIMAL = {"slug": "cook", "name": "Cook"}


def test_the_field_names_are_those_of_the_contract() -> None:
    assert list(RoleDocument(slug="cook", name="Cook").to_json()) == [
        *("slug", "name", "identifiers", "aliases", "tags", "extra", "family", "seniority"),
        *("mission", "summary", "description", "properties", "responsibilities", "capabilities"),
        *("artifacts", "interactions", "variations", "daily_tasks", "metrics", "principles"),
        *("members", "agent", "sections"),
    ]


@given(document=role_documents)
def test_a_document_comes_back_from_its_json(document: RoleDocument) -> None:
    assert RoleDocument.from_json(json.loads(json.dumps(document.to_json()))) == document


@given(document=role_documents)
def test_a_document_comes_back_from_its_statements(document: RoleDocument) -> None:
    assert from_statements(statements(document)) == document


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"slug": "Cook!"}, "slug"),
        ({"slug": "a" * 201}, "slug"),
        ({"name": "Two\nlines"}, "name"),
        ({"name": "Mission"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"name": 5}, "name"),
        ({"mission": "## A section"}, "mission"),
        ({"mission": "```\nopen"}, "mission"),
        ({"mission": " padded"}, "mission"),
        ({"mission": ""}, "mission"),
        ({"aliases": "none"}, "aliases"),
        ({"extra": {"name": "x"}}, "extra.name"),
        ({"extra": {"x": 5}}, "extra.x"),
        ({"properties": [{"name": "Tech", "values": ["a, b"]}]}, "properties.0.values.0"),
        ({"responsibilities": [{"text": "Menu"}]}, "responsibilities.0.name"),
        ({"responsibilities": [{"name": "A:"}]}, "responsibilities.0.name"),
        ({"capabilities": [{"name": "SQL", "level": "Expert (very)"}]}, "capabilities.0.level"),
        ({"interactions": [{"kind": "a → b", "partner": "C"}]}, "interactions.0.kind"),
        ({"interactions": [{"kind": "a", "partner": "[C](c.md)"}]}, "interactions.0.partner"),
        ({"daily_tasks": [{"time": "noon", "name": "Eat"}]}, "daily_tasks.0.time"),
        ({"members": [{"role_code": "A (4)"}]}, "members.0.role_code"),
        ({"members": [{"role_code": "A", "count": 0}]}, "members.0.count"),
        ({"members": [{"role_code": "A", "count": True}]}, "members.0.count"),
        ({"metrics": ["---"]}, "metrics.0"),
        ({"sections": [{"heading": "Mission", "text": "x"}]}, "sections.0.heading"),
        ({"sections": [{"text": "x", "position": "nowhere"}]}, "sections.0.position"),
        ({"agent": {"name": "`x`"}}, "agent.name"),
        ({"colour": "red"}, "colour"),
        ({"identifiers": [{"scheme": "a b", "value": "x"}]}, "identifiers.0.scheme"),
        ({"identifiers": [{"scheme": "a"}]}, "identifiers.0.value"),
    ],
)
def test_what_no_file_could_carry_is_refused_with_its_path(values: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        RoleDocument.from_json(MINIMAL | values)
    assert path in [fault.path for fault in refused.value.faults]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidDocument) as refused:
        RoleDocument.from_json({"slug": "cook", "capabilities": [{"name": "a\nb", "level": "("}], "x": 1})
    assert {fault.path for fault in refused.value.faults} == {
        "x",
        "name",
        "capabilities.0.name",
        "capabilities.0.level",
    }
