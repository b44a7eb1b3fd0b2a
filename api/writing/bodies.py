"""What is sent to the API: read once, within bounds, and taken for nothing that it does not say."""

import json
from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja.params.models import Body, BodyModel

from api.errors import ProblemType, Refused, in_words
from api.schemas.problems import Fault
from roles.documents.document import Json
from roles.loading.sent import MAX_SENT

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
ZIP: Final = "application/zip"
MULTIPART: Final = "multipart/form-data"

MAX_BODY: Final = 1024 * 1024
"""The most bytes of JSON: as many as a role document may have."""
MAX_FILES_BODY: Final = MAX_SENT + MAX_BODY
"""The most bytes of a body that holds files: theirs, and what stands around them."""
MAX_DEPTH: Final = 50
"""How deep JSON may be nested."""
MAX_ITEMS: Final = 10_000
"""The most items that a list may have, and the most fields of an object."""
MAX_FAULTS: Final = 1_000
"""The most faults that are told of one request."""


def media_type(request: HttpRequest) -> str:
    """The media type of what was sent, in small letters and without parameters; empty if none is named."""
    return (request.content_type or "").strip().lower()


def body_of(request: HttpRequest) -> bytes:
    """What was sent, read once.

    Raises:
        Refused: if it is larger than bodies of its media type may be.
    """
    if not hasattr(request, "_body"):
        most = MAX_FILES_BODY if media_type(request) in (ZIP, MULTIPART) else MAX_BODY
        try:
            declared = int(request.headers.get("Content-Length") or 0)
            content = b"" if declared > most else request.read(most + 1)
        except (OSError, ValueError, RawPostDataException) as error:
            raise Refused(ProblemType.UNREADABLE, _("The body breaks off before its end.")) from error
        if declared > most or len(content) > most:
            text = _("The body is larger than the %(most)d KiB that this operation takes.")
            raise Refused(ProblemType.TOO_LARGE, text % {"most": most // 1024})
        # Where Django keeps it, so that whoever asks for `request.body` later has it too.
        request._body = content
    return request.body


def refuse_other_types(request: HttpRequest, *known: str) -> None:
    """Refuse a body of a media type that an operation does not read.

    Raises:
        Refused: which names those that it reads.
    """
    if media_type(request) in known:
        return
    named = ", ".join(known)
    headers = {"Accept-Patch" if request.method == "PATCH" else "Accept": named}
    text = _("The body has to be %(known)s; the header Content-Type says what it is.") % {"known": named}
    raise Refused(ProblemType.UNSUPPORTED_MEDIA_TYPE, text, headers=headers)


def invalid(faults: list[Fault]) -> Refused:
    """The refusal of a request that has these faults."""
    told = faults[:MAX_FAULTS]
    detail = in_words(told[:10])
    if len(faults) > 10:
        text = _("%(detail)s And %(more)d further faults.")
        detail = text % {"detail": detail, "more": len(faults) - 10}
    return Refused(ProblemType.INVALID_REQUEST, detail, faults=told)


def json_of(request: HttpRequest) -> Json:
    """The JSON value that was sent.

    Raises:
        Refused: if it is too large, no JSON, or holds what no answer could repeat: a name given twice in an
            object, half of a character, NUL, or more than `MAX_DEPTH` and `MAX_ITEMS` allow.
    """
    content = body_of(request)
    try:
        value = json.loads(content.decode(), object_pairs_hook=_Object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Refused(ProblemType.UNREADABLE, _("The body is not UTF-8.")) from error
    except RecursionError as error:
        raise invalid([_too_deep("")]) from error
    except ValueError as error:
        text = _("The body is no JSON: %(why)s.") % {"why": str(error)}
        raise Refused(ProblemType.UNREADABLE, text) from error
    if faults := list(_faults(value)):
        raise invalid(faults)
    return value


def fault_at(place: str, text: str) -> Fault:
    """What is wrong with the value at a JSON Pointer of what was sent."""
    return Fault(location="body", name=place, detail=text)


def pointer(*names: object) -> str:
    """The JSON Pointer (RFC 6901) of a value."""
    return "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in names)


class _Object(dict[str, Any]):
    """An object, with the names that it has more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = [name for name, _value in pairs if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _refuse_constant(name: str) -> None:
    raise ValueError(_("%(name)s is no value of JSON") % {"name": name})


def _faults(value: Json) -> Iterator[Fault]:
    """What no operation takes, wherever it stands in a value."""
    waiting: list[tuple[str, Json, int]] = [("", value, 0)]
    while waiting:
        place, part, depth = waiting.pop()
        if isinstance(part, str):
            if not _is_whole(part):
                yield fault_at(place, _("Holds NUL, or half of a character that takes two escapes"))
            continue
        if not isinstance(part, dict | list):
            continue
        if depth >= MAX_DEPTH:
            yield _too_deep(place)
            continue
        if len(part) > MAX_ITEMS:
            yield fault_at(place, _("Has more than %(most)d items") % {"most": MAX_ITEMS})
            continue
        if isinstance(part, _Object):
            for name in part.twice:
                yield fault_at(place + pointer(_shown(name)), _("Is given more than once"))
        named = part.items() if isinstance(part, dict) else enumerate(part)
        for name, item in reversed(list(named)):
            shown = _shown(name) if isinstance(name, str) else name
            if isinstance(name, str) and shown != name:
                yield fault_at(place + pointer(shown), _("Has a name with NUL, or with half of a character"))
            waiting.append((place + pointer(shown), item, depth + 1))


def _is_whole(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _shown(name: str) -> str:
    """A name as an answer can repeat it."""
    return name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _too_deep(place: str) -> Fault:
    return fault_at(place, _("Is nested more than %(most)d levels deep") % {"most": MAX_DEPTH})


class _JsonModel(BodyModel):
    """Reads JSON of the media types that an operation takes."""

    @classmethod
    def get_request_data(cls, request: HttpRequest, api: Any, path_params: dict[str, Any]) -> dict[str, Any]:
        refuse_other_types(request, *cls.media_types())
        return {cls.__read_from_single_attr__: json_of(request)}

    @classmethod
    def media_types(cls) -> tuple[str, ...]:
        """What it may be."""
        return (JSON,)


class _PatchModel(_JsonModel):
    """Reads a merge patch, also from clients that know no other media type than that of JSON."""

    @classmethod
    def media_types(cls) -> tuple[str, ...]:
        return (MERGE_PATCH, JSON)


class JsonBody(Body):  # type: ignore[misc]  # what it comes from is marked as final
    """An argument of an operation that is the JSON which was sent."""

    _model = _JsonModel

    @classmethod
    def _param_source(cls) -> str:
        return "body"


class PatchBody(JsonBody):  # type: ignore[misc]
    """An argument of an operation that is a merge patch, or a document."""

    _model = _PatchModel
