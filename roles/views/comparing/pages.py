"""The pages that hold roles against each other, or somebody's levels against a role."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control

from roles.lookup import roles_like
from roles.models import Role
from roles.views.asked import text
from roles.views.comparing.compare_page import compare_page
from roles.views.comparing.gap_page import gap_page
from roles.views.comparing.my_levels import needs_of
from roles.views.comparing.revisions_page import revisions_page

SECONDS_KEPT = 300


def compare(request: HttpRequest) -> HttpResponse:
    """Two to five roles side by side (`roles`), or two revisions of one (`role` and `revisions`)."""
    if "role" in request.GET:
        return render(request, "compare/revisions.html", {"page": revisions_page(request.user, request.GET)})
    page = compare_page(request.user, request.GET)
    return redirect(page.address) if page.address else render(request, "compare/roles.html", {"page": page})


def role_suggestions(request: HttpRequest) -> HttpResponse:
    """Names of roles that `q` finds, as JSON, for whoever is typing one."""
    found = roles_like(Role.objects.visible_to(request.user), text(request.GET, "q"))
    return JsonResponse([role.name for role in found], safe=False)


def gap(request: HttpRequest) -> HttpResponse:
    """What it takes to get from one role, or from somebody's own levels, to another role."""
    page = gap_page(request.user, request.GET)
    answer = redirect(page.address) if page.address else render(request, "gap/gap.html", {"page": page})
    # Somebody's levels may be in the address: no cache keeps it, and the next page does not hear it.
    patch_cache_control(answer, private=True, no_store=True)
    answer["Referrer-Policy"] = "strict-origin"
    return answer


def needs(request: HttpRequest) -> HttpResponse:
    """What all listed roles need, as JSON: from it a browser works out what fits somebody's levels."""
    answer = JsonResponse(needs_of(Role.objects.visible_to(request.user)))
    patch_cache_control(answer, private=True, max_age=SECONDS_KEPT)
    return answer
