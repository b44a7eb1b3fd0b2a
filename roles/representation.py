"""A role as JSON, for the API and for whoever asks for the JSON of its page."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch, QuerySet, Subquery

from roles.documents.document import Json, Key
from roles.models import RevisionCounter, Role, RoleQuerySet
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

    `etag` is a strong entity tag, quotes included: it changes whenever the content does, and only then. At
    `changed_at`, or before, anything that readers are shown was changed last.
    """

    slug: str
    etag: str
    changed_at: datetime
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
    changed_at: datetime


def role_answer(slug: str, user: Reader, address: Address) -> RoleAnswer:
    """Tell a role as far as this person may see it and the roles that it names.

    Two queries, and two more while what was made of its document is outdated.

    Raises:
        Role.DoesNotExist: if there is none of this slug that they may see.
    """
    facts, links = _prepared(user)
    for row in facts.rows(slug):
        found = _Facts(*row)
        named = {key: linked for key, linked, _pk in links.rows(slug)}
        return _answer(found, _successor(found, user), named, address)
    raise Role.DoesNotExist


def roles_json(pks: Collection[int], user: Reader, address: Address) -> dict[int, dict[str, Json]]:
    """What `role_answer` tells of many roles, as JSON values by the roles' ids.

    Two queries; roles of which the JSON is outdated are read one by one.
    """
    seen = Role.objects.visible_to(user).order_by()
    links = defaultdict[int, dict[Key, str]](dict)
    for key, slug, pk in _links(seen, role__in=pks):
        links[pk][key] = slug
    facts = [_Facts(*row) for row in _facts(seen.filter(pk__in=pks))]
    return {
        each.pk: orjson.loads(_answer(each, _successor(each, user), links[each.pk], address).content())
        for each in facts
    }


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
    tag = f'"{hashlib.sha256(told).hexdigest()[:32]}"'
    return RoleAnswer(facts.slug, tag, facts.changed_at, parts, added, links)


def _name(facts: _Facts) -> str | None:
    """The owner's full name as Django gives it, else the account's."""
    if facts.username is None:
        return None
    return f"{facts.first_name} {facts.last_name}".strip() or facts.username


def _successor(facts: _Facts, user: Reader) -> Role | None:
    return seen_role(facts.successor, facts.successor_name, facts.successor_status, user)


def seen_role(slug: str | None, name: str | None, status: str | None, user: Reader) -> Role | None:
    """A role of which these columns were fetched, if there is one and the reader may see it."""
    if slug is None or name is None or status is None:
        return None
    role = Role(slug=slug, name=name, status=status)
    return role if role.is_visible_to(user) else None


_compiled: dict[bool, tuple[Prepared, Prepared]] = {}


def _prepared(user: Reader) -> tuple[Prepared, Prepared]:
    """The queries for the facts of a role and for the roles that it names, by its slug."""
    # All that decides which roles somebody may see.
    drafts_too = sees_drafts(user)
    if drafts_too not in _compiled:
        seen = Role.objects.visible_to(user).order_by()
        facts = Prepared(_facts(seen.filter(slug=ASKED)), ASKED)
        _compiled[drafts_too] = facts, Prepared(_links(seen, role__slug=ASKED), ASKED)
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
        Subquery(RevisionCounter.objects.order_by().values("state_since")[:1]),
    )


def _links(seen: RoleQuerySet, **of: object) -> QuerySet[Role, tuple[Any, ...]]:
    """The keys of the statements of some roles about others that can be seen, those' slugs, the roles' ids.

    `of` says which roles: what interactions and members are filtered by.
    """
    partners, members = (
        seen.filter(**{f"{relation}__{name}": value for name, value in of.items()}).values_list(
            f"{relation}__key", "slug", f"{relation}__role_id"
        )
        for relation in ("incoming", "memberships")
    )
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
