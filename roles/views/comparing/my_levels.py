"""What somebody can do, as an address has it, and the roles that it fits.

Nothing of it is stored or logged.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import localize
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.documents.document import RoleDocument
from roles.documents.text import fold_key
from roles.fitting import Fitting, Reached, fittings, outline_of_levels, ranking
from roles.ladder import Ladder
from roles.models import Capability, Role, RoleCapability, RoleQuerySet
from roles.models.vocabulary import RankedVocabularyItem
from roles.views.asked import slugs, text
from roles.vocabulary import used_by

MOST_LEVELS = 60
"""Capabilities that an address can state; no person needs more."""
ROLES_SHOWN = 20
SUM = gettext_lazy("{reached} of {needed}")
"""How the sum of shares is told, with the number of needed capabilities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MyLevels:
    """Somebody's levels: of the vocabulary's capabilities, in the order in which they were stated."""

    levels: Mapping[Capability, RankedVocabularyItem]
    problems: Sequence[str] = ()

    @property
    def document(self) -> RoleDocument:
        """The levels as an outline, to be compared with a role's."""
        return outline_of_levels(self.levels)

    def address(self, target: str = "") -> str:
        """The address of the way from these levels to the role with this slug, or to none yet."""
        pairs = [("to", target)] if target else []
        pairs += [("level", level) for level in self.parameters]
        return f"{reverse('gap')}?{urlencode(pairs)}".replace("%3A", ":")

    @property
    def parameters(self) -> list[str]:
        """The values of `level` in an address that states these levels."""
        return [f"{item.slug}:{level.slug}" for item, level in self.levels.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittingRole:
    """A role that somebody's levels fit, and the way to it from these levels."""

    fitting: Fitting
    address: str

    @property
    def role(self) -> Role:
        """The role."""
        return self.fitting.role

    @property
    def parts(self) -> Sequence[Reached]:
        """What the fit is made of."""
        return self.fitting.parts

    @property
    def percent(self) -> int:
        """The fit in per cent; 100 is reached only where nothing is missing."""
        return int(self.fitting.fit * 100)

    @property
    def arithmetic(self) -> str:
        """The sum of the shares, and how many there are."""
        total = self.fitting.fit * len(self.parts)
        reached = round(float(total), 2) if total.denominator > 1 else int(total)
        return str(SUM).format(reached=localize(reached), needed=len(self.parts))


def my_levels(roles: RoleQuerySet, asked: QueryDict, ladder: Ladder) -> MyLevels:
    """Read `level`, repeated pairs such as sql:advanced, and `can` and `at`, one more by its name.

    Only what one of these roles needs is known: the words of drafts are not given away.
    """
    needed = used_by(Capability.objects.all(), roles)
    pairs = dict(pair.split(":", 1) for pair in slugs(asked, "level", MOST_LEVELS) if ":" in pair)
    name = text(asked, "can")
    known = {item.slug: item for item in needed.filter(slug__in=pairs)} if pairs else {}
    rungs = {level.slug: level for level in ladder.levels}
    levels = {known[slug]: rungs[pairs[slug]] for slug in pairs if slug in known and pairs[slug] in rungs}
    problems = [*_problems(pairs, known, rungs)]
    if name:
        item = needed.filter(Q(folded=fold_key(name)) | Q(aliases__folded=fold_key(name))).first()
        level = rungs.get(text(asked, "at"))
        if item and level:
            levels[item] = level
        else:
            problems.append(
                _unknown(name) if item is None else _("Choose a level for “%(name)s”.") % {"name": item}
            )
    return MyLevels(levels=levels, problems=problems)


def _problems(
    pairs: Mapping[str, str], known: Mapping[str, Capability], rungs: Mapping[str, RankedVocabularyItem]
) -> Iterator[str]:
    for slug, level in pairs.items():
        if slug not in known:
            yield _unknown(slug)
        elif level not in rungs:
            yield _("“%(level)s” is no level that can be compared.") % {"level": Truncator(level).chars(80)}


def _unknown(name: str) -> str:
    return _("No role needs a capability called “%(name)s”.") % {"name": Truncator(name).chars(80)}


def fitting_roles(roles: RoleQuerySet, mine: MyLevels, ladder: Ladder) -> list[FittingRole]:
    """The listed roles that somebody's levels fit best, best first. Five queries."""
    if not mine.levels:
        return []
    best = list(ranking(roles, mine.levels, ladder)[:ROLES_SHOWN])
    return [
        FittingRole(fitting=each, address=mine.address(each.role.slug))
        for each in fittings(roles, best, mine.levels, ladder)
    ]


def needs_of(roles: RoleQuerySet) -> dict[str, Any]:
    """What these listed roles need, and the ladder, short enough for thousands of roles. Three queries.

    `levels` are names and slugs, the lowest first; `capabilities` slugs and names; `roles` are address, name,
    family and needs: pairs of a capability's place in the list and the rung, 0 beside the ladder, with the
    name of such a level as third.
    """
    ladder = Ladder.fetch()
    rungs = {level.pk: number for number, level in enumerate(ladder.levels, start=1)}
    listed = roles.listed()
    rows = (
        RoleCapability.objects.filter(role__in=listed.order_by())
        .order_by("role", "position")
        .values_list("role", "capability", "capability__slug", "capability__name", "proficiency", "level")
    )
    places: dict[int, int] = {}
    capabilities: list[tuple[str, str]] = []
    needs: dict[int, dict[int, tuple[int, str]]] = defaultdict(dict)
    for role, capability, slug, name, proficiency, level in rows.iterator(chunk_size=5_000):
        if capability not in places:
            places[capability] = len(capabilities)
            capabilities.append((slug, name))
        rung = rungs.get(proficiency or 0, 0)
        known = needs[role].setdefault(places[capability], (rung, level))
        if rung > known[0]:
            needs[role][places[capability]] = (rung, level)
    return {
        "levels": [(level.slug, level.name) for level in ladder.levels],
        "capabilities": capabilities,
        "roles": [
            (
                slug,
                name,
                family or "",
                [
                    (place, rung) if rung else (place, 0, level)
                    for place, (rung, level) in needs.get(pk, {}).items()
                ],
            )
            for pk, slug, name, family in listed.values_list("pk", "slug", "name", "family__name")
        ],
    }
