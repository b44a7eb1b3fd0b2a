"""What all operations of the API have in common."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ninja import Router

from api.schemas.problems import InvalidRequest, Problem

View = TypeVar("View", bound=Callable[..., Any])

REFUSALS = {401: Problem, 403: Problem, 422: InvalidRequest}
"""What any operation can answer with instead."""


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
            openapi_extra=openapi_extra,
        )(view)
        router.api_operation(
            ["HEAD"], path, response=response, url_name=operation_id, include_in_schema=False
        )(view)
        return view

    return register
