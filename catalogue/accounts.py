"""Signing in: how often it may fail, from where somebody does it, and the change of one's password."""

import ipaddress
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from roles.models import PasswordChangeDue


class ChangePassword(PasswordChangeView):
    """Asks for the old password and a new one."""

    template_name = "accounts/password_change.html"
    success_url = settings.LOGIN_REDIRECT_URL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With `due`: whether the user was led here, and has yet to learn why."""
        return super().get_context_data(due=PasswordChangeDue.concerns(self.request.user), **kwargs)

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


def locked_out(request: HttpRequest, answer: HttpResponse, credentials: object) -> HttpResponse:
    """What somebody is told whose password was wrong too often."""
    seconds = round(settings.AXES_COOLOFF_TIME.total_seconds())
    refusal = render(request, "429.html", {"minutes": seconds // 60}, status=429)
    refusal.headers["Retry-After"] = str(seconds)
    return refusal
