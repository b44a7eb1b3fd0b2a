"""The catalogue into role files: each role's own files with its edits in them, a new one if it has none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from itertools import count

from django.utils import timezone

from roles import store
from roles.documents.document import (
    Interaction,
    Key,
    RoleDocument,
    Section,
    Statement,
    field_of,
    from_statements,
    is_common_partner,
    statements,
)
from roles.documents.merge import merge
from roles.documents.pending import Pending
from roles.documents.reader import Dialect
from roles.documents.sections import BY_ID
from roles.documents.text import slugify
from roles.documents.writer import patch, render
from roles.loading.sources import folded, sources_of
from roles.models import OldSlug, Role, RoleRevision, SourceDocument
from roles.proposals import pending

RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)
"""Names that no file can have on Windows, whatever its ending."""


class State(Enum):
    """How a file that stands somewhere compares with what the catalogue would have there."""

    SAME = "same"
    NEW = "new"
    """There is none."""
    CHANGED = "changed"
    """The catalogue was edited since."""
    WAITING = "waiting"
    """It says what the catalogue never heard of: it is to be loaded first, and never overwritten."""
    HELD = "held"
    """It was loaded, but would take so much away that somebody is to look first."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of a role as the catalogue would have it."""

    path: str
    data: bytes
    files: "_RoleFiles"
    number: int

    @property
    def role(self) -> Role:
        """The role that it describes."""
        return self.files.role

    def state(self, existing: bytes | None) -> State:
        """Compare a file of these bytes, None if there is none, with this one.

        What it says is known if it was loaded like that, or exported like that after an earlier change.
        """
        if existing is None:
            return State.NEW
        if existing == self.data:
            return State.SAME
        if any(existing == data for _revision, data in self.files.past(self.number)):
            return State.CHANGED
        return State.HELD if existing == self.files.held(self.number) else State.WAITING

    def revisions_since(self, existing: bytes | None) -> list[RoleRevision]:
        """The revisions that made a file of these bytes this one, the newest first."""
        found: list[RoleRevision] = []
        revision, newer = None, self.data
        for older_revision, older in self.files.past(self.number):
            if revision is not None and older != newer and revision not in found:
                found.append(revision)
            if older == existing:
                return found
            revision, newer = older_revision, older
        return [*found, revision] if revision is not None and revision not in found else found


def export(roles: Iterable[Role], *, dialect: Dialect = "profile") -> Iterator[ExportedFile]:
    """The files of the roles. Where nothing was edited, they are byte for byte what was loaded.

    A statement that changed goes to every document that makes it; a new one to the first-ranked document
    that has its section, else to the first. A statement that waits for a decision between file and catalogue
    stays as the file has it, and so does what the files want and nobody has approved yet. `dialect` is that
    of files for roles which have none.
    """
    # A deleted role's file may still be there, so its path is not given to another.
    taken = set(SourceDocument.objects.values_list("path", flat=True))
    for role in roles:
        files = _RoleFiles(role, dialect)
        now = store.current(role)
        paths = [stored.path for stored in files.documents] or [_new_path(now, taken)]
        for number, path in enumerate(paths):
            yield ExportedFile(path, files.data(number, now, timezone.now()), files, number)


def paths_of_deleted_roles() -> set[str]:
    """The paths of files whose role was deleted: they are neither written nor removed."""
    return set(SourceDocument.objects.filter(role=None).values_list("path", flat=True))


def _new_path(document: RoleDocument, taken: set[str]) -> str:
    """A path that no other file has; it is taken from now on."""
    folder = _usable(slugify(document.family).replace("-", "_")) if document.family else ""
    stem = _usable(document.slug)
    names = (f"{stem}{f'-{number}' if number > 1 else ''}.md" for number in count(1))
    path = next(path for name in names if (path := f"{folder}/{name}".lstrip("/")) not in taken)
    taken.add(path)
    return path


def _usable(name: str) -> str:
    return f"{name}_" if name in RESERVED else name


class _RoleFiles:
    """The documents of one role, and what they are to say for any state of the role."""

    def __init__(self, role: Role, dialect: Dialect) -> None:
        self.role = role
        self.dialect = dialect
        self.documents = list(role.documents.order_by("rank", "path"))
        self.said = [RoleDocument.stored(document.parsed) for document in self.documents]
        self.base = folded(sources_of(self.documents)) if self.documents else None

    @cached_property
    def _conflicts(self) -> list[tuple[Key, datetime, datetime | None]]:
        return list(self.role.conflicts.values_list("key", "opened_at", "closed_at"))

    @cached_property
    def _proposals(self) -> list[tuple[Pending, datetime, datetime | None]]:
        return [
            (pending(each), each.created_at, None if each.is_open else each.updated_at)
            for each in self.role.proposals.of_load()
        ]

    def undecided(self, at: datetime) -> frozenset[Key]:
        """The statements that wait at a moment for a decision between file and catalogue."""
        return frozenset(
            key for key, opened, closed in self._conflicts if opened <= at and (closed is None or at < closed)
        )

    def held(self, number: int) -> bytes | None:
        """A file's newer bytes that wait for somebody to look at them."""
        newer = self.documents[number].held if self.documents else None
        return bytes(newer) if newer is not None else None

    def past(self, number: int) -> Iterator[tuple[RoleRevision, bytes]]:
        """What a file would have been after each change of the role, the newest first, and what was loaded.

        A decision on a conflict is a change, too: it can alter the file without a revision.
        """
        revisions = list(self.role.revisions.select_related("author").order_by("-number"))
        loaded = self.documents[number].updated_at if self.documents else None
        decided = (closed for _key, _opened, closed in self._conflicts if closed)
        moments = {*(revision.created_at for revision in revisions), *decided}
        for moment in sorted({*moments, loaded} if loaded else moments, reverse=True):
            revision = next((each for each in revisions if each.created_at <= moment), None)
            if revision is None:
                continue
            if moment == loaded:
                yield revision, bytes(self.documents[number].content)
            else:
                then = RoleDocument.stored(revision.document)
                yield revision, self.data(number, then, moment)

    def data(self, number: int, now: RoleDocument, at: datetime) -> bytes:
        """A file's bytes when the catalogue says this of the role at a moment."""
        if self.base is None:
            # Another role may bear the name; the slug tells them apart wherever the files are loaded.
            return render(now, self.dialect, with_slug=True).encode()
        undecided = self.undecided(at)
        now = self._with_own_slug(self._with_what_waits(now, self.base, at), self.base)
        homes = self._homes(now)
        added = {key for key, home in homes.items() if home == number and key not in undecided}
        target = _for_file(self.said[number], self.base, now, added, undecided)
        if not self._states(number, "slug"):
            target = replace(target, slug=slugify(target.name))
        if not self._states(number, "family") or target.family == self._family_by_folder(number):
            target = replace(target, family=None)
        return patch(bytes(self.documents[number].content), target)

    def _with_what_waits(self, now: RoleDocument, base: RoleDocument, at: datetime) -> RoleDocument:
        """What the catalogue says, with the files' own words where they wait for review at a moment."""
        for change, opened, closed in self._proposals:
            if opened <= at and (closed is None or at < closed):
                approved = change.onto(now).document
                in_files = merge(base, approved, base, yielding=change.keys)
                now = now if in_files.conflicts else in_files.document
        return now

    def _states(self, number: int, name: str) -> bool:
        """Whether a document is to state what follows from its name or folder: if it does, or for all."""
        stating = [other for other, document in enumerate(self.documents) if name in document.lines]
        return number in (stating or [0])

    def _family_by_folder(self, number: int) -> str | None:
        document = self.documents[number]
        return None if "family" in document.lines else document.folder_family or None

    def _with_own_slug(self, now: RoleDocument, base: RoleDocument) -> RoleDocument:
        """Under the slug that its files have, unless somebody renamed the role.

        A slug that was given to it because its own was taken is the catalogue's affair.
        """
        renamed = now.slug != base.slug and OldSlug.objects.filter(role=self.role, slug=base.slug).exists()
        return now if renamed else replace(now, slug=base.slug)

    def _homes(self, now: RoleDocument) -> dict[Key, int]:
        """For each statement that no document makes yet, the number of the one that it goes to."""
        made = [statements(document) for document in self.said]
        places = [{_place(key, value) for key, value in said.items()} for said in made]
        around = [{place.partition(".")[0] for place in present} for present in places]
        homes = {}
        for key, value in statements(now).items():
            if not any(key in said for said in made):
                place = _place(key, value)
                in_section = (number for number, present in enumerate(places) if place in present)
                top = place.partition(".")[0]
                nearby = (number for number, present in enumerate(around) if top in present)
                homes[key] = next(in_section, next(nearby, 0))
        return homes


def _place(key: Key, value: Statement) -> str:
    """What tells where in a file a statement stands: the field of its section."""
    if isinstance(value, Interaction) and is_common_partner(value):
        return "common_partners"
    if isinstance(value, Section) and value.position:
        return BY_ID[value.position].field
    return field_of(key)


def _for_file(
    said: RoleDocument, base: RoleDocument, now: RoleDocument, added: set[Key], undecided: frozenset[Key]
) -> RoleDocument:
    """What one document says after the catalogue's edits: in its own words where nobody changed them."""
    mine = statements(said)
    before = {key: value for key, value in statements(base).items() if key in mine}
    after = {key: value for key, value in statements(now).items() if key in mine or key in added}
    merged = merge(from_statements(before), said, from_statements(after))
    # A twin that words a statement in its own way takes over an edit of it all the same.
    result = statements(merged.document)
    for conflict in merged.conflicts:
        if conflict.theirs is None:
            result.pop(conflict.key, None)
        else:
            result[conflict.key] = conflict.theirs
    for key in undecided & mine.keys():
        result = _with(result, key, mine)
    return from_statements(result)


def _with(said: dict[Key, Statement], key: Key, mine: dict[Key, Statement]) -> dict[Key, Statement]:
    """Statements with one as the document words it, after the one that it follows there if it is missing."""
    if key in said:
        return {**said, key: mine[key]}
    earlier = list(mine)[: list(mine).index(key)]
    previous = next((other for other in reversed(earlier) if other in said), None)
    order = list(said)
    order.insert(order.index(previous) + 1 if previous is not None else 0, key)
    return {other: mine[key] if other == key else said[other] for other in order}
