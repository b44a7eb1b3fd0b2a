"""Requests that are done once however often they are sent: `Idempotency-Key`.

As draft-ietf-httpapi-idempotency-key-header describes it. What a request writes and the answer that is kept
of it are committed together, so a process that dies leaves both or none.
"""

import hashlib
import re
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from api.auth import token_of
from api.errors import ProblemType, Refused, refusal
from api.schemas.problems import Fault
from api.writing.bodies import body_of, media_type
from roles.models import ApiToken, IdempotentAnswer

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"

Run = Callable[..., HttpResponseBase]
"""How django-ninja runs an operation: with the request, and what its path says."""

AGAIN: Final = {401, 403, 429}
"""Refusals that may be lifted without the request being another one: they are not kept."""

_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,200})"?')
"""The draft wants quotation marks; most programs leave them out."""


def idempotent(run: Run) -> Run:
    """Let an operation answer a request that was sent before with the same key as it was answered then.

    For django-ninja's `decorate_view`: around all that the operation does, so its refusals are kept, too. Who
    asks is known before, and limits, CORS and the like are those of each request.
    """

    @wraps(run)
    def once(request: HttpRequest, **path: Any) -> HttpResponseBase:
        token = token_of(request)
        if token is None or HEADER not in request.headers:
            return run(request, **path)
        try:
            return _once(request, token, partial(run, request, **path))
        except Refused as refused:
            return refusal(refused)

    return once


def _once(
    request: HttpRequest, token: ApiToken, answered: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    fingerprint = fingerprint_of(request)
    kept, is_mine = IdempotentAnswer.objects.claim(token, key_of(request), fingerprint)
    if kept.fingerprint != fingerprint:
        fault = Fault(location="header", name=HEADER, detail=_("Another request was sent with this key"))
        raise Refused(ProblemType.KEY_REUSED, faults=[fault])
    if is_mine:
        return _made(kept, answered)
    if kept.status is None:
        raise _in_progress()
    answer = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    answer.headers[REPLAYED] = "true"
    return answer


def _made(kept: IdempotentAnswer, answered: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    is_kept = False
    try:
        with transaction.atomic():
            answer = answered()
            if answer.status_code >= 500:
                transaction.set_rollback(True)
            elif isinstance(answer, HttpResponse) and answer.status_code not in AGAIN:
                _keep(kept, answer)
                is_kept = True
    finally:
        if not is_kept:
            kept.delete()
    return answer


def _keep(kept: IdempotentAnswer, answer: HttpResponse) -> None:
    """Keep an answer under the key that was claimed for it.

    Raises:
        Refused: if the claim was taken for abandoned: then another request does the same by now.
    """
    claimed = IdempotentAnswer.objects.filter(pk=kept.pk, status=None)
    if not claimed.update(status=answer.status_code, headers=dict(answer.headers), body=answer.content):
        raise _in_progress()


def _in_progress() -> Refused:
    return Refused(ProblemType.REQUEST_IN_PROGRESS, headers={"Retry-After": "1"})


def key_of(request: HttpRequest) -> str:
    """The key of a request.

    Raises:
        Refused: if it is none.
    """
    match = _KEY.fullmatch(request.headers[HEADER].strip())
    if match is None:
        text = _("Must be 1 to 200 letters, digits and signs without blanks, such as a UUID")
        fault = Fault(location="header", name=HEADER, detail=text)
        raise Refused(ProblemType.INVALID_REQUEST, f"{HEADER}: {text}.", faults=[fault])
    return match[1]


def fingerprint_of(request: HttpRequest) -> str:
    """What tells a request from another one: its method, address, preconditions, media type and body.

    Raises:
        Refused: if the body is too large.
    """
    # Programs divide the parts of a body anew each time that they send it.
    boundary = (request.content_params or {}).get("boundary", "")
    body = body_of(request)
    parts = body.split(f"--{boundary}".encode()) if boundary else [body]
    head = [f"{request.method} {request.get_full_path()}", media_type(request)]
    head += [request.headers.get(name, "") for name in ("If-Match", "If-None-Match")]
    said = [*(each.encode() for each in head), *parts]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in said)).hexdigest()
