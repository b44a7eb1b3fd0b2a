"""The representation of a role and the entity tag made of it."""

import hashlib

import orjson
from django.http import HttpRequest

from roles.models import Role
from roles.representation import role_json


def rendered(request: HttpRequest, role: Role) -> bytes:
    """What `GET` answers for a role that was fetched by `for_json`."""

    def address(of: Role) -> str:
        return request.build_absolute_uri(of.get_absolute_url())

    return orjson.dumps(role_json(role, address), option=orjson.OPT_UTC_Z)


def role_etag(request: HttpRequest, role: Role) -> str:
    """The entity tag of a role that was fetched by `for_json`: another one once the answer says otherwise."""
    return etag_of(rendered(request, role))


def etag_of(content: bytes) -> str:
    """The entity tag of an answer of these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
