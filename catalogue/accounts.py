"""The change of one's password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
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
