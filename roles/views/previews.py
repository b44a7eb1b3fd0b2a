"""A role as it would be, for whoever is given the link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from roles import previews
from roles.models import Role
from roles.views.role_page import for_role_page, role_page


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a role as a proposal would have it, or of a draft."""
    try:
        with previews.applied(token) as role:
            found = for_role_page(Role.objects.all()).get(pk=role.pk)
            page = role_page(found, request.user)
            answer = render(request, "roles/private_preview.html", {"page": page})
    except previews.Ended:
        answer = render(request, "roles/preview_ended.html", status=404)
    except previews.Impossible as error:
        answer = render(request, "roles/preview_ended.html", {"why": str(error)}, status=409)
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
