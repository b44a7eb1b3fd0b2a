"""What the API says of itself: its description, and pages made of that, its problems and its recipes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown import markdown

from api.answers import origin, written
from api.api import api
from api.conditional import content_tag, with_validators
from api.description import Json, recorded
from api.errors import ProblemType
from roles.rendering import render_markdown

RECIPES = Path(settings.BASE_DIR) / "docs" / "recipes.md"
RECIPES_ORIGIN = "http://127.0.0.1:8000"
"""Where the recipes find the catalogue when they are read as a file."""
_STARTED = int(timezone.now().timestamp())
"""When this program, and so its description, can have become another one."""


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of what is sent or answered."""

    name: str
    kind: SafeString
    limits: str
    text: SafeString
    required: bool
    place: str = ""


@dataclass(frozen=True)
class Part:
    """An object with its fields, under its name."""

    name: str
    text: SafeString
    fields: list[Field]
    kind: SafeString


@dataclass(frozen=True)
class Content:
    """What is sent or answered in one media type."""

    media: str
    kind: SafeString


@dataclass(frozen=True)
class Answer:
    """What comes back with one status."""

    status: str
    text: str
    contents: list[Content]
    problems: list[str]


@dataclass(frozen=True)
class Operation:
    """One thing that the API can be asked."""

    name: str
    method: str
    path: str
    summary: str
    text: SafeString
    parameters: list[Field]
    sent: list[Content]
    answers: list[Answer]
    example: "Example | None"


@dataclass(frozen=True)
class Example:
    """A request and its answer. `options` are those of curl, one a line."""

    address: str
    options: list[str]
    answer: str


@dataclass(frozen=True)
class Group:
    """Operations about the same."""

    name: str
    text: str
    operations: list[Operation]


@dataclass(frozen=True)
class Reference:
    """All that the description says."""

    groups: list[Group]
    parts: list[Part]


@require_safe
def description(request: HttpRequest) -> HttpResponseBase:
    """The description of the API, for programs."""
    content = _description()
    etag = content_tag(content)
    answer = get_conditional_response(request, etag, _STARTED, written(content))
    assert answer is not None
    return with_validators(request, answer, etag, _STARTED)


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """All that can be asked, and what is answered."""
    context = {"version": api.version, "reference": _reference(), "origin": origin(request)}
    return render(request, "api/reference.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What each kind of problem means: where its `type` leads."""
    return render(request, "api/problems.html", {"problems": list(ProblemType)})


@require_safe
def recipes(request: HttpRequest) -> HttpResponse:
    """What programs often need, step by step, with the address of this catalogue."""
    text = RECIPES.read_text(encoding="utf-8").replace(RECIPES_ORIGIN, origin(request))
    # What the tests do between two steps.
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    html = markdown(text, extensions=["fenced_code", "tables", "toc"])
    return render(request, "api/recipes.html", {"recipes": mark_safe(html)})  # noqa: S308 - our own text


@cache
def _description() -> bytes:
    # It depends on the program only, and takes long to make.
    return orjson.dumps(api.get_openapi_schema(), option=orjson.OPT_NON_STR_KEYS)


@cache
def _reference() -> Reference:
    description = orjson.loads(_description())
    reader = _Reader(description["components"])
    # Lists first. The description has the order in which addresses are tried.
    paths = dict(sorted(description["paths"].items(), key=lambda stated: stated[0].count("/")))
    operations = list(reader.operations(paths))
    groups = [
        Group(tag["name"], tag["description"], [each for names, each in operations if tag["name"] in names])
        for tag in description["tags"]
    ]
    return Reference([group for group in groups if group.operations], list(reader.parts()))


class _Reader:
    """Reads the parts of a description, of which these are the components."""

    def __init__(self, components: Json) -> None:
        self.components = components

    def operations(self, paths: Json) -> Iterator[tuple[list[str], Operation]]:
        for path, methods in paths.items():
            for method, operation in methods.items():
                yield operation["tags"], self._operation(path, method, operation)

    def parts(self) -> Iterator[Part]:
        for name, part in sorted(self.components["schemas"].items()):
            required = part.get("required", ())
            fields = [
                self._field(key, schema, required=key in required)
                for key, schema in part.get("properties", {}).items()
            ]
            yield Part(name, _html(part.get("description", "")), fields, self._kind(part))

    def _operation(self, path: str, method: str, operation: Json) -> Operation:
        body = self._resolved(operation.get("requestBody", {}))
        parameters = map(self._resolved, operation["parameters"])
        return Operation(
            name=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            text=_html(operation.get("description", "")),
            parameters=[
                self._field(each["name"], each["schema"], each["required"], each["in"], each["description"])
                for each in parameters
            ],
            sent=self._contents(body),
            answers=[self._answer(status, each) for status, each in operation["responses"].items()],
            example=_example(operation["operationId"]),
        )

    def _answer(self, status: str, answer: Json) -> Answer:
        answer = self._resolved(answer)
        kinds = [kind.value for kind in ProblemType if str(int(kind.status)) == status]
        return Answer(status, answer["description"], self._contents(answer), kinds)

    def _contents(self, part: Json) -> list[Content]:
        return [
            Content(media, self._kind(content["schema"]))
            for media, content in part.get("content", {}).items()
        ]

    def _field(
        self, name: str, schema: Json, required: bool, place: str = "", text: str | None = None
    ) -> Field:
        text = schema.get("description", "") if text is None else text
        return Field(name, self._kind(schema), _limits(schema), _html(text), required, place)

    def _kind(self, schema: Json) -> SafeString:
        """The type in the words of JSON; parts lead to where they are explained."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return format_html('<a href="#part-{}">{}</a>', name, name)
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return format_html_join(" or ", "{}", ((self._kind(each),) for each in choices))
        if "enum" in schema:
            return format_html_join(", ", "<code>{}</code>", ((each,) for each in schema["enum"]))
        if "const" in schema:
            return format_html("<code>{}</code>", schema["const"])
        kind = schema.get("type", "anything")
        if kind == "array":
            return format_html("array of {}", self._kind(schema.get("items", {})))
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return format_html("object of {}", self._kind(schema["additionalProperties"]))
        said = " or ".join(kind) if isinstance(kind, list) else kind
        return (
            format_html("{} ({})", said, schema["format"]) if "format" in schema else format_html("{}", said)
        )

    def _resolved(self, part: Json) -> Json:
        while "$ref" in part:
            _root, _components, kind, name = part["$ref"].split("/")
            part = self.components[kind][name]
        return part


def _limits(schema: Json) -> str:
    words = {
        "minimum": "at least",
        "maximum": "at most",
        "maxLength": "length at most",
        "maxItems": "at most",
    }
    found = [f"{said} {schema[word]}" for word, said in words.items() if word in schema]
    if schema.get("default") not in (None, "", []):
        found.append(f"default {json.dumps(schema['default'])}")
    return ", ".join(found)


def _html(text: str) -> SafeString:
    return mark_safe(render_markdown(text))  # noqa: S308 - render_markdown escapes


def _example(operation_id: str) -> Example | None:
    told = recorded().get(operation_id)
    if told is None:
        return None
    options = [] if told["method"] == "GET" else [f"--request {told['method']}"]
    if told["with_token"]:
        options.append('--header "Authorization: Bearer $TOKEN"')
    options += [f"--header '{name}: {value}'" for name, value in told["headers"].items()]
    if told["body"] is not None:
        body = json.dumps(told["body"], ensure_ascii=False).replace("'", "'\\''")
        options += [f"--header 'Content-Type: {told['media']}'", f"--data '{body}'"]
    options += [f"--form 'files=@{name};filename={name}'" for name in told["files"]]
    answer = next(iter(told["answers"].values()), None)
    said = answer if isinstance(answer, str) else json.dumps(answer, indent=2, ensure_ascii=False)
    return Example(told["address"], options, "" if answer is None else said)
