"""A role as JSON, for the API and for whoever asks for the JSON of its page."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch, QuerySet

from roles.documents.document import Json, Key
from roles.models import Interaction, Role, RoleMember, RoleQuerySet
from roles.models.role import sees_drafts
from roles.prepared import Prepared
from roles.role_json import VERSION, Parts, digest_of, documents_to_hold_against, packed_parts

Reader = AbstractBaseUser | AnonymousUser
Address = Callable[[str], str]
"""Gives the whole address of a role's page, by its slug."""

ASKED = "the-role-that-is-asked-for"


@dataclass(frozen=True, slots=True)
class RoleAnswer:
    """All that the catalogue says of a role, as the API's `RoleDetail` describes it.

    `etag` is a strong entity tag, quotes included: it changes whenever the content does, and only then.
    """

    slug: str
    etag: str
    _parts: bytes
    _added: bytes
    _links: Mapping[Key, str]

    def content(self) -> bytes:
        """The answer's bytes."""
        parts = Parts.unpacked(self._parts)
        said = [parts.pieces[0]]
        for key, piece in zip(parts.keys, parts.pieces[1:], strict=True):
            slug = self._links.get(key)
            # Slugs are made of letters, digits and hyphens.
            said += (f'"{slug}"'.encode() if slug else b"null", piece)
        return b"".join((*said, b",", self._added[1:-1], b",", parts.tail))


class _Facts(NamedTuple):
    """What the catalogue adds to a role's document, and the parts that were made of that."""

    pk: int
    slug: str
    status: str
    updated_at: Any
    revision: int | None
    username: str | None
    first_name: str | None
    last_name: str | None
    successor: str | None
    successor_name: str | None
    successor_status: str | None
    parts: Any
    digest: str | None
    version: int | None


def role_answer(slug: str, user: Reader, address: Address) -> RoleAnswer:
    """Tell a role as far as this person may see it and the roles that it names.

    Two queries, and two more while what was made of its document is outdated.

    Raises:
        Role.DoesNotExist: if there is none of this slug that they may see.
    """
    facts, links = _prepared(user)
    for row in facts.rows(slug):
        found = _Facts(*row)
        return _answer(found, _seen_successor(found, user), dict(links.rows(slug)), address)
    raise Role.DoesNotExist


def for_json(roles: RoleQuerySet, user: Reader) -> RoleQuerySet:
    """Fetch all that `role_json` reads of many roles, with seven queries at most.

    Of roles of which the JSON is outdated, document and files are read one by one.
    """
    linked = Role.objects.visible_to(user).only("slug")
    return (
        with_successor(roles, user)
        .select_related("revision", "owner", "json")
        .defer("revision__document", "revision__since")
        .prefetch_related(
            Prefetch("interactions", Interaction.objects.only("key", "role", "partner")),
            Prefetch("interactions__partner", linked),
            Prefetch("members", RoleMember.objects.only("key", "role", "member")),
            Prefetch("members__member", linked),
        )
    )


def role_json(role: Role, address: Address) -> dict[str, Json]:
    """Everything of a role that was fetched by `for_json`: what `role_answer` tells, as JSON values."""
    links = {row.key: row.partner.slug for row in role.interactions.all() if row.partner}
    links |= {row.key: row.member.slug for row in role.members.all() if row.member}
    ready, owner = getattr(role, "json", None), role.owner
    facts = _Facts(
        pk=role.pk,
        slug=role.slug,
        status=role.status,
        updated_at=role.updated_at,
        revision=role.revision.number if role.revision else None,
        username=owner.username if owner else None,
        first_name=owner.first_name if owner else None,
        last_name=owner.last_name if owner else None,
        successor=None,
        successor_name=None,
        successor_status=None,
        parts=ready.parts if ready else None,
        digest=ready.digest if ready else None,
        version=ready.version if ready else None,
    )
    told: dict[str, Json] = orjson.loads(_answer(facts, role.successor, links, address).content())
    return told


def _answer(facts: _Facts, successor: Role | None, links: Mapping[Key, str], address: Address) -> RoleAnswer:
    if facts.version == VERSION:
        parts, digest = bytes(facts.parts), facts.digest or ""
    else:
        roles = Role.objects.select_related("revision").prefetch_related(documents_to_hold_against())
        parts = packed_parts(roles.get(pk=facts.pk))
        digest = digest_of(parts)
    added = orjson.dumps(
        {
            "url": address(facts.slug),
            "status": facts.status,
            "replaced_by": replaced_by(successor, address),
            "revision": facts.revision,
            "updated_at": facts.updated_at,
            "owner": _name(facts),
        },
        option=orjson.OPT_UTC_Z,
    )
    told = b"\n".join((digest.encode(), added, orjson.dumps(links, option=orjson.OPT_SORT_KEYS)))
    return RoleAnswer(facts.slug, f'"{hashlib.sha256(told).hexdigest()[:32]}"', parts, added, links)


def _name(facts: _Facts) -> str | None:
    """The owner's full name as Django gives it, else the account's."""
    if facts.username is None:
        return None
    return f"{facts.first_name} {facts.last_name}".strip() or facts.username


def _seen_successor(facts: _Facts, user: Reader) -> Role | None:
    if facts.successor is None or facts.successor_name is None or facts.successor_status is None:
        return None
    successor = Role(slug=facts.successor, name=facts.successor_name, status=facts.successor_status)
    return successor if successor.is_visible_to(user) else None


_compiled: dict[bool, tuple[Prepared, Prepared]] = {}


def _prepared(user: Reader) -> tuple[Prepared, Prepared]:
    """The queries for the facts of a role and for the roles that it names, by its slug."""
    # All that decides which roles somebody may see.
    drafts_too = sees_drafts(user)
    if drafts_too not in _compiled:
        seen = Role.objects.visible_to(user).order_by()
        facts = Prepared(_facts(seen.filter(slug=ASKED)), ASKED)
        _compiled[drafts_too] = facts, Prepared(_links(seen), ASKED)
    return _compiled[drafts_too]


def _facts(roles: RoleQuerySet) -> QuerySet[Role, tuple[Any, ...]]:
    """Rows of `_Facts`."""
    return roles.values_list(
        "pk",
        "slug",
        "status",
        "updated_at",
        "revision__number",
        "owner__username",
        "owner__first_name",
        "owner__last_name",
        "successor__slug",
        "successor__name",
        "successor__status",
        "json__parts",
        "json__digest",
        "json__version",
    )


def _links(seen: RoleQuerySet) -> QuerySet[Role, tuple[Any, ...]]:
    """The keys of the role's statements about others that can be seen, and those roles' slugs."""
    partners = seen.filter(incoming__role__slug=ASKED).values_list("incoming__key", "slug")
    members = seen.filter(memberships__role__slug=ASKED).values_list("memberships__key", "slug")
    return partners.union(members, all=True)


def with_successor(roles: RoleQuerySet, user: Reader) -> RoleQuerySet:
    """Fetch the roles that take the place of these, as far as the user may see them, with one query."""
    successors = Role.objects.visible_to(user).only("slug", "name")
    return roles.prefetch_related(Prefetch("successor", successors))


def replaced_by(successor: Role | None, address: Address) -> dict[str, Json] | None:
    """The role that takes the place of another one, in short."""
    if successor is None:
        return None
    return {"slug": successor.slug, "name": successor.name, "url": address(successor.slug)}
