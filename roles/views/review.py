"""Saying that a role is still right, on its page."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roles import reviews
from roles.models import Role


@require_POST
def still_right(request: HttpRequest, slug: str) -> HttpResponse:
    """Note that a role is still right, for its owner and for editors."""
    role = get_object_or_404(Role.objects.visible_to(request.user), slug=slug)
    if not isinstance(request.user, User) or not reviews.confirm([role], request.user):
        raise PermissionDenied
    role.refresh_from_db(fields=["review_by"])
    day = date_format(role.review_by, "DATE_FORMAT") if role.review_by else ""
    messages.success(request, _("Thank you. It is looked at again by %(day)s.") % {"day": day})
    return redirect(role)
