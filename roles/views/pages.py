"""The pages that everybody reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from roles.models import Role
from roles.views.home_page import home_page
from roles.views.role_list import role_list


def home(request: HttpRequest) -> HttpResponse:
    """What the catalogue is, what is in it, and what changed last."""
    return render(request, "roles/home.html", {"home": home_page(Role.objects.visible_to(request.user))})


def roles(request: HttpRequest) -> HttpResponse:
    """The roles that match words and filters, page by page."""
    found = role_list(Role.objects.visible_to(request.user), request.GET)
    return render(request, "roles/role_list.html", {"list": found})
