"""What operations that change something ask for."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from api.auth import token_of
from api.errors import ProblemType, Refused
from api.pagination import Parameters
from roles.models.api_token import scope_for

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$"),
]


class Reason(Parameters):
    """Why something is changed."""

    reason: Line = Field(description="Why, for those who read the history.")


def demand_permission(request: HttpRequest, permission: str) -> None:
    """Let only those on who have a permission, as far as their token lets them.

    Raises:
        Refused: says whether the token or its person lacks it.
    """
    if request.user.has_perm(permission):
        return
    token = token_of(request)
    if token is not None and token.user.has_perm(permission):
        text = _("The token “%(name)s” lacks the scope %(scope)s.")
        named = {"name": token.name, "scope": scope_for(permission)}
        raise Refused(ProblemType.SCOPE_NEEDED, text % named)
    raise Refused(ProblemType.FORBIDDEN, _("The person for whom this is asked may not do it."))
