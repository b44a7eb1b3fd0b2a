"""Who may read, what a password that is to be changed allows, what a browser may load, and how it is sent."""

from collections.abc import Callable
from functools import cache
from typing import Any

from corsheaders.middleware import CorsMiddleware
from csp.constants import HEADER, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils.translation import gettext as _

from api.auth import CHALLENGE
from api.errors import API_PREFIX, ProblemType, is_for_programs, problem
from catalogue.accounts import client_address
from roles.accounts import log
from roles.models import PasswordChangeDue

# What a person whose password is to be changed can still reach.
OPEN_BEFORE_CHANGE = {"password_change", "logout", "admin:logout", "healthz", "set_language"}
# Where the site's own policy is too narrow, the directives that take the place of its own.
POLICIES: dict[str, dict[str, list[str]]] = {
    # The admin's theme evaluates expressions that it keeps in its templates, and styles elements in place.
    "/admin/": {
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
    },
}


# The types of content that compression makes smaller; images and fonts are compressed already.
COMPRESSIBLE = (
    "text/",
    "application/atom+xml",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/problem+json",
    "application/xml",
    "image/svg+xml",
)


class CompressionMiddleware(GZipMiddleware):
    """Sends text compressed to who takes it so, static files too.

    Compressing a page that repeats what a stranger asked beside a secret can give the secret away (BREACH).
    Here the token of a page's forms is masked anew each time; the session's cookie does not come with
    requests that other sites cause; and Django makes the length vary.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(COMPRESSIBLE)
        # The bytes of a range are counted in what was not compressed.
        if "Content-Range" in response.headers or not is_text:
            return response
        return super().process_response(request, response)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends the site's policy, and under the prefixes of POLICIES the wider one that they need."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # Few answers ask for more than the others below their prefix; for all else it is written once.
        asks = "_csp_nonce" in vars(request) or any(name.startswith("_csp_") for name in vars(response))
        if asks or settings.DEBUG:
            return super().process_response(request, response)
        prefix = next((each for each in POLICIES if request.path_info.startswith(each)), None)
        response.headers.setdefault(HEADER, _policy(prefix))
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        for prefix, directives in POLICIES.items():
            if request.path_info.startswith(prefix):
                parts.replace = directives | (parts.replace or {})
        return parts


@cache
def _policy(prefix: str | None) -> str:
    return build_policy(replace=POLICIES[prefix] if prefix else None)


class CrossOriginMiddleware(CorsMiddleware):
    """Lets scripts of the sites that CORS_ORIGINS names read the API. They never write, nor use a session."""

    def is_enabled(self, request: HttpRequest) -> bool:
        """Whether other sites may know the answer."""
        somebody = settings.CORS_ALLOW_ALL_ORIGINS or settings.CORS_ALLOWED_ORIGINS
        reads = request.method in settings.CORS_ALLOW_METHODS
        return bool(somebody) and reads and request.path_info.startswith(API_PREFIX)


class ReadAccessMiddleware(LoginRequiredMiddleware):
    """With READ_ACCESS=login, nobody reads before signing in: a person is led there, a program gets a 401.

    Views that must answer everybody are marked `login_not_required`.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if settings.READ_ACCESS == "public":
            return None
        refusal: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        of_api = is_for_programs(request)
        if refusal is None or (not of_api and request.accepts("text/html")):
            return refusal
        # RFC 9110 wants each 401 to name a way in; beside the API, that is the session that sign-in begins.
        return problem(
            ProblemType.SIGN_IN_NEEDED,
            _("Only people who have signed in may read this catalogue."),
            headers={"WWW-Authenticate": CHALLENGE if of_api else 'Session realm="role catalogue"'},
        )


class AccountLogMiddleware:
    """Tells the log of accounts whose request is being answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with log.during(log.Asking(request, client_address(request))):
            return self.get_response(request)


class PasswordChangeMiddleware:
    """Leads whoever has a password that somebody else chose to where it is changed, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """A refusal while the change is due, else None."""
        match = request.resolver_match
        if (match and match.view_name in OPEN_BEFORE_CHANGE) or not PasswordChangeDue.concerns(request.user):
            return None
        if is_for_programs(request):
            return problem(ProblemType.FORBIDDEN, _("Change the password that you were given first."))
        return HttpResponseRedirect(reverse("password_change"))
