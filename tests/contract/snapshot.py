"""What the API promises: its description as it is, and as it was released last."""

from pathlib import Path
from typing import Any

import orjson

from api.api import api

FOLDER = Path(__file__).parent
SNAPSHOT = FOLDER / "openapi.json"
RELEASED = FOLDER / "released.json"

Json = dict[str, Any]


def described() -> Json:
    """The description that the catalogue gives, as a program reads it."""
    described: Json = orjson.loads(orjson.dumps(api.get_openapi_schema(), option=orjson.OPT_NON_STR_KEYS))
    return described


def written(value: object) -> bytes:
    """JSON that can be compared line by line."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def promised(description: Json) -> Json:
    """The part of a description that programs rely on, without what only people read."""
    told = {"description", "example", "examples", "summary", "title", "x-order"}

    def bare(value: Any, names: bool = False) -> Any:
        # In what maps names, a field or parameter may be called like one of the words that are left out.
        if isinstance(value, dict):
            return {
                key: bare(part, key in ("properties", "schemas", "responses", "paths"))
                for key, part in value.items()
                if names or key not in told
            }
        return [bare(part) for part in value] if isinstance(value, list) else value

    return {key: bare(description[key]) for key in ("paths", "components")}
