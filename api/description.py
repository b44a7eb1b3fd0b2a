"""The description of the API (OpenAPI 3.1), of which django-ninja tells but a part.

Examples are answers that the catalogue gave about its sample roles, shortened. They stand in `api/examples`,
one file for each operation; `make contract` writes them anew.
"""

import copy
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from django.utils import translation

from api.errors import MEDIA_TYPE, ProblemType

Json = dict[str, Any]

EXAMPLES = Path(__file__).parent / "examples"
INFO: Json = {
    "summary": "What each role of the company is for.",
    "license": {"name": "MIT", "identifier": "MIT"},
}
TAGS = {
    "Roles": "Roles, as their documents and the people of HR describe them.",
    "Vocabulary": "Words that roles share: what they mean, and which roles use them.",
    "Agents": "The AI agents that stand in for roles, and the tool servers that these use.",
    "Interactions": "What roles do with each other.",
    "Provenance": "The files that describe roles, and what became of roles since.",
    "Comparing": "Roles held against each other, and how they work together.",
    "Changes": "What happens to roles, to be followed.",
    "Proposals": "Changes that wait until somebody has looked at them.",
    "Loads": "Role files, loaded over HTTP.",
    "Quality": "What may be better in the descriptions.",
}
"""What the groups of operations are about, in the order in which a reader meets them."""

SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "rc_<prefix>_<secret>",
        "description": "A token, made in the admin under API tokens. Operations name the scope they need.",
    }
}
HEADERS: dict[str, Json] = {
    "ETag": {
        "description": "Stands for this answer: send it as If-None-Match, and be told only what is new.",
        "schema": {"type": "string"},
        "example": '"5f3a9c0d1e7b2846"',
    },
    "Last-Modified": {
        "description": "When what the answer tells was changed last.",
        "schema": {"type": "string"},
        "example": "Mon, 02 Nov 2026 09:30:00 GMT",
    },
    "WWW-Authenticate": {
        "description": "How to say who asks.",
        "schema": {"type": "string"},
        "example": "Bearer",
    },
    "RateLimit": {
        "description": "How many requests are left (r), and the seconds until all are allowed again (t).",
        "schema": {"type": "string"},
        "example": '"address";r=599;t=60',
    },
    "RateLimit-Policy": {
        "description": "How many requests are allowed (q) in how many seconds (w).",
        "schema": {"type": "string"},
        "example": '"address";q=600;w=60',
    },
    "Retry-After": {
        "description": "The seconds until the next request is allowed.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "12",
    },
    "Location": {
        "description": "Where to look.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/api/v1/roles/data-engineer",
    },
}
_LIMITS = ("RateLimit", "RateLimit-Policy")
_OF_STATUS = {
    200: (*_LIMITS, "ETag"),
    201: (*_LIMITS, "ETag", "Location"),
    202: (*_LIMITS, "Location"),
    204: _LIMITS,
    304: (*_LIMITS, "ETag", "Last-Modified"),
    308: ("Location",),
    401: ("WWW-Authenticate",),
    412: ("ETag",),
    429: (*_LIMITS, "Retry-After"),
}
IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the answer that you have: if it still holds, the answer is 304, and empty.",
    "schema": {"type": "string", "description": "The ETag of the answer that you have."},
}
_NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
PLACES: dict[str, Json] = {
    "slug": {"description": "Its name in addresses, as the field `slug` of lists has it."},
    "id": {"description": "Its number, as the field `id` of lists has it.", "schema": _NUMBER},
    "number": {"description": "Its number, as lists have it.", "schema": _NUMBER},
    "scheme": {"description": "The scheme of the identifier.", "example": "role-code"},
    "kind": {
        "description": "Which ladder: seniority, or proficiency in a capability.",
        "schema": {"type": "string", "enum": ["seniority", "proficiency"]},
    },
    "value": {
        "description": "The identifier, in whatever letters; it may have slashes in it.",
        "example": "DATA4002",
    },
}
"""What the parts of addresses mean."""
_WORDS = {
    304: "Not changed since the answer that you have.",
    308: "It has another slug now: ask there.",
}


@translation.override("en")
def finish(schema: Json) -> None:
    """Add to django-ninja's description what it leaves out, in place and in the same words for everybody."""
    schema["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components = schema["components"]
    components["headers"] = HEADERS
    components["securitySchemes"] = SECURITY
    components["responses"] = {}
    components["schemas"] = _tamed(components["schemas"])
    # Parts of it belong to the operations, which are described again.
    schema["paths"] = copy.deepcopy(schema["paths"])
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _finish_operation(operation, path, method, components["responses"])
    _complete(schema["paths"])
    _tidy(schema)


def _finish_operation(operation: Json, path: str, method: str, shared: Json) -> None:
    answers = {int(status): answer for status, answer in operation["responses"].items()}
    for parameter in operation["parameters"]:
        parameter["schema"] = _stated(parameter["schema"])
        # A list of examples belongs to the schema, where it stands already.
        if isinstance(examples := parameter.pop("examples", None), list):
            parameter["example"] = examples[0]
        if parameter["in"] == "path":
            parameter |= PLACES.get(parameter["name"], {})
    if method == "get":
        answers[304] = {}
        operation["parameters"].append(IF_NONE_MATCH)
    answers[429] = copy.deepcopy(answers[401])
    for status, answer in sorted(answers.items()):
        answer["description"] = _WORDS.get(status, HTTPStatus(status).phrase)
        headers = _OF_STATUS.get(status, ())
        if method == "get" and status == HTTPStatus.OK:
            headers = (*headers, "Last-Modified")
        if headers:
            answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
        if status >= HTTPStatus.BAD_REQUEST:
            answer["content"] = {
                MEDIA_TYPE: answer["content"]["application/json"] | _problems(status, answer)
            }
            answers[status] = _shared(answer, status, shared)
    operation["responses"] = {str(status): answers[status] for status in sorted(answers)}
    _exemplify(operation, path)


def _stated(schema: Json) -> Json:
    """The schema of a parameter that is sent: what is not sent need not be null."""
    choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) != 1:
        return schema
    stated: Json = {key: value for key, value in schema.items() if key != "anyOf"} | choices[0]
    return stated


def _problems(status: int, answer: Json) -> Json:
    """An example of each kind of problem that has this status."""
    is_stale = answer["content"]["application/json"]["schema"].get("$ref", "").endswith("/StaleRole")
    role = recorded().get("get_role")
    further = {"current": role["answers"]["application/json"]} if is_stale and role else {}
    examples = {}
    for kind in ProblemType:
        if kind.status == status:
            told = {"type": kind.address, "title": str(kind.title), "status": status}
            examples[kind.value] = {
                "summary": str(kind.title),
                "value": told | {"detail": str(kind.explanation)} | _faults(status) | further,
            }
    return {"examples": examples}


def _faults(status: int) -> Json:
    if status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return {}
    return {
        "errors": [
            {
                "location": "query",
                "name": "famly",
                "detail": "Not known here, did you mean family? Known are family, limit, offset",
            },
        ]
    }


def _tidy(schema: Json) -> None:
    """Leave out the parts that nothing refers to, such as those that hold the parameters of an operation."""
    parts = schema["components"]["schemas"]
    wanted = _names({key: value for key, value in schema.items() if key != "components"})
    wanted |= _names({key: value for key, value in schema["components"].items() if key != "schemas"})
    new = wanted
    while new:
        new = set().union(*(_names(parts[name]) for name in new if name in parts)) - wanted
        wanted |= new
    schema["components"]["schemas"] = {name: parts[name] for name in parts if name in wanted}


def _names(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = set().union(*map(_names, value.values()))
        reference = value.get("$ref")
        return found | {reference.rpartition("/")[2]} if isinstance(reference, str) else found
    return set().union(*map(_names, value)) if isinstance(value, list) else set()


def _shared(answer: Json, status: int, shared: Json) -> Json:
    """A reference to an answer that many operations give; the answer itself if this one gives another."""
    name = re.sub(r"\W", "", HTTPStatus(status).phrase)
    return {"$ref": f"#/components/responses/{name}"} if shared.setdefault(name, answer) == answer else answer


def _tamed(parts: Json) -> Json:
    """The same schemas, of which none is a choice that contains itself: no client can be generated from that.

    What such a choice has as a list of itself is a list of anything, and its object gets a name of its own.
    """
    tamed: Json = {}
    for name, part in parts.items():
        itself = {"$ref": f"#/components/schemas/{name}"}
        choices = part.get("anyOf", [])
        for index, choice in enumerate(choices):
            if choice.get("items") == itself:
                choices[index] = choice | {"items": {}}
            elif choice.get("additionalProperties") == itself:
                tamed[f"{name}Object"] = choice
                choices[index] = {"$ref": f"#/components/schemas/{name}Object"}
        tamed[name] = part
    return tamed


@cache
def recorded() -> dict[str, Json]:
    """The examples by operation_id: what was asked, with method, address, headers and body, and what came
    back, with status and answers by media type."""
    return {file.stem: orjson.loads(file.read_bytes()) for file in sorted(EXAMPLES.glob("*.json"))}


def _exemplify(operation: Json, path: str) -> None:
    """Put the recorded request and its answer where the description has room for them."""
    told = recorded().get(operation["operationId"])
    if told is None:
        return
    address = urlsplit(told["address"])
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
    match = re.fullmatch(pattern, address.path)
    values = {("path", name): value for name, value in (match.groupdict() if match else {}).items()}
    values |= {("query", name): found[0] for name, found in parse_qs(address.query).items()}
    for parameter in operation["parameters"]:
        key = parameter["in"], parameter["name"]
        if key in values:
            kind = parameter["schema"].get("type")
            parameter["example"] = [values[key]] if kind == "array" else _of_type(kind, values[key])
    sent = operation.get("requestBody", {}).get("content", {})
    if told["media"] in sent and told["body"] is not None:
        sent[told["media"]]["example"] = told["body"]
    content = operation["responses"][str(told["status"])].get("content", {})
    for media in content.keys() & told["answers"].keys():
        content[media]["example"] = told["answers"][media]


def _of_type(kind: str, text: str) -> Any:
    return orjson.loads(text) if kind in ("integer", "boolean") else text


def _complete(paths: Json) -> None:
    """Where nothing was recorded, show what was recorded elsewhere of the same schema."""
    bodies = [
        content
        for operations in paths.values()
        for operation in operations.values()
        for part in [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in part.get("content", {}).values()
    ]
    told = [content for content in bodies if "$ref" in content["schema"]]
    known = {content["schema"]["$ref"]: content["example"] for content in told if "example" in content}
    for content in told:
        if content["schema"]["$ref"] in known and "examples" not in content:
            content.setdefault("example", known[content["schema"]["$ref"]])
