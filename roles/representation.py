"""A role as JSON, for the API and for whoever asks for the JSON of its page."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch

from roles.documents.anchors import anchors
from roles.documents.document import LISTS, Json, Key, RoleDocument, field_of, statements
from roles.models import Interaction, Role, RoleMember, RoleQuerySet
from roles.sources import read_documents, sources, stated_document


def for_json(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch all that `role_json` reads, with seven queries at most.

    What a role says is one row, its newest revision; the tables only add which roles its partners and members
    are, as far as the user may see those.
    """
    linked = Role.objects.visible_to(user).only("slug")
    return (
        with_successor(roles, user)
        .select_related("revision", "owner")
        .prefetch_related(
            Prefetch("interactions", Interaction.objects.only("key", "role", "partner")),
            Prefetch("interactions__partner", linked),
            Prefetch("members", RoleMember.objects.only("key", "role", "member")),
            Prefetch("members__member", linked),
            Prefetch("documents", read_documents()),
        )
    )


def with_successor(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch the roles that take the place of these, as far as the user may see them, with one query."""
    successors = Role.objects.visible_to(user).only("slug", "name")
    return roles.prefetch_related(Prefetch("successor", successors))


def replaced_by(role: Role, address: Callable[[Role], str]) -> dict[str, Json] | None:
    """The role that takes the place of one fetched by `with_successor`; `address` gives that of a page."""
    successor = role.successor
    if successor is None:
        return None
    return {"slug": successor.slug, "name": successor.name, "url": address(successor)}


def role_json(role: Role, address: Callable[[Role], str]) -> dict[str, Json]:
    """Everything of a role that was fetched by `for_json`, as the API's `RoleDetail` describes it.

    `address` gives that of a role's page. The moment of its last change is a `datetime`.
    """
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
    return answer | {
        "url": address(role),
        "status": role.status,
        "replaced_by": replaced_by(role, address),
        "revision": role.revision.number if role.revision else None,
        "updated_at": role.updated_at,
        "owner": (role.owner.get_full_name() or role.owner.get_username()) if role.owner else None,
        "sources": [asdict(source) for source in sources(role, document)],
        "anchors": places,
    }


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
