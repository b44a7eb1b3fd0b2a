"""What is said of an address that leads nowhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rapidfuzz import fuzz, process

from roles.models import Role, RoleQuerySet

NEAR = 70
"""How alike two slugs are, out of 100, if one may be the other with a mistake in it."""
MOST = 3
LONGEST = 200
"""Characters of an address that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The words of an address that leads nowhere, and the roles that it may mean, as slugs and names."""

    words: str
    roles: Sequence[tuple[str, str]]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say so, and where what was looked for may be."""
    closed = settings.READ_ACCESS == "login" and not request.user.is_authenticated
    roles = Role.objects.none() if closed else Role.objects.visible_to(request.user).listed()
    return render(request, "404.html", {"missing": missing(roles, request.path)}, status=404)


def missing(roles: RoleQuerySet, path: str) -> Missing:
    """Look for the end of a path among the slugs of these roles. One query."""
    end = path.rstrip("/").rpartition("/")[2][:LONGEST].lower()
    names = dict(roles.values_list("slug", "name")) if end else {}
    near = process.extract(end, names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST)
    return Missing(
        words=" ".join(re.findall(r"[^\W_]+", end)), roles=[(slug, names[slug]) for slug, *_ in near]
    )
