"""Errors, which all have one form: problems as of RFC 9457."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from http import HTTPStatus
from typing import Self

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from api.answers import dumped
from api.schemas.problems import Fault, InvalidRequest, Problem

API_PREFIX = "/api/"
DOCUMENTATION = "/api/v1/docs"
MEDIA_TYPE = "application/problem+json"
EXPLAINED_AT = f"{DOCUMENTATION}/problems"
"""Where the kinds of problems are explained. Clients compare types, so it is the same on every host."""


def is_for_programs(request: HttpRequest) -> bool:
    """Whether an address is one of the API, but for its documentation: people read that as other pages."""
    return request.path_info.startswith(API_PREFIX) and not request.path_info.startswith(DOCUMENTATION)


class ProblemType(Enum):
    """The kinds of problems: each with its status, its title, and what it means and how to mend it."""

    status: HTTPStatus
    title: str | Promise
    explanation: str | Promise

    def __new__(cls, code: str, status: HTTPStatus, title: str | Promise, explanation: str | Promise) -> Self:
        kind = object.__new__(cls)
        kind._value_ = code
        kind.status, kind.title, kind.explanation = status, title, explanation
        return kind

    @property
    def address(self) -> str:
        """The value of `type`, which leads to its explanation."""
        return f"{EXPLAINED_AT}#{self.value}"

    UNREADABLE = (
        "unreadable",
        HTTPStatus.BAD_REQUEST,
        gettext_lazy("Unreadable request"),
        gettext_lazy(
            "The request is no valid HTTP or its body no valid JSON. Detail says where it breaks off."
        ),
    )
    SIGN_IN_NEEDED = (
        "sign-in-needed",
        HTTPStatus.UNAUTHORIZED,
        gettext_lazy("Sign-in needed"),
        gettext_lazy("This needs a token, in the header Authorization behind the word Bearer, or a session."),
    )
    INVALID_TOKEN = (
        "invalid-token",
        HTTPStatus.UNAUTHORIZED,
        gettext_lazy("Invalid token"),
        gettext_lazy("The token is misspelt, has expired or was revoked, or its person was deactivated."),
    )
    FORBIDDEN = (
        "forbidden",
        HTTPStatus.FORBIDDEN,
        gettext_lazy("Not allowed"),
        gettext_lazy("The person for whom the request is made lacks the permission for it."),
    )
    SCOPE_NEEDED = (
        "scope-needed",
        HTTPStatus.FORBIDDEN,
        gettext_lazy("Scope needed"),
        gettext_lazy("The token lacks the scope that this operation needs. Make one that has it."),
    )
    NOT_FOUND = (
        "not-found",
        HTTPStatus.NOT_FOUND,
        gettext_lazy("Not found"),
        gettext_lazy("There is nothing at this address, or nothing that you may see."),
    )
    METHOD_NOT_ALLOWED = (
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        gettext_lazy("Method not allowed"),
        gettext_lazy("The address knows other methods only; the header Allow names them."),
    )
    NOT_ACCEPTABLE = (
        "not-acceptable",
        HTTPStatus.NOT_ACCEPTABLE,
        gettext_lazy("Not acceptable"),
        gettext_lazy(
            "The answer exists in other media types only. Change the header Accept, or send format."
        ),
    )
    CONFLICT = (
        "conflict",
        HTTPStatus.CONFLICT,
        gettext_lazy("Conflict"),
        gettext_lazy("What is asked for does not go together with how things stand. Read them again first."),
    )
    UNDECIDED = (
        "undecided",
        HTTPStatus.CONFLICT,
        gettext_lazy("To be decided"),
        gettext_lazy("The role and the proposal changed the same statements. Say for each what it is to be."),
    )
    REQUEST_IN_PROGRESS = (
        "request-in-progress",
        HTTPStatus.CONFLICT,
        gettext_lazy("Request in progress"),
        gettext_lazy("A request with the same Idempotency-Key is being answered. Try again in a moment."),
    )
    PRECONDITION_FAILED = (
        "precondition-failed",
        HTTPStatus.PRECONDITION_FAILED,
        gettext_lazy("Changed in the meantime"),
        gettext_lazy("The ETag in If-Match is not that of what is there now. Read it again and change that."),
    )
    TOO_LARGE = (
        "too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        gettext_lazy("Too large"),
        gettext_lazy("The body is larger than this operation takes. Send it in several parts."),
    )
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported-media-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        gettext_lazy("Unsupported media type"),
        gettext_lazy(
            "The body has a media type that this operation does not read. Detail names those it does."
        ),
    )
    INVALID_REQUEST = (
        "invalid-request",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("Invalid request"),
        gettext_lazy("Parameters or parts of the body are not as they have to be. Errors names all of them."),
    )
    KEY_REUSED = (
        "idempotency-key-reused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("Idempotency-Key used before"),
        gettext_lazy("Another request was sent with this Idempotency-Key. Take a new key for each request."),
    )
    PRECONDITION_REQUIRED = (
        "precondition-required",
        HTTPStatus.PRECONDITION_REQUIRED,
        gettext_lazy("Precondition needed"),
        gettext_lazy(
            "Send the ETag of what you have read as If-Match, so that nobody else’s change is lost."
        ),
    )
    TOO_MANY_REQUESTS = (
        "too-many-requests",
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_lazy("Too many requests"),
        gettext_lazy("More was asked for than is allowed in this time. Retry-After says how long to wait."),
    )
    FAILURE = (
        "failure",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        gettext_lazy("Failure"),
        gettext_lazy("Something went wrong in the catalogue, whose log says what. Nothing was half done."),
    )


_BY_STATUS = {int(kind.status): kind for kind in reversed(ProblemType)}
"""What an error is that says nothing but its status: the first kind that has it."""


class Refused(Exception):
    """Why an operation is not done; it becomes the answer from wherever below the operation it is raised."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str = "",
        *,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
        further: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.faults, self.headers = kind, detail, list(faults), headers or {}
        self.further = further or {}


def problem(
    kind: ProblemType,
    detail: str = "",
    *,
    faults: Iterable[Fault] = (),
    headers: Mapping[str, str] | None = None,
    further: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Answer with an error: `detail` is a sentence for people, `faults` what is wrong with the request.

    Without a detail, the explanation of the kind stands in for it. `further` are the members that problems of
    this kind have beside those of every one.
    """
    content = _content(kind, detail, list(faults), further=further)
    return HttpResponse(content, status=kind.status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def _content(
    kind: ProblemType,
    detail: str,
    faults: list[Fault],
    status: int | None = None,
    further: Mapping[str, object] | None = None,
) -> bytes:
    stated = Problem(
        type=kind.address,
        title=str(kind.title),
        status=status or kind.status,
        detail=detail or str(kind.explanation),
    )
    if faults:
        stated = InvalidRequest(**stated.model_dump(), errors=faults)
    return dumped(stated.model_dump() | dict(further or {}))


def register_exception_handlers(api: NinjaAPI) -> None:
    """Tell what an operation refuses as a problem. All else is left to Django, and to ProblemMiddleware."""
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(HttpError)(_http_error)
    api.exception_handler(Refused)(_refused)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [_fault(fault["loc"], fault["msg"].removeprefix("Value error, ")) for fault in error.errors]
    return problem(ProblemType.INVALID_REQUEST, in_words(faults), faults=faults)


def in_words(faults: Iterable[Fault]) -> str:
    """What is wrong, a sentence for each fault; what concerns the whole body names no place."""
    named = (f"{fault.name}: {fault.detail}" if fault.name else fault.detail for fault in faults)
    return " ".join(text if text.endswith(".") else f"{text}." for text in named)


def _fault(location: tuple[str | int, ...], message: str) -> Fault:
    # The place of an item of a list has the name of the operation's argument before that of the parameter.
    where, *names = location
    if where == "body":
        return Fault(location="body", name="".join(f"/{name}" for name in names[1:]), detail=message)
    return Fault(location=str(where), name=str(names[1] if len(names) > 1 else names[0]), detail=message)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(_kind(error.status_code), error.message)


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return refusal(error)


def faulty(found: Iterable[tuple[str, str]]) -> ValidationError:
    """All that is wrong with parameters, by their names."""
    return ValidationError([{"loc": ("query", name), "msg": message} for name, message in found])


def refusal(error: Refused) -> HttpResponse:
    """Answer with why an operation is not done."""
    return problem(
        error.kind, error.detail, faults=error.faults, headers=error.headers, further=error.further
    )


def _kind(status: int) -> ProblemType:
    other = ProblemType.FAILURE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ProblemType.UNREADABLE
    return _BY_STATUS.get(status, other)


class ProblemMiddleware:
    """Gives errors of the API the form of a problem, whoever they come from.

    An address that leads nowhere, a method that is not allowed and a failure never reach the handlers above.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not is_for_programs(request):
            return response
        if request.method == "OPTIONS" and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # Which methods there are is what was asked; django-ninja leaves that to others.
            response.status_code = HTTPStatus.NO_CONTENT
            response.content = b""
            response.headers["Allow"] = ", ".join(sorted({*response.headers["Allow"].split(", "), "OPTIONS"}))
            del response.headers["Content-Type"], response.headers["Content-Length"]
        elif (
            response.status_code >= HTTPStatus.BAD_REQUEST and response.headers["Content-Type"] != MEDIA_TYPE
        ):
            kind = _kind(response.status_code)
            response.content = _content(kind, _detail(kind, response), [], response.status_code)
            response.headers["Content-Type"] = MEDIA_TYPE
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _detail(kind: ProblemType, response: HttpResponse) -> str:
    match kind:
        case ProblemType.NOT_FOUND:
            return _("There is nothing at this address that you may see. %(docs)s shows what there is.") % {
                "docs": reverse("api-reference")
            }
        case ProblemType.METHOD_NOT_ALLOWED:
            return _("This address allows only: %(methods)s.") % {"methods": response.headers["Allow"]}
        case ProblemType.FORBIDDEN:
            return _("You may not do this.")
        case ProblemType.TOO_MANY_REQUESTS:
            return _("Too many attempts. Try again later.")
        case ProblemType.FAILURE:
            return _("Something went wrong here. It has been noted.")
        case ProblemType.UNREADABLE:
            return _("The request cannot be understood.")
    return str(kind.explanation)
