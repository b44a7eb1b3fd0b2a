"""What is found, put together: all findings, those that were set aside, and the scores."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import DateTimeField, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from roles.models import LoadRun, Role, RoleQuerySet, SetAside
from roles.quality.finding import Finding, Identity
from roles.quality.kinds import ASPECTS, KINDS, Aspect
from roles.quality.role_checks import Scope, at_roles
from roles.quality.word_checks import in_vocabulary
from roles.state import State

Person = AbstractBaseUser | AnonymousUser


class Head(NamedTuple):
    """A role of the report."""

    pk: int
    slug: str
    name: str
    family: str | None
    """The slug of its job family."""
    owner: int | None


class Part(NamedTuple):
    """What an aspect has of its points."""

    aspect: Aspect
    points: int
    of: int


@dataclass(frozen=True, slots=True)
class Score:
    """Points with their arithmetic: of one role, or of several together."""

    parts: Sequence[Part]

    @property
    def points(self) -> int:
        """The points that are there."""
        return sum(part.points for part in self.parts)

    @property
    def of(self) -> int:
        """The points that there could be."""
        return sum(part.of for part in self.parts)

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down: 100 is all of them. Of no points, all are there."""
        return 100 * self.points // self.of if self.of else 100


@dataclass(frozen=True)
class Report:
    """What is found at some roles, and in the vocabulary."""

    heads: dict[int, Head]
    """The roles, in the order of their names."""
    findings: Sequence[Finding]
    """What is found and not set aside, kind by kind."""
    aside: Sequence[tuple[Finding, SetAside]] = field(default=())
    """What is found and was set aside, the latest first."""

    def of_kinds(self, codes: Collection[str]) -> "Report":
        """Keep the findings of these kinds, all if none is named."""
        return self._where(lambda finding: finding.code in codes) if codes else self

    def among(
        self,
        *,
        families: Collection[str] = (),
        slugs: Collection[str] = (),
        owner: int | None = None,
        unowned: bool = False,
    ) -> "Report":
        """Keep the roles of these families, of these slugs, of an owner or of none, and what concerns them.

        What is not named does not matter.
        """
        if not (families or slugs or unowned) and owner is None:
            return self
        kept = {
            pk: head
            for pk, head in self.heads.items()
            if (not families or head.family in families)
            and (not slugs or head.slug in slugs)
            and (owner is None or head.owner == owner)
            and (not unowned or head.owner is None)
        }
        return replace(self._where(lambda finding: any(role in kept for role in finding.roles)), heads=kept)

    def _where(self, keep: Callable[[Finding], bool]) -> "Report":
        return replace(
            self,
            findings=[finding for finding in self.findings if keep(finding)],
            aside=[(finding, row) for finding, row in self.aside if keep(finding)],
        )

    @cached_property
    def score(self) -> Score:
        """The points of all the roles together."""
        lost: Counter[str] = Counter()
        for pk in self.heads:
            for name, points in self._lost.get(pk, {}).items():
                lost[name] += points
        return _score(lost, len(self.heads))

    def score_of(self, role: int) -> Score:
        """The points of one role."""
        return _score(self._lost.get(role, {}), 1)

    @cached_property
    def worst_first(self) -> list[Head]:
        """The roles, those with the fewest points first, else in the order of their names."""
        lost = {pk: sum(parts.values()) for pk, parts in self._lost.items()}
        return sorted(self.heads.values(), key=lambda head: -lost.get(head.pk, 0))

    @cached_property
    def by_role(self) -> dict[int, list[Finding]]:
        """The findings at each role."""
        found: dict[int, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            if finding.role is not None:
                found[finding.role].append(finding)
        return found

    @cached_property
    def counts(self) -> dict[str, tuple[int, int]]:
        """How many findings of each kind there are, and how many roles they concern; all kinds."""
        numbers = Counter(finding.code for finding in self.findings)
        concerned: dict[str, set[int]] = defaultdict(set)
        for finding in self.findings:
            concerned[finding.code].update(finding.roles)
        return {code: (numbers[code], len(concerned[code])) for code in KINDS}

    @cached_property
    def _lost(self) -> dict[int, dict[str, int]]:
        """The points that each role lacks by aspect."""
        found = {(finding.role, finding.code) for finding in self.findings if finding.role is not None}
        most = {aspect.name: aspect.points for aspect in ASPECTS}
        lost: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for role, code in found:
            kind = KINDS[code]
            of_role = lost[role]
            of_role[kind.aspect] = min(of_role[kind.aspect] + kind.points, most[kind.aspect])
        return lost


def _score(lost: Mapping[str, int], roles: int) -> Score:
    return Score(
        [
            Part(aspect, aspect.points * roles - lost.get(aspect.name, 0), aspect.points * roles)
            for aspect in ASPECTS
        ]
    )


def may_see(user: Person) -> bool:
    """Whether this person may see the report: whoever works with roles, not everybody who reads them."""
    return isinstance(user, PermissionsMixin) and user.has_perm("roles.view_role")


def state_of_loads() -> State:
    """The state of what became of files, on which the report depends besides the catalogue. One query."""
    runs = LoadRun.objects.order_by().aggregate(
        outcome=Coalesce(Max("outcomes"), 0),
        finished_at=Coalesce(
            Max("finished_at"), datetime.fromtimestamp(0, UTC), output_field=DateTimeField()
        ),
    )
    return State(runs["outcome"], runs["finished_at"])


def report(user: Person, *, only: int | None = None) -> Report:
    """What is found in the roles that this person may see, without archived ones, and in their vocabulary.

    With `only`, the id of a role, just what concerns that one. A fixed number of queries.
    """
    documents = isinstance(user, PermissionsMixin) and user.has_perm("roles.view_sourcedocument")
    return report_of(Role.objects.visible_to(user), only=only, documents=documents)


def report_of(roles: RoleQuerySet, *, only: int | None = None, documents: bool = True) -> Report:
    """What is found in these roles, but for archived ones; `documents`: also in how files were loaded."""
    scope = Scope(roles.listed(), timezone.localdate(), only, documents=documents)
    rows = scope.wanted.values_list("pk", "slug", "name", "family__slug", "owner")
    heads = {row[0]: Head(*row) for row in rows}
    places = {pk: place for place, pk in enumerate(heads)}
    kinds = {code: place for place, code in enumerate(KINDS)}

    def place(finding: Finding) -> tuple[int, int]:
        return kinds[finding.code], places.get(finding.role or 0, -1)

    found = sorted([*at_roles(scope), *in_vocabulary(scope)], key=place)
    known = _set_aside(only)
    codes = {identity.code for identity in known}
    findings: list[Finding] = []
    aside: list[tuple[Finding, SetAside]] = []
    for finding in found:
        row = known.get(finding.identity) if finding.code in codes else None
        if row is None:
            findings.append(finding)
        else:
            aside.append((finding, row))
    return Report(heads=heads, findings=findings, aside=sorted(aside, key=lambda pair: -pair[1].pk))


def _set_aside(only: int | None) -> dict[Identity, SetAside]:
    rows = SetAside.objects.all()
    if only is not None:
        rows = rows.filter(Q(role=only) | Q(role=None))
    return {identity_of(row): row for row in rows}


def identity_of(row: SetAside) -> Identity:
    """Which finding was set aside."""
    word = (row.word_table, row.word) if row.word is not None else None
    return Identity(row.code, row.role_id, word, row.subject)
