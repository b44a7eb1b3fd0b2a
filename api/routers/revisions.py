"""What became of roles: each change of each."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from api.answers import as_json
from api.auth import demand_sign_in
from api.collections import (
    Collection,
    Facet,
    Listing,
    Reading,
    Slug,
    Sort,
    Text,
    answered,
    listed,
    page_schema,
)
from api.collections.forms import streams
from api.conditional import conditional
from api.of_roles import FACETS, tally
from api.operations import readable
from api.pagination import Moment, RowNumber, refuse_unknown
from api.schemas.parts import in_list
from api.schemas.problems import Problem
from api.schemas.revisions import Origin, RevisionDetail
from roles.differences import ranks
from roles.documents.document import to_json
from roles.history import Step, step
from roles.models import Role, RoleRevision
from roles.models.role import sees_drafts
from roles.state import State
from roles.views.old_slugs import following_old_slugs

router = Router(tags=["Provenance"])

EXPANSIONS = ("changes", "document")


class OfOneRoleFilters(Listing):
    """Which revisions of a role are asked for."""

    author: list[Text] = Field(
        [], description="Names of authors; one of them made it. Only for readers who have signed in."
    )
    origin: list[Origin] = Field([], description="Doors through which changes come; it came through one.")
    since: Moment | None = Field(None, description="Made at this moment (RFC 3339) or later.")
    until: Moment | None = Field(None, description="Made before this moment (RFC 3339).")
    run: list[RowNumber] = Field([], description="Numbers of loads; one of them made it.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        if self.author and besides != "author":
            rows = _told_authors(request, rows).filter(author_name__in=self.author)
        if self.origin and besides != "origin":
            rows = rows.filter(origin__in=self.origin)
        if self.since and besides != "since":
            rows = rows.filter(created_at__gte=self.since)
        if self.until and besides != "until":
            rows = rows.filter(created_at__lt=self.until)
        if self.run and besides != "run":
            rows = rows.filter(run__in=self.run)
        return rows


class RevisionFilters(OfOneRoleFilters):
    """Which revisions are asked for."""

    role: list[Slug] = Field(
        [], description="Slugs of roles as they are now, or that deleted ones had; it is one of theirs."
    )
    uid: list[UUID] = Field([], description="What roles keep, whatever they are called.")
    family: list[Slug] = Field([], description="Slugs of job families that the role is in now.")

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        rows = super().narrowed(rows, request, besides)
        if self.role and besides != "role":
            rows = rows.filter(Q(role__slug__in=self.role) | Q(role=None, slug__in=self.role))
        if self.uid and besides != "uid":
            rows = rows.filter(role_uid__in=self.uid)
        if self.family and besides != "family":
            rows = rows.filter(role__family__slug__in=self.family)
        return rows


def _told_authors(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give the rows to readers who are told the names of the staff.

    Raises:
        Refused: for others.
    """
    demand_sign_in(request, _("Authors are named only to readers who have signed in."))
    return rows


def _rows(request: HttpRequest) -> QuerySet[Any]:
    return RoleRevision.objects.visible_to(request.user).order_by()


def _fetch(rows: QuerySet[Any], reading: Reading) -> QuerySet[Any]:
    rows = rows.select_related("role").annotate(told_name=KeyTextTransform("name", "document"))
    if "changes" in reading.expand:
        earlier = _rows(reading.request).filter(role_uid=OuterRef("role_uid"), number__lt=OuterRef("number"))
        rows = rows.annotate(told_before=Subquery(earlier.order_by("-number").values("pk")[:1]))
    own = {field.attname for field in RoleRevision._meta.concrete_fields} - {"since"}
    if not reading.expand:
        own.remove("document")
    return rows.only(*own, "role__slug")


def _add_changes(revisions: Sequence[Any], reading: Reading) -> None:
    """Add to each revision what it changed."""
    if "changes" not in reading.expand:
        return
    rank = ranks()
    earlier = RoleRevision.objects.defer("since").in_bulk(
        {revision.told_before for revision in revisions if revision.told_before}
    )
    for revision in revisions:
        revision.told_changes = _changes(step(revision, earlier.get(revision.told_before), rank))


def _changes(made: Step) -> dict[str, Any]:
    return {
        "since": made.before.number if made.before else None,
        "summary": made.sentences,
        "differences": [
            {
                "kind": each.kind,
                "field": each.key,
                "before": to_json(each.before),
                "after": to_json(each.after),
            }
            for each in made.differences
        ],
    }


def _tell(revision: Any, reading: Reading) -> dict[str, Any]:
    user = reading.request.user
    named, role = user.is_authenticated, revision.role
    item = {
        "catalogue_number": revision.catalogue_number,
        "number": revision.number,
        "role": role.slug if role else None,
        "uid": revision.role_uid,
        "slug": revision.slug,
        "name": revision.told_name,
        "url": reading.page("role-revision", role.slug, revision.number) if role else None,
        "at": revision.created_at,
        "author": (revision.author_name or None) if named else None,
        "origin": revision.origin,
        "reason": (revision.reason or None) if named else None,
        "run": revision.run_id,
    }
    if "changes" in reading.expand:
        item["changes"] = revision.told_changes
    if "document" in reading.expand:
        # What was taken from the catalogue is not to be read in its history.
        item["document"] = revision.document if role or sees_drafts(user) else None
    return item


def _sight(request: HttpRequest) -> Hashable:
    return sees_drafts(request.user), request.user.is_authenticated


def _authors(rows: QuerySet[Any], request: HttpRequest, asked: Listing) -> Any:
    return tally("author_name", empty="").count(_told_authors(request, rows), request, asked)


REVISIONS = Collection(
    name="revisions",
    item=in_list(RevisionDetail, EXPANSIONS),
    rows=_rows,
    fetch=_fetch,
    complete=_add_changes,
    tell=_tell,
    filters=RevisionFilters,
    sorts={"catalogue_number": Sort(("catalogue_number",))},
    newest_first=True,
    expansions=EXPANSIONS,
    facets={"author": Facet(_authors), "origin": tally("origin"), "family": FACETS["family"]},
    sight=_sight,
)
OF_ONE_ROLE = replace(
    REVISIONS,
    filters=OfOneRoleFilters,
    facets={name: facet for name, facet in REVISIONS.facets.items() if name != "family"},
)
asked_of_one_role = OF_ONE_ROLE.asked

listed(
    router,
    "/revisions",
    REVISIONS,
    operation_id="list_revisions",
    summary="List revisions of all roles",
    description="The newest first. To follow what happens without missing anything, read changes.",
)


@readable(
    router,
    "/roles/{slug:slug}/revisions",
    {200: page_schema(REVISIONS), 308: None, 404: Problem, 406: Problem},
    operation_id="list_role_revisions",
    summary="List the revisions of a role",
    openapi_extra=streams("revisions"),
)
@following_old_slugs
def list_role_revisions(
    request: HttpRequest,
    slug: str,
    asked: Query[asked_of_one_role],  # type: ignore[valid-type]
) -> HttpResponseBase:
    """The newest first."""

    def answer(state: State) -> HttpResponseBase:
        role = Role.objects.visible_to(request.user).get(slug=slug)
        of_role = replace(
            OF_ONE_ROLE,
            rows=lambda request: _rows(request).filter(role_uid=role.uid),
            sight=lambda request: (role.uid, _sight(request)),
        )
        return answered(of_role, asked, request, state)

    return conditional(request, answer)


@readable(
    router,
    "/roles/{slug:slug}/revisions/{int:number}",
    {200: RevisionDetail, 308: None, 404: Problem},
    operation_id="get_role_revision",
    summary="Get a revision of a role",
)
@following_old_slugs
def get_role_revision(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """What the role said then, and what the change was."""
    refuse_unknown(request)
    return conditional(request, lambda _state: _revision(request, slug, number))


def _revision(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    role = Role.objects.visible_to(request.user).get(slug=slug)
    told = REVISIONS.whole(_rows(request), request, role_uid=role.uid, number=number)
    return as_json(told)
