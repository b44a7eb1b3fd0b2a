"""Which files describe the same role, and which role of the catalogue that is.

The rules are those of the format: shared identifiers join, transitively; then a name joins where all who bear
it can be one role. A slug counts as identifier only where somebody stated it: in a file, or in the catalogue.
The place of a file is no identity, but tells that it is the one that was loaded before. Two roles of the
catalogue are never made one: that is for HR to do, and a file that says so is reported.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from roles.documents.text import fold_key, slugify
from roles.loading.reading import SLUG, Candidate, Code, Stored
from roles.loading.report import Outcome
from roles.models import OldSlug, Role, RoleIdentifier


@dataclass(slots=True, eq=False)
class Group:
    """Files that describe one role, and what it can be told by."""

    role: int | None = None
    """The role's id in the catalogue; None for a new one, which has no slug yet."""
    slug: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    codes: set[Code] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    shares_name: bool = False
    """Whether another role bears its name, so that one could take them for the same."""

    def disagrees(self, other: "Group") -> bool:
        """Whether a scheme has values in both groups and none in common."""
        ours, theirs = _by_scheme(self.codes), _by_scheme(other.codes)
        return any(not ours[scheme] & theirs[scheme] for scheme in ours.keys() & theirs.keys())


def _by_scheme(codes: Iterable[Code]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for scheme, value in codes:
        found[scheme].add(value)
    return found


def identify(candidates: Iterable[Candidate], stored: Iterable[Stored]) -> list[Group]:
    """Group files by the role they describe, in the order of each group's first file.

    `stored` are the documents that the catalogue has. A file that takes two roles of the catalogue for one is
    reported and left out.
    """
    groups = _Groups(stored)
    in_order = sorted(candidates, key=lambda candidate: candidate.found.path)
    groups.join_by_code(in_order)
    groups.join_by_name()
    found = [group for group in groups.all if group.candidates]
    for group in found:
        group.candidates.sort(key=lambda candidate: candidate.found.path)
    return sorted(found, key=lambda group: group.candidates[0].found.path)


class _Groups:
    """The roles of the catalogue and the new ones, by what they can be told by."""

    def __init__(self, stored: Iterable[Stored]) -> None:
        self.by_role = {
            pk: Group(pk, slug, names={fold_key(name)})
            for pk, slug, name in Role.objects.order_by("pk").values_list("pk", "slug", "name")
        }
        self.by_code: dict[Code, Group] = {}
        self.names: set[str] = set()
        """The names that roles of the catalogue bear."""
        self.new: list[Group] = []
        self.became: dict[Group, Group] = {}
        """The groups that are part of another now."""
        self._know_catalogue(stored)

    @property
    def all(self) -> list[Group]:
        return [*self.by_role.values(), *(group for group in self.new if group not in self.became)]

    # What the catalogue knows -------------------------------------------------------------------------------

    def _know_catalogue(self, stored: Iterable[Stored]) -> None:
        for pk, scheme, value in RoleIdentifier.objects.values_list("role_id", "scheme", "value"):
            if pk in self.by_role:
                self._know(self.by_role[pk], {(scheme, fold_key(value))})
        derived: dict[int, set[str]] = defaultdict(set)
        for row in stored:
            if row.role in self.by_role:
                # Under what its files say a role is known even after HR said otherwise.
                self._know(self.by_role[row.role], row.codes)
                self.by_role[row.role].names.add(row.name)
                derived[row.role].add(slugify(row.name))
        self.names.update(*(group.names for group in self.by_role.values()))
        # A slug that only the catalogue gave leads to its role, but contradicts none that a file states.
        for pk, group in self.by_role.items():
            if group.slug not in derived[pk]:
                self.by_code.setdefault((SLUG, group.slug), group)
        for pk, slug in OldSlug.objects.values_list("role_id", "slug"):
            if pk in self.by_role:
                self.by_code.setdefault((SLUG, slug), self.by_role[pk])

    def _know(self, group: Group, codes: Iterable[Code]) -> None:
        group.codes.update(codes)
        for code in codes:
            self.by_code.setdefault(code, group)

    # Joining by identifiers ---------------------------------------------------------------------------------

    def join_by_code(self, candidates: Sequence[Candidate]) -> None:
        """Put each file with the role that its identifiers name, and with files that share one."""
        # All are told from what the catalogue knew before: so their order does not count.
        meant = {candidate: self._roles_of(candidate) for candidate in candidates}
        for candidate, roles in meant.items():
            if len(roles) == 1:
                self._add(candidate, roles)
        for candidate, roles in meant.items():
            if not roles:
                self._add(candidate, [])
            elif len(roles) > 1:
                _tell_clash(candidate, roles)

    def _roles_of(self, candidate: Candidate) -> list[Group]:
        """The roles of the catalogue that a file describes."""
        before = candidate.stored
        home = self.by_role.get(before.role or 0) if before else None
        if before is None or home is None:
            return self._bearers(candidate.codes)
        known = before.codes
        if before.digest == candidate.digest or known & candidate.codes:
            # It is still what it was, even if HR has given one of its codes to another role since.
            return _distinct([home, *self._bearers(candidate.codes - known)])
        name = fold_key(candidate.name)
        # A file that bears another role's name is more likely that role's, moved here.
        is_renamed = not candidate.codes and (name in home.names or name not in self.names)
        by_place = [home] if before.name == name or is_renamed else []
        return self._bearers(candidate.codes) or by_place

    def _bearers(self, codes: Iterable[Code]) -> list[Group]:
        return _distinct(self.by_code[code] for code in sorted(codes) if code in self.by_code)

    def _add(self, candidate: Candidate, roles: list[Group]) -> None:
        """Add a file to its role, or to a new one, together with the new roles that share an identifier."""
        stated = candidate.stored.codes if candidate.stored and roles else frozenset()
        joined = _distinct([*roles, *self._bearers(candidate.codes - stated)])
        known = [group for group in joined if group.role is not None]
        if len(known) > 1:
            _tell_clash(candidate, known)
            return
        group = known[0] if known else (joined[0] if joined else Group())
        if group.role is None and not joined:
            self.new.append(group)
        for other in joined:
            if other is not group:
                self._absorb(group, other)
        group.candidates.append(candidate)
        group.names.add(fold_key(candidate.name))
        self._know(group, candidate.codes)

    def _absorb(self, group: Group, other: Group) -> None:
        group.candidates += other.candidates
        group.names |= other.names
        group.codes |= other.codes
        self.by_code |= dict.fromkeys(other.codes, group)
        self.became[other] = group

    def _now(self, group: Group) -> Group:
        while group in self.became:
            group = self.became[group]
        return group

    # Joining by name ----------------------------------------------------------------------------------------

    def join_by_name(self) -> None:
        """Join new roles with all who bear their name, unless two of these can't be the same."""
        bearers: dict[str, list[Group]] = defaultdict(list)
        for group in self.all:
            for name in group.names:
                bearers[name].append(group)
        for name in sorted({name for group in self.all if group.role is None for name in group.names}):
            present = _distinct(map(self._now, bearers[name]))
            known = [group for group in present if group.role is not None]
            pairs = combinations([group for group in present if group.codes], 2)
            if len(known) > 1 or any(one.disagrees(other) for one, other in pairs):
                for group in present:
                    group.shares_name = True
                continue
            for other in present[1:]:
                self._absorb(present[0], other)


def _distinct(groups: Iterable[Group]) -> list[Group]:
    return list(dict.fromkeys(groups))


def _tell_clash(candidate: Candidate, roles: Sequence[Group]) -> None:
    slugs = ", ".join(sorted(group.slug for group in roles))
    candidate.report.outcome = Outcome.FAILED
    candidate.report.say(
        "identifier-taken",
        candidate.code_line,
        f"The identifiers in this file belong to different roles: {slugs}. "
        "Correct them; or, if these are one role, delete all but one in the catalogue and load again.",
    )
