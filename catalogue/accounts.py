"""Signing in: how often it may fail, from where somebody does it, and the change of one's password."""

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from catalogue import single_sign_on
from roles.models import PasswordChangeDue

LONGEST_NAME: Final = 255
"""Characters of a name that the table of failed sign-ins holds."""


class SignIn(LoginView):
    """Asks for name and password, or offers single sign-on, or both."""

    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the ways to sign in that there are."""
        return super().get_context_data(
            single_sign_on=single_sign_on.name(), passwords=not settings.OIDC_ONLY, **kwargs
        )


class ChangePassword(PasswordChangeView):
    """Asks for the old password and a new one, and offers to link the account to single sign-on."""

    template_name = "accounts/password_change.html"
    success_url = settings.LOGIN_REDIRECT_URL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With `due`: whether the user was led here, and has yet to learn why."""
        linked = SocialAccount.objects.filter(user=self.request.user.pk, provider=settings.OIDC_SERVER_URL)
        return super().get_context_data(
            due=PasswordChangeDue.concerns(self.request.user),
            single_sign_on=single_sign_on.name(),
            linked=bool(settings.OIDC_SERVER_URL) and linked.exists(),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password is changed."))
        return response


def client_address(request: HttpRequest) -> str | None:
    """The IP address that a request comes from; None over a Unix socket without a proxy's word.

    Behind a proxy that is the last one of X-Forwarded-For, which the proxy wrote itself: anybody can write
    the ones before it, and without a proxy all of them.
    """
    if settings.BEHIND_PROXY:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with suppress(ValueError):
            return str(ipaddress.ip_address(last))
    return request.META.get("REMOTE_ADDR") or None


def typed_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """The user name that somebody typed, no longer than its failures can be kept by."""
    typed = (credentials or request.POST).get("username")
    return typed if typed is None else str(typed)[:LONGEST_NAME]


def locked_out(request: HttpRequest, answer: HttpResponse, credentials: object) -> HttpResponse:
    """What somebody is told whose password was wrong too often."""
    seconds = round(settings.AXES_COOLOFF_TIME.total_seconds())
    refusal = render(request, "429.html", {"minutes": seconds // 60}, status=429)
    refusal.headers["Retry-After"] = str(seconds)
    return refusal
