"""What all operations of the API have in common."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ninja import Router
from ninja.decorators import decorate_view

from api.auth import Scope, demanding
from api.schemas.problems import InvalidRequest, Problem
from api.writing.idempotency import idempotent

View = TypeVar("View", bound=Callable[..., Any])

REFUSALS = {401: Problem, 403: Problem, 422: InvalidRequest}
"""What any operation can answer with instead."""
ANYBODY_OR_TOKEN = {"security": [{}, {"token": [Scope.READ.value]}]}

WRITE_REFUSALS = {**REFUSALS, 400: Problem, 404: Problem, 409: Problem, 413: Problem, 415: Problem}
"""What any operation that changes something can answer with instead."""

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": "^[\\x21\\x23-\\x7e]{1,200}$"},
    "description": (
        "A name of your own for this request, such as a UUID. Sent again with it within a day, the request "
        "is not done again: it is answered as it was the first time."
    ),
    "example": "7f2c0f9e-4c7c-4d1c-9a51-0d6f6e1c6d2b",
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of what you have read. Needed, but where something new is made.",
    "example": '"6c9d3f0a5b0e4d7a8f1e2d3c4b5a6978"',
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "`*` to make a role: it is made only where there is none.",
    "example": "*",
}


def readable(
    router: Router,
    path: str,
    answers: Mapping[int, object],
    *,
    operation_id: str,
    summary: str,
    openapi_extra: dict[str, Any] | None = None,
) -> Callable[[View], View]:
    """Let a function answer GET at this path, and HEAD, which django-ninja leaves to others.

    `answers` maps each status that the function answers with to its schema. `openapi_extra` is laid over what
    the description says of the operation.
    """

    def register(view: View) -> View:
        response = {**answers, **REFUSALS}
        router.get(
            path,
            response=response,
            operation_id=operation_id,
            summary=summary,
            url_name=operation_id,
            openapi_extra=ANYBODY_OR_TOKEN | (openapi_extra or {}),
        )(view)
        router.api_operation(
            ["HEAD"], path, response=response, url_name=operation_id, include_in_schema=False
        )(view)
        return view

    return register


def writable(
    router: Router,
    method: str,
    path: str,
    answers: Mapping[int, object],
    *,
    scope: Scope,
    operation_id: str,
    summary: str,
    headers: Sequence[Mapping[str, Any]] = (),
    body: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Let a function answer a method that writes, for tokens with this scope and for nobody else.

    Who comes without it is refused before parameters and body are looked at. `headers` are described beside
    `Idempotency-Key`, which each such operation takes; `body` is described beside what the function's
    arguments tell of it.
    """
    described: dict[str, Any] = {
        "security": [{"token": [scope.value]}],
        "parameters": [*headers, IDEMPOTENCY_KEY],
    }
    if body is not None:
        described["requestBody"] = body

    def register(view: View) -> View:
        router.api_operation(
            [method],
            path,
            response={**WRITE_REFUSALS, **answers},
            auth=demanding(scope),
            operation_id=operation_id,
            summary=summary,
            url_name=operation_id,
            openapi_extra=described,
        )(decorate_view(idempotent)(view))
        return view

    return register
