"""How answers are written: JSON with moments in UTC, and addresses with scheme and host."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse


def dumped(value: Any) -> bytes:
    """A value as JSON."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def as_json(value: Any) -> HttpResponse:
    """The answer that is this value."""
    return written(dumped(value))


def written(content: bytes) -> HttpResponse:
    """The answer of which the JSON is written already."""
    return HttpResponse(content, content_type="application/json; charset=utf-8")


def origin(request: HttpRequest) -> str:
    """Scheme and host, as they stand before the paths of this site's addresses."""
    return f"{request.scheme}://{request.get_host()}"
