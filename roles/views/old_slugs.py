"""Addresses that a role had once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.models import Role


def following_old_slugs(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view that raises Role.DoesNotExist lead on from an old slug to where the role is now."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **further: Any) -> HttpResponse:
        try:
            return view(request, slug, **further)
        except Role.DoesNotExist:
            role = get_object_or_404(Role.objects.visible_to(request.user), old_slugs__slug=slug)
        place = request.resolver_match
        assert place is not None
        current = place.kwargs | {"slug": role.slug}
        answer: HttpResponse = redirect(place.view_name, permanent=True, preserve_request=True, **current)
        if asked := request.META.get("QUERY_STRING"):
            answer["Location"] += f"?{asked}"
        return answer

    return found
