"""The pages that everybody reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.vary import vary_on_headers

from roles.models import Role
from roles.views.downloads import preferred
from roles.views.home_page import home_page
from roles.views.role_list import role_list
from roles.views.role_page import for_role_page, role_page


def home(request: HttpRequest) -> HttpResponse:
    """What the catalogue is, what is in it, and what changed last."""
    return render(request, "roles/home.html", {"home": home_page(Role.objects.visible_to(request.user))})


def roles(request: HttpRequest) -> HttpResponse:
    """The roles that match words and filters, page by page."""
    found = role_list(Role.objects.visible_to(request.user), request.GET)
    return render(request, "roles/role_list.html", {"list": found})


@vary_on_headers("Accept")
def role(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that the catalogue knows of a role. A slug that a role once had leads on to it.

    A program that would rather have Markdown or JSON gets that.
    """
    if download := preferred(request):
        return download(request, slug)
    visible = Role.objects.visible_to(request.user)
    try:
        found = for_role_page(visible, request.user).get(slug=slug)
    except Role.DoesNotExist:
        return redirect(get_object_or_404(visible, old_slugs__slug=slug), permanent=True)
    return render(request, "roles/role.html", {"page": role_page(found)})
