"""Finding roles by what they are called: by slugs and codes, and by what somebody typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from roles.documents.text import fold_key
from roles.models import Role, RoleIdentifier, RoleQuerySet

MOST_SUGGESTIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What typed words mean: one role, or some that may be meant, or none."""

    words: str
    role: Role | None = None
    candidates: Sequence[Role] = ()


def choose(roles: RoleQuerySet, words: str) -> Choice:
    """Find the role of these that is called so; else those that the words find. At most two queries."""
    named = list(roles.called(words).order_by("sort_key", "slug")[:MOST_SUGGESTIONS])
    if len(named) == 1:
        return Choice(words=words, role=named[0])
    return Choice(words=words, candidates=named or roles_like(roles, words))


def roles_like(roles: RoleQuerySet, words: str) -> list[Role]:
    """Some listed roles that the words find, the last word as a beginning; none for blank words."""
    return list(roles.listed().matching(words)[:MOST_SUGGESTIONS]) if words else []


def by_slug(roles: RoleQuerySet, slugs: Sequence[str]) -> dict[str, Role]:
    """Roles by the slugs that were asked for, in their order, also by those that a role once had.

    At most two queries more than the roles themselves take.
    """
    found = {role.slug: role for role in roles.filter(slug__in=slugs)}
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        renamed = roles.filter(old_slugs__slug__in=missing).prefetch_related("old_slugs")
        found |= {old.slug: role for role in renamed for old in role.old_slugs.all()}
    return {slug: found[slug] for slug in slugs if slug in found}


class Code(NamedTuple):
    """An identifier of a role."""

    scheme: str
    value: str

    @property
    def folded(self) -> "Code":
        """The form under which codes are the same that are spelt in different ways."""
        return Code(self.scheme, fold_key(self.value))


Reference = str | UUID | Code
"""What a role is found by: a slug, perhaps one of former times, its permanent identifier, or a code."""


def referred(roles: RoleQuerySet, references: Iterable[Reference]) -> dict[Reference, int]:
    """The ids of the roles of these that are referred to, by what refers to them. Four queries at most."""
    every = list(dict.fromkeys(references))
    slugs = [each for each in every if isinstance(each, str)]
    uids = [each for each in every if isinstance(each, UUID)]
    codes = {each: each.folded for each in every if isinstance(each, Code)}
    plain = roles.order_by()
    found: dict[Reference, int] = {}
    if slugs:
        found |= dict(plain.filter(slug__in=slugs).values_list("slug", "pk"))
    if former := [slug for slug in slugs if slug not in found]:
        found |= dict(plain.filter(old_slugs__slug__in=former).values_list("old_slugs__slug", "pk"))
    if uids:
        found |= dict(plain.filter(uid__in=uids).values_list("uid", "pk"))
    if codes:
        held = RoleIdentifier.objects.filter(folded__in=[code.value for code in codes.values()])
        rows = held.filter(role__in=plain.values("pk")).order_by().values_list("scheme", "folded", "role")
        by_code = {Code(scheme, folded): role for scheme, folded, role in rows}
        found |= {code: by_code[folded] for code, folded in codes.items() if folded in by_code}
    return found
