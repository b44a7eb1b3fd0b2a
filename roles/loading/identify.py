"""Which files describe the same role, and which role of the catalogue that is.

The rules are those of the format: shared identifiers join, transitively; then a name joins where exactly
one group bears it and no identifier scheme disagrees. A slug counts as identifier only where a file
states it. The place of a file is no identity, but tells that an unidentified file is the one that was
loaded before.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from roles.documents.document import RoleDocument
from roles.documents.reader import Parsed
from roles.documents.text import fold_key
from roles.loading.discover import Found
from roles.loading.report import FileReport
from roles.models import OldSlug, Role, RoleIdentifier, SourceDocument

SLUG = "slug"
Code = tuple[str, str]
"""A scheme and a value, the value folded."""


@dataclass(slots=True)
class Candidate:
    """A file that was read: what it says, and the document it was when it was last loaded, if it was."""

    found: Found
    data: bytes
    digest: str
    parsed: Parsed
    document: RoleDocument
    report: FileReport
    stored: SourceDocument | None = None
    folder_family: str = ""

    @property
    def codes(self) -> set[Code]:
        """The identifiers that the file states."""
        codes = {(item.scheme, fold_key(item.value)) for item in self.document.identifiers}
        return codes | ({(SLUG, self.document.slug)} if self.parsed.written_slug else set())


@dataclass(slots=True)
class Group:
    """Files that describe one role; `role` is its id in the catalogue, None for a new one."""

    candidates: list[Candidate]
    role: int | None = None
    codes: set[Code] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def disagrees(self, other: "Group") -> bool:
        """Whether a scheme has values in both groups and none in common."""
        ours, theirs = _by_scheme(self.codes), _by_scheme(other.codes)
        return any(not ours[scheme] & theirs[scheme] for scheme in ours.keys() & theirs.keys())


def _by_scheme(codes: set[Code]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for scheme, value in codes:
        found[scheme].add(value)
    return found


def identify(candidates: Iterable[Candidate]) -> list[Group]:
    """Group files by the role they describe, in the order of each group's first file."""
    groups = _catalogue_groups()
    codes = {code: group for group in groups for code in group.codes}
    by_role = {group.role: group for group in groups}
    unidentified: list[Group] = []
    for candidate in candidates:
        joined = _distinct(codes[code] for code in candidate.codes if code in codes)
        if not joined and (before := _same_file(candidate, by_role)):
            joined = [before]
        group = Group([candidate], codes=candidate.codes, names={fold_key(candidate.document.name)})
        for other in joined:
            group = _join(other, group, groups)
        if not joined:
            groups.append(group)
            unidentified.append(group)
        codes |= dict.fromkeys(group.codes, group)
        by_role[group.role] = group
    _join_by_name([group for group in unidentified if group in groups], groups)
    found = [group for group in groups if group.candidates]
    for group in found:
        group.candidates.sort(key=lambda candidate: candidate.found.path)
    return sorted(found, key=lambda group: group.candidates[0].found.path)


def _distinct(groups: Iterable[Group]) -> list[Group]:
    found: list[Group] = []
    for group in groups:
        if not any(group is other for other in found):
            found.append(group)
    return found


def _catalogue_groups() -> list[Group]:
    """The roles of the catalogue, with the codes and names under which files can mean them."""
    groups = {pk: Group([], pk, {(SLUG, slug)}, {fold_key(name)}) for pk, slug, name in _roles()}
    for pk, slug in OldSlug.objects.values_list("role_id", "slug"):
        groups[pk].codes.add((SLUG, slug))
    for pk, scheme, value in RoleIdentifier.objects.values_list("role_id", "scheme", "value"):
        groups[pk].codes.add((scheme, fold_key(value)))
    return list(groups.values())


def _roles() -> Iterable[tuple[int, str, str]]:
    return Role.objects.order_by("pk").values_list("pk", "slug", "name")


def _same_file(candidate: Candidate, by_role: dict[int | None, Group]) -> Group | None:
    """The role that this file described when it was last loaded, if nothing in it says otherwise."""
    stored = candidate.stored
    if stored is None or stored.role_id is None:
        return None
    same_name = fold_key(stored.parsed["name"]) == fold_key(candidate.document.name)
    return by_role.get(stored.role_id) if same_name or not candidate.codes else None


def _join(into: Group, group: Group, groups: list[Group]) -> Group:
    """Make two groups one. Two roles of the catalogue are never joined: the files belong to the first."""
    if into is group:
        return group
    if into.role is not None and group.role is not None:
        return into
    first, second = (group, into) if group.role is not None else (into, group)
    first.candidates += second.candidates
    first.codes |= second.codes
    first.names |= second.names
    if any(other is second for other in groups):
        groups[:] = [other for other in groups if other is not second]
    return first


def _join_by_name(unidentified: list[Group], groups: list[Group]) -> None:
    for group in unidentified:
        if not any(group is other for other in groups):
            continue
        sharing = [other for other in groups if other is not group and other.names & group.names]
        if len(sharing) == 1 and not sharing[0].disagrees(group):
            _join(sharing[0], group, groups)
        elif sharing:
            for candidate in group.candidates:
                candidate.report.say(
                    "name-shared",
                    candidate.parsed.statement_lines.get("name", 1),
                    f"Another role is named {candidate.document.name!r} too; they are kept apart. "
                    "Give both documents the same identifier or slug if they describe one role.",
                )
