"""What the API says of itself, for programs: a description that a client can be generated from."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.test import Client

from tests.contract import snapshot

Json = dict[str, Any]

DESCRIPTION = snapshot.described()
COMPONENTS = DESCRIPTION["components"]
OPERATIONS: dict[str, Json] = {
    operation["operationId"]: operation | {"method": method, "path": path}
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
}
FILES = ("application/zip", "multipart/form-data", "image/svg+xml")
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


def resolved(part: Json) -> Json:
    while "$ref" in part:
        _root, _components, kind, name = part["$ref"].split("/")
        part = COMPONENTS[kind][name]
    return part


def contents(operation: Json) -> Iterator[tuple[str, str, Json]]:
    """Status (or "body"), media type and content of all that is sent and answered."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", media, content
    for status, answer in operation["responses"].items():
        for media, content in resolved(answer).get("content", {}).items():
            yield status, media, content


def parts(value: Any, where: str = "") -> Iterator[tuple[str, Json]]:
    """Every object in a part of the description, and where it stands."""
    if isinstance(value, dict):
        yield where, value
        for key, part in value.items():
            if key not in ("example", "examples", "default"):
                yield from parts(part, f"{where}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from parts(part, f"{where}/{index}")


def test_the_description_is_the_one_that_was_kept() -> None:
    assert snapshot.written(DESCRIPTION) == snapshot.SNAPSHOT.read_bytes(), (
        "make contract brings it up to date"
    )


def test_the_description_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(DESCRIPTION).validate()


@pytest.mark.django_db
def test_the_description_is_answered_as_it_is_kept(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()) == (200, DESCRIPTION)


@pytest.mark.django_db
def test_the_description_is_sent_only_to_who_does_not_have_it(client: Client) -> None:
    first = client.get("/api/v1/openapi.json")
    assert first["Last-Modified"]
    for condition in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = client.get("/api/v1/openapi.json", headers=condition)
        assert (again.status_code, again.content) == (304, b"")


def test_the_description_says_what_it_is_and_may_be_read_from_anywhere() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1.")
    assert DESCRIPTION["info"].keys() == {"title", "summary", "description", "version", "license"}
    assert [server["url"] for server in DESCRIPTION["servers"]] == ["/"]


@each_operation
def test_an_operation_has_a_name_for_programs_and_words_for_people(operation: Json) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", operation["operationId"])
    assert operation["summary"]
    assert len(operation["summary"]) <= 40
    assert operation["description"]


@each_operation
def test_an_operation_is_in_one_group_that_is_explained(operation: Json) -> None:
    groups = {tag["name"]: tag["description"] for tag in DESCRIPTION["tags"]}
    assert [bool(groups.get(tag)) for tag in operation["tags"]] == [True], "api/description.py::TAGS"


@each_operation
def test_a_parameter_is_explained_and_bounded(operation: Json) -> None:
    for parameter in map(resolved, operation["parameters"]):
        assert parameter["description"], parameter["name"]
        schema = parameter["schema"]
        schemas = [schema, *schema.get("anyOf", ()), schema.get("items", {})]
        assert any({"type", "enum", "const"} & each.keys() for each in schemas), parameter["name"]
        for number in [each for each in schemas if each.get("type") in ("integer", "number")]:
            assert {"minimum", "exclusiveMinimum"} & number.keys(), parameter["name"]
            assert {"maximum", "exclusiveMaximum"} & number.keys(), parameter["name"]


@each_operation
def test_an_answer_is_explained_and_has_a_form(operation: Json) -> None:
    for status, answer in operation["responses"].items():
        assert resolved(answer)["description"], status
    for status, media, content in contents(operation):
        assert content["schema"], (status, media)


@each_operation
def test_an_error_is_a_problem(operation: Json) -> None:
    medias = {media for status, media, _content in contents(operation) if status[0] in "45"}
    assert medias == {"application/problem+json"}
    assert operation["responses"].keys() >= {"401", "403", "422", "429"}


@each_operation
def test_what_is_sent_and_answered_has_an_example_that_fits(operation: Json) -> None:
    for status, media, content in contents(operation):
        if media in FILES:
            continue
        examples = [each["value"] for each in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        assert examples, f"{status} {media}: tests/contract/recording.py says how to ask"
        schema = jsonschema_rs.validator_for(content["schema"] | {"components": COMPONENTS})
        assert [error.message for each in examples for error in schema.iter_errors(each)] == []


@each_operation
def test_what_can_be_read_can_be_asked_for_again(operation: Json) -> None:
    if operation["method"] == "get":
        assert resolved(operation["responses"]["200"])["headers"].keys() >= {"ETag", "Last-Modified"}
        assert "304" in operation["responses"]


def test_no_field_is_left_open() -> None:
    for where, part in parts(COMPONENTS["schemas"]):
        if part.get("type") == "object":
            assert "additionalProperties" in part, where
            assert part["additionalProperties"] not in (True, {}), where
        if "properties" in part and where.count("/") == 1:
            assert {} not in part["properties"].values(), where


def test_every_reference_leads_somewhere() -> None:
    for where, part in parts(DESCRIPTION):
        if isinstance(part.get("$ref"), str):
            assert resolved(part), where


def test_no_choice_contains_itself_because_no_client_could_be_generated() -> None:
    assert COMPONENTS["schemas"]["Stated"]["anyOf"] == [
        {"type": "string"},
        {"items": {}, "type": "array"},
        {"$ref": "#/components/schemas/StatedObject"},
    ]
