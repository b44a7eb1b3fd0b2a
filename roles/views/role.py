"""The pages of one role: what it says, what it said, and what changed."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers

from roles import proposals, reviews
from roles.models import Role, RoleRevision
from roles.readers import may_suggest
from roles.views.downloads import preferred
from roles.views.old_slugs import following_old_slugs
from roles.views.role_history import history_page, revision_page
from roles.views.role_page import for_role_page, role_page


@vary_on_headers("Accept")
@following_old_slugs
def role(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything that the catalogue knows of a role, with `?sources=shown` each statement with its origin.

    A program that would rather have Markdown or JSON gets that.
    """
    if download := preferred(request):
        return download(request, slug)
    found = for_role_page(Role.objects.visible_to(request.user)).get(slug=slug)
    context = {
        "page": role_page(found, request.user),
        "with_origins": request.GET.get("sources") == "shown",
        "may_confirm": found.owner_id == request.user.pk and reviews.may_confirm(found, request.user),
        "may_suggest": may_suggest(found, request.user),
        "under_way": proposals.under_way(found, request.user),
    }
    return render(request, "roles/role.html", context)


@following_old_slugs
def revisions(request: HttpRequest, slug: str) -> HttpResponse:
    """The history of a role."""
    found = Role.objects.visible_to(request.user).get(slug=slug)
    history = history_page(found, request.user, request.GET.get("page"))
    return render(request, "roles/history.html", {"history": history})


@following_old_slugs
def revision(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A role as it was in one of its revisions."""
    found = for_role_page(Role.objects.visible_to(request.user)).get(slug=slug)
    try:
        shown = revision_page(found, request.user, number)
    except RoleRevision.DoesNotExist:
        raise Http404 from None
    return render(request, "roles/revision.html", {"revision": shown, "page": shown.page})
