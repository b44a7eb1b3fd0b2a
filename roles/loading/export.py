"""The catalogue into role files: each role's own files with its edits in them, a new one if it has none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

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
from roles.documents.reader import Dialect, parse
from roles.documents.sections import BY_ID
from roles.documents.text import slugify
from roles.documents.writer import patch, render
from roles.loading.reconcile import folded, sources_of
from roles.models import OldSlug, Role, SourceDocument


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of a role as the catalogue would have it."""

    path: str
    data: bytes
    role: "_RoleFiles"
    number: int

    def replaces(self, existing: bytes) -> bool:
        """Whether a file with these bytes may be overwritten, because the catalogue knows what it says.

        So it is if it was loaded like that, or if the catalogue has exported it so after an earlier change.
        """
        return existing == self.data or existing in self.role.earlier(self.number)


def export(roles: Iterable[Role], *, dialect: Dialect = "profile") -> Iterator[ExportedFile]:
    """The files of the roles. Where nothing was edited, they are byte for byte what was loaded.

    A statement that changed goes to every document that makes it; a new one to the first-ranked document
    that has its section, else to the first. `dialect` is that of files for roles which have none.
    """
    taken = set(SourceDocument.objects.exclude(role=None).values_list("path", flat=True))
    for role in roles:
        files = _RoleFiles(role, dialect)
        now = store.current(role)
        paths = [stored.path for stored in files.documents] or [_new_path(now, taken)]
        for number, path in enumerate(paths):
            yield ExportedFile(path, files.data(number, now), files, number)


def _new_path(document: RoleDocument, taken: set[str]) -> str:
    """A path that no other file has; it is taken from now on."""
    folder = slugify(document.family).replace("-", "_") if document.family else ""
    names = (f"{document.slug}{f'-{number}' if number > 1 else ''}.md" for number in count(1))
    path = next(path for name in names if (path := f"{folder}/{name}".lstrip("/")) not in taken)
    taken.add(path)
    return path


class _RoleFiles:
    """The documents of one role, and what they are to say for any state of the role."""

    def __init__(self, role: Role, dialect: Dialect) -> None:
        self.role = role
        self.dialect = dialect
        self.documents = list(role.documents.order_by("rank", "path"))
        self.said = [RoleDocument.from_json(document.parsed) for document in self.documents]
        self.base = folded(sources_of(self.documents)) if self.documents else None

    def earlier(self, number: int) -> Iterator[bytes]:
        """What a file was when it was loaded, and what it would have been after each change of the role."""
        if self.documents:
            yield bytes(self.documents[number].content)
        for said in self.role.revisions.values_list("document", flat=True):
            yield self.data(number, RoleDocument.from_json(said))

    def data(self, number: int, now: RoleDocument) -> bytes:
        """A file's bytes when the catalogue says this of the role."""
        if self.base is None:
            return render(now, self.dialect).encode()
        now = self._with_own_slug(now, self.base)
        homes = self._homes(now)
        added = {key for key, home in homes.items() if home == number}
        target = _for_file(self.said[number], self.base, now, added)
        return _patched(self.documents[number], target)

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


def _for_file(said: RoleDocument, base: RoleDocument, now: RoleDocument, added: set[Key]) -> RoleDocument:
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
    return from_statements(result)


def _patched(stored: SourceDocument, target: RoleDocument) -> bytes:
    data = bytes(stored.content)
    written = parse(data).document
    if written is not None and written.family is None and target.family == (stored.folder_family or None):
        target = replace(target, family=None)
    return patch(data, target)
