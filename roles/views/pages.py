"""The pages that everybody reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from roles.models import Role
from roles.views.home_page import home_page
from roles.views.role_list import Asked, address_header, has_blanks, role_list


class HtmxRequest(HttpRequest):
    """A request as the middleware of htmx leaves it."""

    htmx: HtmxDetails


def home(request: HttpRequest) -> HttpResponse:
    """What the catalogue is, what is in it, and what changed last."""
    return render(request, "roles/home.html", {"home": home_page(Role.objects.visible_to(request.user))})


def roles(request: HtmxRequest) -> HttpResponse:
    """The roles that match words and filters, page by page, at the shortest address that asks for them."""
    asked = Asked.parse(request.GET)
    if has_blanks(request.GET) and not request.htmx:
        return redirect(asked.address())
    found = role_list(Role.objects.visible_to(request.user), asked)
    response = render(request, "roles/role_list.html", {"list": found})
    if request.htmx:
        name, address = address_header(asked, request.htmx.current_url)
        response[name] = address
    return response
