"""Examples for the description of the API: what it answers about the sample roles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from ninja.openapi.schema import OpenAPISchema

from api.api import api
from api.description import EXAMPLES

HOST = "catalogue.example"
MOMENT = "2026-11-02T09:30:00Z"
FEW = 2
LONG = 120
PLACES = {"slug": "data-engineer", "scheme": "role-code", "value": "DATA4002", "id": "1", "number": "1"}
"""What stands in the place of a parameter of an address."""


@dataclass(frozen=True)
class Request:
    """One request to an operation."""

    address: str
    method: str = "GET"
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    needs_rights: bool = False


REQUESTS = {
    "list_roles": Request("/api/v1/roles?q=data+pipelines&family=data&limit=1"),
    "get_quality": Request("/api/v1/quality?code=missing-mission&limit=1", needs_rights=True),
}
"""For operations whose address alone asks too little."""


def record() -> None:
    """Ask every operation, of a catalogue without roles, and keep what it says as its example."""
    settings.ALLOWED_HOSTS = [HOST]
    call_command("load_roles", verbosity=0)
    User.objects.create_superuser("hanna")
    for file in EXAMPLES.glob("*.json"):
        file.unlink()
    for operation_id, request, medias in _operations(api.get_openapi_schema()):
        told = _told(request, medias)
        (EXAMPLES / f"{operation_id}.json").write_bytes(
            orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )


def _operations(schema: OpenAPISchema) -> Iterator[tuple[str, Request, list[str]]]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            asked = [each.get("name") for each in operation["parameters"]]
            address = path.format(**PLACES) + ("?limit=1" if "limit" in asked else "")
            done = next(
                operation["responses"][each]
                for each in ("200", "201", "202", "204")
                if each in operation["responses"]
            )
            yield name, REQUESTS.get(name, Request(address, method.upper())), list(done.get("content", ()))


def _told(request: Request, medias: list[str]) -> dict[str, Any]:
    client = Client(headers={"host": HOST})
    if request.needs_rights:
        client.force_login(User.objects.get(username="hanna"))
    answers, status = {}, 0
    for media in medias or ["application/json"]:
        answer: Any = client.generic(
            request.method,
            request.address,
            b"" if request.body is None else orjson.dumps(request.body),
            content_type="application/json",
            headers=request.headers | {"Accept": media},
        )
        content = answer.getvalue() if answer.streaming else answer.content
        if answer.status_code >= 300:
            raise RuntimeError(
                f"{request.method} {request.address} was answered with {answer.status_code}: {content!r}"
            )
        status = answer.status_code
        if medias:
            answers[media] = (
                _shortened(orjson.loads(content))
                if media == "application/json"
                else _timeless(content.decode())
            )
    return {
        "method": request.method,
        "address": request.address,
        "body": request.body,
        "status": status,
        "answers": answers,
    }


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value[:FEW]]
    if not isinstance(value, str):
        return value
    # Only prose can be cut: half an address or a slug would be none.
    if len(value) > LONG and " " in value:
        value = value[:LONG].rsplit(maxsplit=1)[0] + " …"
    return _timeless(value)


def _timeless(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)", MOMENT, text)
