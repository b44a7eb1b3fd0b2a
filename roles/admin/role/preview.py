"""What is typed into the form of a role, shown as everybody would see it, with nothing of it kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from roles.admin.base import demand
from roles.admin.role.faults import faults_on
from roles.admin.theme import ModelAdmin
from roles.models import Role
from roles.partners import link_partners_of
from roles.rendering import render_markdown
from roles.views.role_page import for_role_page, role_page

BUTTON = "_preview"
"""The name of the button that asks for it."""


def answer(request: HttpRequest, role: Role) -> HttpResponse:
    """Show the page of a role that was just saved, and that is about to be taken back.

    It is made by the very code that makes the public page.
    """
    link_partners_of(role)
    found = for_role_page(Role.objects.all()).get(pk=role.pk)
    return render(request, "roles/preview.html", {"page": role_page(found, request.user)})


def refused(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Say why there is nothing to show yet: the form stays open where it is."""
    return render(request, "roles/no_preview.html", {"faults": faults_on(context)})


class PreviewPages(ModelAdmin):
    """A text of the form as the public page would show it."""

    def get_urls(self) -> list[URLPattern]:
        """Return the address at which a text is rendered, beside those of the list and the form."""
        view = self.admin_site.admin_view(self.markdown_view)
        return [path("markdown/", view, name="roles_role_markdown"), *super().get_urls()]

    def markdown_view(self, request: HttpRequest) -> HttpResponse:
        """Render a text that was typed, with its headings below the one that it would stand under."""
        demand(request, "roles.view_role")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        heading = request.POST.get("heading", "")
        level = min(max(int(heading), 3), 6) if heading.isdecimal() and len(heading) < 3 else 4
        html = render_markdown(request.POST.get("text", ""), top_heading=level)
        return HttpResponse(html or _("Nothing is written here yet."))
