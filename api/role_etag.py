"""The entity tag of a role: what a client names that changes a role as it has read it."""

from functools import partial

from django.http import HttpRequest

from api.representation import page_address
from roles.models import Role
from roles.representation import role_answer


def role_etag(request: HttpRequest, role: Role) -> str:
    """The strong tag, quotes included, under which the reader is told the role now. Two queries.

    Raises:
        Role.DoesNotExist: if they may not see it.
    """
    return role_answer(role.slug, request.user, partial(page_address, request=request)).etag


def is_current(tag: str, named: str) -> bool:
    """Whether an entity tag is among those of a header If-Match.

    Our own compression makes tags weak; what was told compressed is what is told now all the same.
    """
    return named.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in named.split(","))
