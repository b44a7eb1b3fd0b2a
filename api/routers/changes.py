"""What happened to roles, to be followed."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from api.answers import as_json
from api.collections import Slug
from api.collections.forms import ListForm, chosen_form, streamed, streams
from api.conditional import conditional
from api.operations import readable
from api.pagination import DEFAULT_LIMIT, MAX_LIMIT, Parameters
from api.schemas.changes import ChangeItem, ChangePage, Kind
from roles.models import Role, RoleEvent, RoleEventQuerySet

router = Router(tags=["Changes"])


class Asked(Parameters):
    """Which changes are asked for."""

    since: int = Field(
        0, ge=0, lt=2**63, description="Only what has a higher number. Begin with 0, or go on with `next`."
    )
    limit: int | None = Field(
        None,
        ge=1,
        le=MAX_LIMIT,
        description=f"How many at most: {DEFAULT_LIMIT} if not given; all as CSV and JSON Lines.",
    )
    kind: list[Kind] = Field([], description="What happened: any of these.")
    role: list[Slug] = Field([], description="Slugs of roles, or slugs that they had before.")
    family: list[Slug] = Field([], description="Slugs of job families that the role is in, or was.")
    format: ListForm = None

    def of(self, request: HttpRequest) -> RoleEventQuerySet:
        """What is asked for of what this reader may know, in its order."""
        found = RoleEvent.objects.visible_to(request.user)
        if self.kind:
            found = found.of_kinds(self.kind)
        if self.role:
            found = found.of_roles(self.role, request.user)
        if self.family:
            found = found.of_families(self.family, request.user)
        now = Role.objects.visible_to(request.user).filter(uid=OuterRef("role_uid")).order_by()
        return found.after(self.since).annotate(slug_now=Subquery(now.values("slug")))


@readable(
    router,
    "/changes",
    {200: ChangePage},
    operation_id="list_changes",
    summary="Follow what happens to roles",
    openapi_extra=streams("changes"),
)
def list_changes(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """The oldest first. Nothing is told twice or passed over, deletions included.

    Of a role that you may not see any more you learn only that it was hidden or deleted.
    """
    return conditional(request, lambda _state: _answer(request, asked))


def _answer(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    form = chosen_form(request, asked.format)
    if form != "json":
        found = asked.of(request)[: asked.limit]
        told = (_told(event, request) for event in found.iterator(500))
        return streamed(told, list(ChangeItem.model_fields), form, "changes")
    limit = asked.limit or DEFAULT_LIMIT
    # Before the events: numbers become visible in their order, so none up to this one is yet to come.
    # Of those that the reader may know of: a number would tell that something else happened.
    known = RoleEvent.objects.visible_to(request.user).order_by("-number")
    last = known.values_list("number", flat=True).first() or 0
    events = asked.of(request).filter(number__lte=last)[:limit]
    items = [_told(event, request) for event in events]
    if len(items) == limit:
        last = items[-1]["number"]
    query = request.GET.copy()
    query["since"] = str(last)
    address = request.build_absolute_uri(f"?{query.urlencode()}")
    return as_json({"items": items, "next": address, "last": last})


def _told(event: Any, request: HttpRequest) -> dict[str, Any]:
    """An event as the schema describes it."""
    named = request.user.is_authenticated
    page = event.slug_now and reverse("role", args=[event.slug_now])
    return {
        "number": event.number,
        "kind": event.kind,
        "at": event.at,
        "uid": event.role_uid,
        "slug": event.slug,
        "name": event.name,
        "url": request.build_absolute_uri(page) if page else None,
        "revision": event.revision,
        "fields": event.fields,
        "author": (named and event.by_name) or None,
        "reason": (named and event.reason) or None,
    }
