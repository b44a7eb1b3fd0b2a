"""Finding roles by what they are called: by slugs and codes, and by what somebody typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from roles.models import Role, RoleQuerySet

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
