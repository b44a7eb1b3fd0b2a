"""Single sign-on over OpenID Connect: off unless the environment names a provider.

The protocol is django-allauth's: the code flow with state and PKCE. None of its pages, forms and sign-up is
used; who comes back from the provider is recognised in `roles.accounts.vouched`.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import RedirectView
from requests import RequestException

from roles.accounts import vouched

UNREACHABLE = (RequestException, OAuth2Error, KeyError, TypeError, ValueError)
"""What a provider that is down, or that answers something else than it should, makes of a request."""


class NoPasswords(ModelBackend):
    """Accounts with their permissions, into which no password leads (OIDC_ONLY)."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        """Refuse."""


class Protocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The way to the provider and back to the catalogue's own address."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return where the provider sends people back to."""
        return request.build_absolute_uri(reverse("single-sign-on-callback"))


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider that the environment names."""

    oauth2_adapter_class = Protocol

    def sociallogin_from_response(self, request: HttpRequest, response: Mapping[str, Any]) -> SocialLogin:
        """Return the sign-in, with the claims beside it: the catalogue keeps none of them."""
        came = super().sociallogin_from_response(request, response)
        came.account.extra_data = {}
        came.claims = response
        return came


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What django-allauth asks the catalogue."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        """Return the one provider there is. Accounts are linked to it by its address."""
        app = SocialApp(
            provider=Provider.id,
            provider_id=settings.OIDC_SERVER_URL,
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_SERVER_URL, "oauth_pkce_enabled": True},
        )
        return Provider(request, app)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Answer whoever comes back, before django-allauth goes on by itself.

        Raises:
            ImmediateHttpResponse: always.
        """
        raise ImmediateHttpResponse(_answer(request, sociallogin))

    def on_authentication_error(
        self, request: HttpRequest, provider: Provider, error: Any = None, **kwargs: Any
    ) -> None:
        """Tell somebody that they were not signed in.

        Raises:
            ImmediateHttpResponse: always.
        """
        raise ImmediateHttpResponse(
            _refusal(request, _("You were not signed in, or the sign-in took too long. Try again."))
        )


def name() -> str:
    """Return what people call the provider, or nothing if single sign-on is off."""
    return (settings.OIDC_NAME or _("your company account")) if settings.OIDC_SERVER_URL else ""


def _provider(request: HttpRequest) -> Provider:
    return SocialAccountAdapter(request).get_provider(request, settings.OIDC_SERVER_URL)


@never_cache
@login_not_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Lead somebody to the provider.

    A page does so, not a redirect: that would be one of a form, which the policy keeps on this site.
    """
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    nonce = secrets.token_urlsafe(24)
    linking = request.user.pk if request.user.is_authenticated else None
    provider = _provider(request)
    try:
        away: HttpResponse = provider.redirect(
            request,
            process="login",
            next_url=wanted if is_ours else None,
            auth_params={"nonce": nonce},
            nonce=nonce,
            linking=linking,
        )
    except UNREACHABLE:
        return _refusal(
            request, _("Single sign-on does not answer. Try again later, or ask whoever looks after it."), 503
        )
    if away.status_code != 302:
        return away
    answer = render(request, "accounts/leaving.html", {"address": away["Location"]})
    answer["Refresh"] = f"0; url={away['Location']}"
    return answer


@never_cache
@login_not_required
@require_GET
def callback(request: HttpRequest) -> HttpResponseBase:
    """Take somebody back from the provider."""
    try:
        view = OAuth2CallbackView.adapter_view(Protocol(request, settings.OIDC_SERVER_URL))
        answer: HttpResponseBase = view(request)
    except UNREACHABLE:
        return _refusal(request, _("Single sign-on answered something that can’t be understood."), 503)
    return answer


def _answer(request: HttpRequest, came: SocialLogin) -> HttpResponse:
    """Sign in whoever came back, or say why not."""
    userinfo, token = came.claims.get("userinfo") or {}, came.claims.get("id_token") or {}
    # The token alone is bound to what was asked for; the other document has to be about the same person.
    if token.get("nonce") != came.state.get("nonce") or userinfo.get("sub", token["sub"]) != token["sub"]:
        return _refusal(request, _("You were not signed in, or the sign-in took too long. Try again."))
    linking = User.objects.filter(pk=came.state["linking"]).first() if came.state.get("linking") else None
    if linking is not None and request.user != linking:
        return _refusal(request, _("You signed out in between. Sign in again."))
    claims = vouched.Claims.of({**token, **userinfo}, settings.OIDC_GROUPS_CLAIM)
    try:
        user = vouched.recognise(settings.OIDC_SERVER_URL, claims, settings.OIDC_GROUPS, signed_in=linking)
    except vouched.Refused as refused:
        return _refusal(request, str(refused))
    request.vouched_for = True  # type: ignore[attr-defined]
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return redirect(came.state.get("next") or settings.LOGIN_REDIRECT_URL)


def _refusal(request: HttpRequest, reason: str, status: int = 403) -> HttpResponse:
    return render(request, "accounts/not_signed_in.html", {"reason": reason}, status=status)


urlpatterns = [
    path("accounts/single-sign-on/", start, name="single-sign-on"),
    path("accounts/single-sign-on/callback/", callback, name="single-sign-on-callback"),
    # The admin's own page asks for a password only.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
]
