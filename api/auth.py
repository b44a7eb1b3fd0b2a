"""Who asks: programs with a token, in the header `Authorization` and nowhere else (RFC 6750)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from api import throttle
from api.errors import API_PREFIX, ProblemType, Refused, problem
from roles import store
from roles.accounts import tokens
from roles.models import ApiToken, RoleRevision
from roles.models.api_token import Scope, TokenHolder, scope_for

__all__ = [
    "Scope",
    "TokenMiddleware",
    "change",
    "demand",
    "demand_permission",
    "demand_sign_in",
    "demanding",
    "out_of_scope",
    "token_of",
]

CHALLENGE = 'Bearer realm="role catalogue"'
"""The way in that a 401 names."""


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token that a request came with; None if it came without one."""
    return getattr(request, "token", None)


def demand(request: HttpRequest, scope: Scope) -> ApiToken:
    """Let only requests on whose token has a scope, and return the token.

    Raises:
        Refused: without a token, also to a session, and without the scope.
    """
    token = token_of(request)
    if token is None:
        raise _signed_out(scope)
    if scope not in token.granted:
        raise out_of_scope(scope, _lacking(token, scope))
    return token


def demand_sign_in(request: HttpRequest, said: str = "") -> None:
    """Let only those go on who have signed in or sent a token; `said` tells the others why.

    Raises:
        Refused: for the others.
    """
    if not request.user.is_authenticated:
        raise _signed_out(None, said)


def demand_permission(request: HttpRequest, permission: str) -> None:
    """Let only those on who have a permission, as far as their token lets them.

    Raises:
        Refused: says whether there is no token, or the token or its person lacks it.
    """
    if request.user.has_perm(permission):
        return
    token, scope = token_of(request), scope_for(permission)
    if not request.user.is_authenticated:
        raise _signed_out(scope)
    if token is not None and scope is not None and token.user.has_perm(permission):
        raise out_of_scope(scope, _lacking(token, scope))
    raise Refused(ProblemType.FORBIDDEN, _("The person for whom this is asked may not do it."))


def _signed_out(scope: Scope | None, said: str = "") -> Refused:
    """The refusal of a request without a token. It names the scope that the token has to have, if any."""
    challenge = CHALLENGE
    if scope is not None:
        text = _("This needs a token with the scope %(scope)s, sent as “Authorization: Bearer rc_…”.")
        said, challenge = text % {"scope": scope}, f'{CHALLENGE}, scope="{scope}"'
    return Refused(ProblemType.SIGN_IN_NEEDED, said, headers={"WWW-Authenticate": challenge})


def out_of_scope(scope: Scope, detail: str) -> Refused:
    """The refusal of a request with a token that lacks a scope."""
    way_in = {"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'}
    return Refused(ProblemType.SCOPE_NEEDED, detail, headers=way_in)


def _lacking(token: ApiToken, scope: Scope) -> str:
    return _("The token “%(name)s” lacks the scope %(scope)s.") % {"name": token.name, "scope": scope}


def demanding(scope: Scope) -> Callable[[HttpRequest], ApiToken]:
    """What an operation gives django-ninja as `auth`, so that it asks for the scope before all else."""
    return lambda request: demand(request, scope)


def change(request: HttpRequest, reason: str = "") -> store.Change:
    """A change of a role by the token of this request. Its author may no more than the token may.

    Raises:
        Refused: if the request came without a token.
    """
    token = demand(request, Scope.PROPOSE)
    return store.Change(
        origin=RoleRevision.Origin.API,
        author=TokenHolder.of(token),
        author_name=token.name,
        reason=reason,
    )


class TokenMiddleware:
    """Lets requests below /api/ act for the person of their token, and refuses wrong tokens and too many.

    It sets `request.token`, and `request.user` to a `TokenHolder`. The token comes before a session. Where
    everybody may read, a wrong one is refused all the same: its sender would take what strangers see for all
    there is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        token = invalid = None
        try:
            token = sent_with(request)
        except tokens.Invalid as error:
            invalid = error
        allowance = throttle.counted(request, token)
        if allowance.is_spent:
            response = allowance.refusal()
        elif invalid is not None:
            response = _refusal(invalid)
        else:
            if token is not None:
                request.user, request.token = TokenHolder.of(token), token  # type: ignore[attr-defined]
            response = self.get_response(request)
        allowance.tell(response)
        patch_vary_headers(response, ["Authorization"])
        if token is not None:
            patch_cache_control(response, private=True)
            tokens.note_use(token)
        return response


def _refusal(invalid: tokens.Invalid) -> HttpResponseBase:
    challenge = f'{CHALLENGE}, error="invalid_token", error_description="{invalid}"'
    return problem(ProblemType.INVALID_TOKEN, str(invalid), headers={"WWW-Authenticate": challenge})


@sensitive_variables()
def sent_with(request: HttpRequest) -> ApiToken | None:
    """The token that a request was sent with. Other ways to sign in, such as a proxy's, are left to others.

    Raises:
        tokens.Invalid: if it opens nothing.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _space, written = header.partition(" ")
    if scheme.lower() == "bearer":
        return tokens.holding(written.strip())
    if "rc_" in header:
        raise tokens.Invalid("Write the header as: Authorization: Bearer rc_...")
    return None
