"""Which roles stand in the matrix, as its address says it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from roles.documents.text import fold_key, slugify
from roles.matrix import by_seniority
from roles.models import Capability, JobFamily, RoleCapability, RoleQuerySet
from roles.views import asked as asking
from roles.vocabulary import used_by

ROLES_CHOSEN = 100
"""The most roles that can be chosen one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which roles stand in the matrix: those of `chosen`, else of `family`; of these, who need `capability`.

    `unknown` are the roles that were asked for and that nobody knows. `by_name`: roles and capabilities stand
    by name, not by seniority and need.
    """

    roles: RoleQuerySet
    families: Sequence[JobFamily]
    family: JobFamily | None
    capability: Capability | None
    chosen: Collection[str]
    unknown: Sequence[str]
    by_name: bool

    @property
    def made(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.family or self.capability or self.chosen)


def choose(roles: RoleQuerySet, asked: QueryDict) -> Choice:
    """Read `family` and `capability` (slugs), `roles` (slugs, repeated or by commas), `add` and `sort`.

    `add` names one more role, by name, other name or slug.
    """
    slugs = asking.slugs(asked, "roles", ROLES_CHOSEN)
    added = asking.text(asked, "add")
    chosen, unknown = _named(roles, slugs, added)
    families = list(used_by(JobFamily.objects.all(), roles))
    family = next((each for each in families if each.slug == asked.get("family")), None)
    slug = asking.text(asked, "capability")
    capability = used_by(Capability.objects.all(), roles).filter(slug=slug).first() if slug else None
    found = roles
    if slugs or added:
        found, family = roles.filter(slug__in=chosen), None
    elif family:
        found = roles.filter(family=family)
    by_name = asked.get("sort") == "name"
    if capability:
        found = found.filter(pk__in=RoleCapability.objects.filter(capability=capability).values("role"))
    if not by_name:
        found = by_seniority(found)
    return Choice(
        roles=found,
        families=families,
        family=family,
        capability=capability,
        chosen=chosen,
        unknown=unknown,
        by_name=by_name,
    )


def _named(roles: RoleQuerySet, slugs: Sequence[str], added: str) -> tuple[set[str], list[str]]:
    """The slugs of the roles that are meant, and what means none of them."""
    if not slugs and not added:
        return set(), []
    meant = roles.order_by().filter(
        Q(slug__in=slugs)
        | Q(old_slugs__slug__in=slugs)
        | Q(slug=slugify(added))
        | Q(name__iexact=added)
        | Q(aliases__folded=fold_key(added))
    )
    known: set[str] = set()
    words: set[str] = set()
    for slug, name, old, alias in meant.values_list("slug", "name", "old_slugs__slug", "aliases__folded"):
        known.add(slug)
        words |= {slug, fold_key(name), old, alias}
    unknown = [slug for slug in slugs if slug not in words]
    return known, unknown if not added or {slugify(added), fold_key(added)} & words else [*unknown, added]
