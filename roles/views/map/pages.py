"""The map as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from roles.models import Role
from roles.views.map.map_page import map_page


def role_map(request: HttpRequest) -> HttpResponse:
    """Who works with whom, in the whole catalogue or around one role."""
    page = map_page(Role.objects.visible_to(request.user), request.GET)
    return render(request, "map/map.html", {"page": page})
