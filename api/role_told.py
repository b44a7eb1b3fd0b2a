"""What somebody who reads a role is told: the answer and the entity tag that a later change names."""

from functools import partial

from django.http import HttpRequest

from api.representation import page_address
from roles.models import Role
from roles.representation import RoleAnswer, role_answer


def told(request: HttpRequest, role: Role) -> RoleAnswer:
    """What `GET` answers for a role now. Two queries.

    Raises:
        Role.DoesNotExist: if they may not see it.
    """
    return role_answer(role.slug, request.user, partial(page_address, request=request))
