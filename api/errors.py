"""Errors, which all have one form: problems as of RFC 9457."""

from collections.abc import Callable, Iterable
from http import HTTPStatus

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from api.schemas.problems import Fault, InvalidRequest, Problem

API_PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, *, faults: Iterable[Fault] = ()) -> HttpResponse:
    """Answer with an error: `detail` is a sentence for people, `faults` what is wrong with the request."""
    return HttpResponse(_content(status, detail, list(faults)), status=status, content_type=MEDIA_TYPE)


def _content(status: int, detail: str, faults: list[Fault]) -> bytes:
    title = HTTPStatus(status).phrase
    stated = Problem(type="about:blank", title=title, status=status, detail=detail)
    if faults:
        stated = InvalidRequest(**stated.model_dump(), errors=faults)
    return orjson.dumps(stated.model_dump())


def register_exception_handlers(api: NinjaAPI) -> None:
    """Tell what an operation refuses as a problem. All else is left to Django, and to ProblemMiddleware."""
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(HttpError)(_refused)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [_fault(fault["loc"], fault["msg"]) for fault in error.errors]
    detail = " ".join(f"{fault.name}: {fault.detail}." for fault in faults)
    return problem(422, detail, faults=faults)


def _fault(location: tuple[str | int, ...], message: str) -> Fault:
    # The place of an item of a list has the name of the operation's argument before that of the parameter.
    where, *names = location
    return Fault(location=str(where), name=str(names[1] if len(names) > 1 else names[0]), detail=message)


def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, error.message)


class ProblemMiddleware:
    """Gives errors below /api/ the form of a problem, whoever they come from.

    An address that leads nowhere, a method that is not allowed and a failure never reach the handlers above.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            isinstance(response, HttpResponse)
            and request.path_info.startswith(API_PREFIX)
            and response.status_code >= HTTPStatus.BAD_REQUEST
            and response.headers["Content-Type"] != MEDIA_TYPE
        ):
            response.content = _content(response.status_code, _detail(response), [])
            response.headers["Content-Type"] = MEDIA_TYPE
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _detail(response: HttpResponse) -> str:
    match response.status_code:
        case HTTPStatus.NOT_FOUND:
            return _("There is nothing at this address that you may see. %(docs)s shows what there is.") % {
                "docs": reverse("api:openapi-view")
            }
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return _("This address allows only: %(methods)s.") % {"methods": response.headers["Allow"]}
        case HTTPStatus.FORBIDDEN:
            return _("You may not do this.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _("Too many attempts. Try again later.")
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _("Something went wrong here. It has been noted.")
        case _other:
            return _("The request cannot be understood.")
