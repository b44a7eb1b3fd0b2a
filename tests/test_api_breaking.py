"""What was promised to programs is kept: nothing breaks of the contract that was released last."""

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from tests.contract import snapshot
from tests.contract.breaking import breaks

Json = dict[str, Any]

OLD: Json = {
    "paths": {
        "/cups": {
            "get": {
                "operationId": "list_cups",
                "parameters": [
                    {"$ref": "#/components/parameters/Limit"},
                    {"in": "query", "name": "colour", "schema": {"enum": ["red", "blue"], "type": "string"}},
                ],
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cup"}}}
                    },
                    "404": {"content": {}},
                },
            },
            "post": {
                "operationId": "make_cup",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewCup"}}},
                },
                "responses": {"201": {}},
            },
        }
    },
    "components": {
        "parameters": {
            "Limit": {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}}
        },
        "schemas": {
            "Cup": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "owner": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "state": {"enum": ["full", "empty"], "type": "string"},
                    "inside": {"type": "array", "items": {"$ref": "#/components/schemas/Cup"}},
                },
                "required": ["name", "owner", "state", "inside"],
                "additionalProperties": False,
            },
            "NewCup": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 20}, "note": {"type": "string"}},
                "required": ["name"],
                "additionalProperties": False,
            },
        },
    },
}

Change = Callable[[Json, Json], None]


def changed(change: Callable[[Json], object]) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new)
    return breaks(OLD, new)


def get(new: Json) -> Json:
    operation: Json = new["paths"]["/cups"]["get"]
    return operation


def cup(new: Json) -> Json:
    fields: Json = new["components"]["schemas"]["Cup"]["properties"]
    return fields


def sent(new: Json) -> Json:
    schema: Json = new["components"]["schemas"]["NewCup"]
    return schema


def required(new: Json, name: str) -> Json:
    return {"in": "query", "name": name, "required": True, "schema": {"type": "string"}}


def test_nothing_that_was_released_is_broken() -> None:
    released = orjson.loads(snapshot.RELEASED.read_bytes())
    assert breaks(released, snapshot.promised(snapshot.described())) == []


def test_the_same_breaks_nothing() -> None:
    assert breaks(OLD, OLD) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda new: new["paths"].clear(), ["GET /cups: is gone", "POST /cups: is gone"]),
        (lambda new: new["paths"]["/cups"].pop("post"), ["POST /cups: is gone"]),
        (
            lambda new: get(new).update(operationId="all_cups"),
            ["GET /cups: operationId list_cups became all_cups"],
        ),
        (lambda new: get(new)["parameters"].pop(), ["GET /cups: parameter colour: is gone"]),
        (
            lambda new: get(new)["parameters"].append(required(new, "size")),
            ["GET /cups: parameter size: is new and required"],
        ),
        (
            lambda new: get(new)["parameters"][1].update(required=True),
            ["GET /cups: parameter colour: is now required"],
        ),
        (
            lambda new: get(new)["parameters"][1]["schema"].update(enum=["red"]),
            ["GET /cups: parameter colour: takes no longer blue"],
        ),
        (
            lambda new: new["components"]["parameters"]["Limit"]["schema"].update(maximum=50),
            ["GET /cups: parameter limit: maximum 100 does not fit 50"],
        ),
        (
            lambda new: new["components"]["parameters"]["Limit"]["schema"].update(type="string"),
            ["GET /cups: parameter limit: must be string, was integer"],
        ),
        (lambda new: get(new)["responses"].pop("200"), ["GET /cups: answer 200 is gone"]),
        (
            lambda new: get(new)["responses"].update({"200": {"content": {"text/csv": {}}}}),
            ["GET /cups: answer 200: no longer comes as application/json"],
        ),
        (
            lambda new: new["components"]["schemas"]["Cup"]["required"].remove("name"),
            ["GET /cups: answer 200.name: is gone or no longer certain"],
        ),
        (
            lambda new: cup(new).update(name={"type": "integer"}),
            ["GET /cups: answer 200.name: may be integer, was string"],
        ),
        (
            lambda new: cup(new).update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
            ["GET /cups: answer 200.name: may be null, was string"],
        ),
        (
            lambda new: cup(new)["inside"].update(items={"type": "string"}),
            ["GET /cups: answer 200.inside[]: may be string, was object"],
        ),
        (lambda new: sent(new)["required"].append("note"), ["POST /cups: body.note: is now required"]),
        (lambda new: sent(new)["properties"].pop("note"), ["POST /cups: body.note: is gone"]),
        (
            lambda new: sent(new)["properties"]["name"].update(maxLength=10),
            ["POST /cups: body.name: maxLength 20 does not fit 10"],
        ),
        (
            lambda new: sent(new)["properties"]["name"].update(pattern="^[a-z]+$"),
            ["POST /cups: body.name: pattern None does not fit '^[a-z]+$'"],
        ),
        (
            lambda new: new["paths"]["/cups"]["post"]["requestBody"].update(required=True),
            ["POST /cups: body: is now required"],
        ),
    ],
)
def test_what_programs_rely_on_cannot_change_unseen(
    change: Callable[[Json], object], told: list[str]
) -> None:
    assert changed(change) == told


@pytest.mark.parametrize(
    "change",
    [
        lambda new: new["paths"].update({"/plates": {"get": {"responses": {}}}}),
        lambda new: get(new)["parameters"].append(required(new, "size") | {"required": False}),
        lambda new: get(new)["parameters"][1]["schema"].update(enum=["red", "blue", "green"]),
        lambda new: new["components"]["parameters"]["Limit"]["schema"].pop("maximum"),
        lambda new: get(new)["responses"].pop("404"),
        lambda new: get(new)["responses"].update({"429": {"content": {}}}),
        lambda new: get(new)["responses"]["200"]["content"].update({"text/csv": {"schema": {}}}),
        lambda new: cup(new).update(size={"type": "integer"}),
        lambda new: cup(new).update(owner={"type": "string"}),
        lambda new: cup(new).update(state={"enum": ["full", "empty", "broken"], "type": "string"}),
        lambda new: sent(new)["properties"].update(size={"type": "integer"}),
        lambda new: sent(new)["required"].clear(),
        lambda new: sent(new)["properties"].update(note={}),
    ],
)
def test_what_only_adds_breaks_nothing(change: Callable[[Json], object]) -> None:
    assert changed(change) == []
