"""Answers that are sent only to who does not have them already: `ETag`, `Last-Modified` and 304.

Whether an answer has changed is decided by the number of the catalogue's state, and for who names its tag
before it is made.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from roles import state
from roles.state import State

_A_SECOND: Final = timedelta(seconds=1)


def conditional(
    request: HttpRequest,
    answer: Callable[[State], HttpResponseBase],
    *,
    daily: bool = False,
    besides: State | None = None,
) -> HttpResponseBase:
    """Make an answer that depends on nothing but the catalogue, the reader and the address, if need be.

    `daily`: it depends on the day, too. `besides` is the state of what else it depends on.
    """
    now = state.current()
    etag = entity_tag(request, now, timezone.localdate() if daily else None, besides)
    changed_at = last_modified(max(now.changed_at, besides.changed_at) if besides else now.changed_at)
    if daily:
        changed_at = max(
            changed_at, int(timezone.localtime().replace(hour=0, minute=0, second=0).timestamp())
        )
    # Who has the tag had the answer: so there is one. Conditions of other kinds count only if there is.
    fresh = get_conditional_response(request, etag, changed_at) if _names_a_tag(request) else None
    response = fresh if fresh is not None else answer(now)
    if response.status_code == HTTPStatus.OK:
        response = get_conditional_response(request, etag, changed_at) or response
    return with_validators(request, response, etag, changed_at)


def _names_a_tag(request: HttpRequest) -> bool:
    return request.headers.get("If-None-Match", "*").strip() != "*"


def entity_tag(request: HttpRequest, *parts: object) -> str:
    """A tag for an answer that is made of these parts, for this reader, at this address, by this program."""
    said = (
        program(),
        request.build_absolute_uri(),
        request.headers.get("Accept", ""),
        get_language(),
        request.user.pk,
        sorted(request.user.get_all_permissions()) if request.user.is_authenticated else (),
        sorted(getattr(request.user, "scopes", ())),
        parts,
    )
    return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def content_tag(content: bytes) -> str:
    """A strong entity tag of the content of an answer."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def last_modified(changed_at: datetime) -> int:
    """The second since 1970 that `Last-Modified` names.

    Within one second, what was read and what is changed after that have the same moment. So during the second
    of a change the one before is named, and the answer is asked for once more afterwards.
    """
    second = changed_at.replace(microsecond=0)
    if timezone.now() < second + _A_SECOND:
        second -= _A_SECOND
    return int(second.timestamp())


def with_validators(
    request: HttpRequest, response: HttpResponseBase, etag: str, changed_at: int
) -> HttpResponseBase:
    """Let a reader keep the answer, if it is one, and ask next time whether it is still right."""
    if response.status_code not in (200, 304):
        return response
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed_at)
    patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization", "Cookie"))
    private = request.user.is_authenticated or settings.READ_ACCESS != "public"
    patch_cache_control(response, no_cache=True, **({"private": True} if private else {}))
    return response


@cache
def program() -> str:
    """A digest of what makes answers: another version may make others of the same state."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    parts = ("api/**/*.py", "roles/**/*.py", "templates/**/*.svg", "locale/**/*.mo")
    for file in sorted(file for part in parts for file in root.glob(part)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


# Read when the program starts: a file that is replaced later is not what runs.
program()
