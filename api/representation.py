"""Roles from the tables into the answers of the API."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch
from django.http import HttpRequest

from api.schemas.roles import RoleDetail, RoleItem
from roles.documents.anchors import anchors
from roles.documents.document import LISTS, Json, Key, RoleDocument, field_of, statements
from roles.models import Interaction, Role, RoleCapability, RoleMember, RoleQuerySet, SourceDocument
from roles.sources import sources, stated_document

TOP_CAPABILITIES = 4


def for_detail(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch all that `role_detail` reads, with six queries at most.

    What a role says is one row, its newest revision; the tables only add which roles its partners and members
    are, as far as the user may see those.
    """
    linked = Role.objects.visible_to(user).only("slug")
    return roles.select_related("revision", "owner").prefetch_related(
        Prefetch("interactions", Interaction.objects.only("key", "role", "partner")),
        Prefetch("interactions__partner", linked),
        Prefetch("members", RoleMember.objects.only("key", "role", "member")),
        Prefetch("members__member", linked),
        Prefetch("documents", SourceDocument.objects.defer("content")),
    )


def for_items(roles: RoleQuerySet) -> RoleQuerySet:
    """Fetch all that `role_item` reads, with three queries however many roles there are."""
    return roles.for_list().prefetch_related("capabilities__proficiency")


def role_detail(role: Role, request: HttpRequest) -> RoleDetail:
    """Tell everything of a role that was fetched by `for_detail`."""
    document = stated_document(role)
    places = anchors(statements(document))
    links = {row.key: row.partner for row in role.interactions.all()}
    links |= {row.key: row.member for row in role.members.all()}
    answer = document.to_json()
    for key, statement in _objects(document, answer):
        statement["anchor"] = places[key]
        if field_of(key) in ("interactions", "members"):
            linked = links.get(key)
            statement["role"] = linked.slug if linked else None
    answer |= {
        "url": _address(role, request),
        "status": role.status,
        "revision": role.revision.number if role.revision else None,
        "updated_at": role.updated_at,
        "owner": (role.owner.get_full_name() or role.owner.get_username()) if role.owner else None,
        "sources": [asdict(source) for source in sources(role, document)],
        "anchors": places,
    }
    return RoleDetail.model_validate(answer)


def role_item(role: Role, request: HttpRequest) -> RoleItem:
    """Tell a role that was fetched by `for_items` in short."""
    capabilities = sorted(role.capabilities.all(), key=_highest_first)[:TOP_CAPABILITIES]
    return RoleItem.model_validate(
        {
            "slug": role.slug,
            "name": role.name,
            "url": _address(role, request),
            "family": role.family_name or None,
            "family_slug": role.family.slug if role.family else None,
            "seniority": role.seniority_name or None,
            "seniority_slug": role.seniority.slug if role.seniority else None,
            "summary": role.summary or None,
            "status": role.status,
            "updated_at": role.updated_at,
            "top_capabilities": [{"name": row.name, "level": row.level or None} for row in capabilities],
        }
    )


def _objects(document: RoleDocument, answer: dict[str, Json]) -> Iterator[tuple[Key, dict[str, Json]]]:
    """The statements in the document's JSON that are objects, by their keys."""
    keys = defaultdict(list)
    for key in statements(document):
        keys[field_of(key)].append(key)
    for name in LISTS.keys() & keys.keys():
        owner, _, attribute = name.rpartition(".")
        items = (answer[owner] if owner else answer)[attribute]
        yield from (
            (key, item) for key, item in zip(keys[name], items, strict=True) if isinstance(item, dict)
        )


def _highest_first(capability: RoleCapability) -> int:
    rank = capability.proficiency.rank if capability.proficiency else None
    return -(rank or 0)


def _address(role: Role, request: HttpRequest) -> str:
    return request.build_absolute_uri(role.get_absolute_url())
