"""What all operations of the API have in common."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ninja import Router

from api.auth import Scope, demanding
from api.schemas.problems import InvalidRequest, Problem

View = TypeVar("View", bound=Callable[..., Any])

REFUSALS = {401: Problem, 403: Problem, 422: InvalidRequest}
"""What any operation can answer with instead."""
ANYBODY_OR_TOKEN = {"security": [{}, {"token": [Scope.READ.value]}]}


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
) -> Callable[[View], View]:
    """Let a function answer a method that writes, for tokens with this scope and for nobody else.

    Who comes without it is refused before parameters and body are looked at.
    """
    return router.api_operation(
        [method],
        path,
        response={**answers, **REFUSALS},
        auth=demanding(scope),
        operation_id=operation_id,
        summary=summary,
        url_name=operation_id,
        openapi_extra={"security": [{"token": [scope.value]}]},
    )
