"""The files that describe roles."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from api.collections import Collection, Reading, Sort, Text, listed
from api.of_roles import BY_ROLE, FACETS, OfRolesFilters, of_visible_roles, tally
from api.schemas.parts import in_list
from api.schemas.roles import Dialect
from api.schemas.statements import DocumentDetail
from roles.models import Role, SourceDocument
from roles.sources import read_documents, sources, stated_document

router = Router(tags=["Provenance"])


class DocumentFilters(OfRolesFilters):
    """Which documents are asked for."""

    dialect: list[Dialect] = Field([], description="Kinds of documents; it is of one of them.")
    folder: list[Text] = Field([], description="Folders; it is in one of them or below.")
    missing: bool | None = Field(
        None, description="Whether the file was gone when its folder was last loaded."
    )

    def narrowed(self, rows: QuerySet[Any], request: HttpRequest, besides: str = "") -> QuerySet[Any]:
        rows = super().narrowed(rows, request, besides)
        if self.dialect and besides != "dialect":
            rows = rows.filter(dialect__in=self.dialect)
        if self.folder and besides != "folder":
            rows = _below(rows, self.folder)
        if self.missing is not None and besides != "missing":
            rows = rows.filter(missing=self.missing)
        return rows


def _below(rows: QuerySet[Any], folders: Sequence[str]) -> QuerySet[Any]:
    starts = {f"{folder.strip('/')}/" if folder.strip("/") else "" for folder in folders}
    # To begin with a text is the same in small and large letters for one of the databases.
    for length in {len(start) for start in starts}:
        rows = rows.alias(**{f"_start_{length}": Left("path", length)}) if length else rows
    return rows.filter(
        reduce(or_, (Q(**{f"_start_{len(start)}": start}) if start else ~Q(path="") for start in starts))
    )


def _fetch(rows: QuerySet[Any], reading: Reading) -> QuerySet[Any]:
    return rows.select_related("role").only(
        *("path", "dialect", "rank", "missing", "digest", "updated_at"),
        *("role__slug", "role__name"),
    )


def _add_differences(rows: Sequence[Any], reading: Reading) -> None:
    """Add to each document where it says something else than the catalogue."""
    if "differs" not in reading.expand:
        return
    roles = Role.objects.select_related("revision").prefetch_related(Prefetch("documents", read_documents()))
    found = roles.in_bulk({row.role_id for row in rows})
    differing = {
        source.path: source.differs
        for role in found.values()
        for source in sources(role, stated_document(role))
    }
    for row in rows:
        row.told_differs = [asdict(each) for each in differing.get(row.path, ())]


def _tell(row: Any, reading: Reading) -> dict[str, Any]:
    item = {
        "role": row.role.slug,
        "role_name": row.role.name,
        "url": reading.page("role", row.role.slug),
        "path": row.path,
        "dialect": row.dialect,
        "rank": row.rank,
        "missing": row.missing,
        "digest": row.digest,
        "updated_at": row.updated_at,
    }
    return item | ({"differs": row.told_differs} if "differs" in reading.expand else {})


DOCUMENTS = Collection(
    name="documents",
    item=in_list(DocumentDetail, ["differs"]),
    rows=lambda request: of_visible_roles(SourceDocument.objects.all(), request),
    fetch=_fetch,
    complete=_add_differences,
    tell=_tell,
    filters=DocumentFilters,
    sorts={
        "path": Sort(("path",)),
        "role": Sort((*BY_ROLE, "rank", "path")),
        "updated_at": Sort(("updated_at", "path")),
    },
    expansions=["differs"],
    facets={**FACETS, "dialect": tally("dialect"), "missing": tally("missing")},
)
listed(
    router,
    "/documents",
    DOCUMENTS,
    operation_id="list_documents",
    summary="List the documents of roles",
    description="By path, as they were last read without fault.",
)
