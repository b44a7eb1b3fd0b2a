"""What the API says of itself: its description, its browsable documentation, docs/api.md."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client

from api.schemas.roles import RoleDetail, RoleItem

DOCUMENTATION = (Path(__file__).parent.parent / "docs" / "api.md").read_text()


@pytest.fixture
def schema(client: Client) -> Any:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(schema: Any) -> Iterator[Any]:
    for methods in schema["paths"].values():
        yield from methods.values()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref":
                yield part
            else:
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_the_description_has_every_address_with_its_methods(schema: Any) -> None:
    assert {address: set(methods) for address, methods in schema["paths"].items()} == {
        "/api/v1/changes": {"get"},
        "/api/v1/quality": {"get"},
        "/api/v1/roles": {"get"},
        "/api/v1/roles/{slug}": {"get"},
    }


def test_operations_have_ids_that_stay_and_summaries(schema: Any) -> None:
    assert [(operation["operationId"], operation["summary"]) for operation in operations(schema)] == [
        ("list_roles", "List, search and filter roles"),
        ("get_role", "Get a role"),
        ("get_quality", "See what may be better"),
        ("list_changes", "Follow what happens to roles"),
    ]


def test_every_answer_is_declared(schema: Any) -> None:
    assert [sorted(operation["responses"]) for operation in operations(schema)] == [
        ["200", "401", "403", "422"],
        ["200", "308", "401", "403", "404", "422"],
        ["200", "401", "403", "422"],
    ]


def test_errors_are_declared_as_problems(schema: Any) -> None:
    for operation in operations(schema):
        refusals = {
            status: answer["content"]
            for status, answer in operation["responses"].items()
            if status.startswith("4")
        }
        assert {media for content in refusals.values() for media in content} == {"application/problem+json"}
        invalid = refusals["422"]["application/problem+json"]["schema"]
        assert invalid == {"$ref": "#/components/schemas/InvalidRequest"}


def test_parameters_are_declared_with_their_bounds_and_explained(schema: Any) -> None:
    parameters = {item["name"]: item for item in schema["paths"]["/api/v1/roles"]["get"]["parameters"]}
    assert set(parameters) == {"q", "family", "seniority", "limit", "offset"}
    assert (parameters["limit"]["schema"]["default"], parameters["limit"]["schema"]["maximum"]) == (20, 100)
    assert [name for name, item in parameters.items() if not item.get("description")] == []


def test_every_reference_leads_to_a_schema(schema: Any) -> None:
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert set(references(schema)) - known == set()


def test_no_answer_leaves_its_fields_open(schema: Any) -> None:
    parts = schema["components"]["schemas"]
    detail = parts["RoleDetail"]
    assert detail["required"] == list(RoleDetail.model_fields)
    assert detail["additionalProperties"] is False
    open_ended = [name for name, part in parts.items() if {} in part.get("properties", {}).values()]
    assert open_ended == []


def test_the_browsable_documentation_loads_only_files_of_this_site(client: Client) -> None:
    html = client.get("/api/v1/docs").content.decode()
    files = re.findall(r'(?:src|href)="([^"?]+\.(?:js|css|svg))\?', html)
    assert len(files) == 4
    assert [file for file in files if not find(file.removeprefix("/static/"))] == []


def test_the_browsable_documentation_runs_no_script_of_its_own_and_asks_no_validator(client: Client) -> None:
    html = client.get("/api/v1/docs").content.decode()
    assert re.findall(r'<script(?! src=| type="application/json")|<style|\sstyle=|\son[a-z]+=', html) == []
    assert '"validatorUrl": null' in html
    assert '"url": "/api/v1/openapi.json"' in html


def test_the_documentation_has_every_address_parameter_and_error(schema: Any) -> None:
    words = [f"GET {address}" for address in schema["paths"]]
    for operation in operations(schema):
        words += [parameter["name"] for parameter in operation["parameters"]]
        words += [status for status in operation["responses"] if status.startswith("4")]
    assert [word for word in words if f"`{word}`" not in DOCUMENTATION] == []


@pytest.mark.parametrize("answer", [RoleDetail, RoleItem])
def test_the_documentation_has_every_field(answer: type[RoleDetail] | type[RoleItem]) -> None:
    assert [field for field in answer.model_fields if f"`{field}`" not in DOCUMENTATION] == []
