"""Addresses that a role or a word of the vocabulary had once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control

from roles.models import Role
from roles.models.vocabulary import VocabularyItem
from roles.vocabulary import readable

Answer = TypeVar("Answer", bound=HttpResponseBase)


def following_old_slugs(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Let a view that raises Role.DoesNotExist lead on from an old slug to where the role is now."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **further: Any) -> Answer | HttpResponse:
        try:
            return view(request, slug, **further)
        except Role.DoesNotExist:
            role = get_object_or_404(Role.objects.visible_to(request.user), old_slugs__slug=slug)
        return moved_to(role.slug, request)

    return found


def following_former_slugs(
    vocabulary: type[VocabularyItem],
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let the page of a word that is not found lead on from a former slug to the word that has it now."""

    def follow(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def found(request: HttpRequest, slug: str) -> HttpResponseBase:
            try:
                return view(request, slug)
            except Http404:
                word = get_object_or_404(readable(vocabulary, request.user), former_slugs__slug=slug)
            return moved_to(word.slug, request)

        return found

    return follow


def moved_to(slug: str, request: HttpRequest) -> HttpResponse:
    """Lead on to the same address with another slug in it."""
    place = request.resolver_match
    assert place is not None
    current = place.kwargs | {"slug": slug}
    answer: HttpResponse = redirect(place.view_name, permanent=True, preserve_request=True, **current)
    if asked := request.META.get("QUERY_STRING"):
        answer["Location"] += f"?{asked}"
    # A merge can be undone and a name given back, and a browser would remember where it was led to for good.
    patch_cache_control(answer, no_cache=True)
    return answer
