"""Examples for the description of the API: what it answers about the sample roles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from api.api import api
from api.description import EXAMPLES
from tests.tokens import program

FOLDER = settings.BASE_DIR / "fixtures" / "roles"
HOST = "catalogue.example"
MOMENT = "2026-11-02T09:30:00Z"
UID = "0b9f6c1e-52a7-4d0c-9a8e-3f2d7c5b1a64"
TAG = '"6c9d3f0a5b0e4d7a8f1e2d3c4b5a6978"'
"""What stands for moments, permanent identifiers and ETags, which differ each time."""
FEW = 2
LONG = 120
ROLE = "/api/v1/roles/data-engineer"
MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Request:
    """One request to an operation.

    `read` is the address of what If-Match is to tell of, `files` are sent instead of a body.
    """

    address: str
    body: Any = None
    media: str = "application/json"
    read: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    with_token: bool = False
    files: tuple[str, ...] = ()


PLACES = {"slug": "data-engineer", "scheme": "role-code", "value": "DATA4002", "id": "1", "number": "1"}
"""What stands in the place of a parameter of an address."""

FIRST = {
    "create_proposal": Request(
        f"{ROLE}/proposals?reason=Say+it+shorter",
        {"summary": "Builds the pipelines that data flows through."},
        MERGE_PATCH,
        read=ROLE,
        with_token=True,
    )
}
"""What later ones find."""

REQUESTS = {
    "list_roles": Request("/api/v1/roles?q=data+pipelines&family=data&limit=1"),
    "get_roles_by_refs": Request(
        "/api/v1/roles/by-refs?fields=slug,name",
        {"refs": [{"scheme": "role-code", "value": "DATA4002"}, {"slug": "nobody"}]},
    ),
    "compare_roles": Request("/api/v1/compare?role=data-engineer&role=data-analyst&differences=only"),
    "get_gap": Request("/api/v1/gap?from=data-analyst&to=data-engineer"),
    "list_fitting_roles": Request("/api/v1/gap/roles?from=data-analyst&limit=1"),
    "search_roles": Request("/api/v1/search?q=data+pipelnes&facets=family&limit=1"),
    "get_level": Request("/api/v1/levels/seniority/senior"),
    "get_graph": Request("/api/v1/graph?role=data-analyst&limit=3"),
    "get_matrix": Request("/api/v1/matrix?family=data&columns=2&limit=1"),
    "list_role_scores": Request("/api/v1/quality/roles?limit=1", with_token=True),
    "get_quality": Request("/api/v1/quality?code=missing-mission&limit=1", with_token=True),
    "create_load": Request(
        "/api/v1/loads?root=roles&commit=4f1c2ab&dry_run=true",
        media="multipart/form-data",
        files=("data/data-analyst.md",),
        with_token=True,
    ),
    "list_proposals": Request("/api/v1/proposals?limit=1", with_token=True),
    "get_proposal": Request("/api/v1/proposals/1", with_token=True),
    "review_proposal": Request(
        "/api/v1/proposals/1/reviews",
        {"decision": "comment", "text": "Shorter indeed. Does it still say for whom?"},
        with_token=True,
    ),
    "put_role": Request(
        "/api/v1/roles/bridge-keeper?reason=A+new+bridge",
        {"name": "Bridge Keeper", "family": "River Works", "mission": "Get people across safely."},
        headers=(("If-None-Match", "*"),),
        with_token=True,
    ),
    "patch_role": Request(
        f"{ROLE}?reason=As+agreed+in+October",
        {"mission": "Make data reliable and easy to find."},
        MERGE_PATCH,
        read=ROLE,
        with_token=True,
    ),
    "delete_role": Request(
        "/api/v1/roles/technical-writer?reason=Now+a+part+of+others",
        read="/api/v1/roles/technical-writer",
        with_token=True,
    ),
}
"""For operations whose address alone asks too little."""


def record() -> None:
    """Ask every operation, of a catalogue without roles, and keep what it says as its example."""
    settings.ALLOWED_HOSTS = [HOST]
    call_command("load_roles", verbosity=0)
    writer = program(User.objects.create_superuser("hanna"))
    for file in EXAMPLES.glob("*.json"):
        file.unlink()
    # What is read is not to tell of what is written here.
    operations = sorted(_operations(), key=lambda each: (each[0] not in FIRST, each[1] != "GET"))
    for name, method, request, medias in operations:
        told = _told(method, request, medias, writer if request.with_token else Client())
        (EXAMPLES / f"{name}.json").write_bytes(
            orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )


def _operations() -> Iterator[tuple[str, str, Request, list[str]]]:
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            name, answers = operation["operationId"], operation["responses"]
            asked = [each["name"] for each in operation["parameters"]]
            address = path.format(**_places(path)) + ("?limit=1" if "limit" in asked else "")
            medias = {
                media for status in answers if status < "300" for media in answers[status].get("content", ())
            }
            request = (FIRST | REQUESTS).get(name, Request(address))
            yield name, method.upper(), request, sorted(medias)


def _places(path: str) -> dict[str, str]:
    """What stands in the places of an address; of words, the first that is listed."""
    listed = path.partition("/{")[0]
    if "{slug}" not in path or listed.endswith("/roles"):
        return PLACES
    first = Client().get(f"{listed}?limit=1", headers={"host": HOST}).json()["items"][0]
    return PLACES | {"slug": first["slug"], "kind": first.get("kind", "")}


def _told(method: str, request: Request, medias: list[str], client: Client) -> dict[str, Any]:
    headers = dict(request.headers)
    if request.read:
        # The refusal of somebody who has read something else names it.
        stale = client.patch(
            f"{request.read}?reason=No", "{}", MERGE_PATCH, headers={"host": HOST, "if-match": '"0"'}
        )
        headers["If-Match"] = stale["ETag"]
    answers, status = {}, 0
    for media in medias or ["application/json"]:
        answer: Any = client.generic(
            method,
            request.address,
            _sent(request),
            content_type=MULTIPART_CONTENT if request.files else request.media,
            headers=headers | {"host": HOST, "accept": media},
        )
        content = answer.getvalue() if answer.streaming else answer.content
        status = answer.status_code
        if status >= 300:
            raise RuntimeError(f"{method} {request.address}: {status} {content!r}")
        if content:
            is_json = media == "application/json"
            answers[media] = _shortened(orjson.loads(content)) if is_json else _timeless(content.decode())
    return {
        "method": method,
        "address": request.address,
        "with_token": request.with_token,
        "headers": headers | ({"If-Match": TAG} if request.read else {}),
        "media": request.media,
        "body": request.body,
        "files": request.files,
        "status": status,
        "answers": answers,
    }


def _sent(request: Request) -> bytes:
    if request.files:
        opened = [SimpleUploadedFile(name, (FOLDER / name).read_bytes()) for name in request.files]
        return encode_multipart(BOUNDARY, {"files": opened})
    return b"" if request.body is None else orjson.dumps(request.body)


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
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)", MOMENT, text)
    return re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", UID, text)
