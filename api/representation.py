"""Roles from the tables into the answers of the API."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, reverse
from django.utils.cache import get_conditional_response

from api.answers import origin, written
from api.collections import Reading
from api.conditional import last_modified, with_validators
from api.schemas.roles import EXPANSIONS
from roles import state
from roles.documents.document import Json
from roles.models import Role, RoleCapability, RoleQuerySet
from roles.models.role import sees_drafts
from roles.prepared import Prepared
from roles.representation import replaced_by, role_answer, roles_json, seen_role
from roles.state import Kept

TOP_CAPABILITIES = 4

_CONDITIONS = frozenset(
    {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
)
_TAGS = Kept(20_000)
"""The tags of roles, by slug and by what they depend on of who reads."""

_COLUMNS = (
    *("pk", "slug", "name", "family_name", "family__slug", "seniority_name", "seniority__slug", "summary"),
    *("status", "updated_at", "successor__slug", "successor__name", "successor__status"),
)


def for_items(roles: RoleQuerySet, _reading: Reading) -> QuerySet[Role, dict[str, Any]]:
    """Rows of what `role_item` reads. Values: a page of roles would else be a hundred objects."""
    rows: QuerySet[Role, dict[str, Any]] = roles.values(*_COLUMNS)
    return rows


def complete_items(rows: Sequence[dict[str, Any]], reading: Reading) -> None:
    """Add to rows what other tables say, with one query, and two more if something is to be told in full."""
    capabilities = defaultdict[int, list[tuple[str, str, int]]](list)
    pks = [row["pk"] for row in rows]
    for pk, name, level, rank in _capabilities(len(pks)).rows(*pks):
        capabilities[pk].append((name, level, -(rank or 0)))
    everything: dict[int, dict[str, Json]] = {}
    if reading.expand:
        everything = roles_json(pks, reading.request.user, lambda slug: reading.address(role_path(slug)))
    for row in rows:
        row["capabilities"] = sorted(capabilities[row["pk"]], key=itemgetter(2))[:TOP_CAPABILITIES]
        row["everything"] = everything.get(row["pk"])


@cache
def _capabilities(count: int) -> Prepared:
    """The query for the capabilities of so many roles, by their ids: there are a few hundred such numbers."""
    pks = range(-1, -count - 1, -1)
    stated = RoleCapability.objects.filter(role__in=pks).order_by("position", "id")
    return Prepared(stated.values_list("role_id", "name", "level", "proficiency__rank"), *pks)


def role_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Tell everything of a role, or that it is as the reader knows it. Its tag says what it says itself.

    Raises:
        Role.DoesNotExist: if there is none of this slug that the reader may see.
    """
    tell = partial(role_answer, slug, request.user, partial(page_address, request=request))
    if not _CONDITIONS.isdisjoint(request.META):
        # Who asks again whether a role has changed is answered without it being read again.
        now = state.current()
        reader = (slug, sees_drafts(request.user), request.build_absolute_uri("/"))
        etag, changed_at = _TAGS.get(now, reader, lambda: tell().etag), last_modified(now.changed_at)
        fresh = get_conditional_response(request, etag, changed_at)
        if fresh is not None:
            return with_validators(request, fresh, etag, changed_at)
    found = tell()
    return with_validators(request, written(found.content()), found.etag, last_modified(found.changed_at))


def role_item(row: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Tell a role of which `complete_items` completed the row in short, as `RoleItem` describes it."""

    def page(slug: str) -> str:
        return reading.address(role_path(slug))

    item = {
        "slug": row["slug"],
        "name": row["name"],
        "url": page(row["slug"]),
        "family": row["family_name"] or None,
        "family_slug": row["family__slug"],
        "seniority": row["seniority_name"] or None,
        "seniority_slug": row["seniority__slug"],
        "summary": row["summary"] or None,
        "status": row["status"],
        "replaced_by": replaced_by(_successor(row, reading), page),
        "updated_at": row["updated_at"],
        "top_capabilities": [
            {"name": name, "level": level or None} for name, level, _rank in row["capabilities"]
        ],
    }
    if everything := row["everything"]:
        item |= {name: everything[name] for name in EXPANSIONS if name in reading.expand}
    return item


def _successor(row: dict[str, Any], reading: Reading) -> Role | None:
    named = row["successor__slug"], row["successor__name"], row["successor__status"]
    return seen_role(*named, reading.request.user)


def page_address(slug: str, request: HttpRequest) -> str:
    """The whole address of a role's page."""
    return origin(request) + role_path(slug)


def role_path(slug: str) -> str:
    """The path of a role's page, as `reverse` gives it, a hundred times in an answer."""
    before, after = _around_slug(get_script_prefix())
    return f"{before}{slug}{after}"


@cache
def _around_slug(script_prefix: str) -> tuple[str, str]:
    before, _slug, after = reverse("role", args=["0"]).rpartition("0")
    return before, after
