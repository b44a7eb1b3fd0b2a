"""The catalogue into role files: each role's own files with its edits in them, a new one if it has none."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from roles.documents.document import Key, RoleDocument, field_of, from_statements, statements
from roles.documents.merge import fold, merge
from roles.documents.reader import Dialect, parse
from roles.documents.text import slugify
from roles.documents.writer import patch, render
from roles.loading.reconcile import current
from roles.models import OldSlug, Role, SourceDocument


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file as the catalogue would have it. `loaded` is the digest of the bytes that were loaded, if any."""

    path: str
    data: bytes
    role: str
    loaded: str | None = None

    def replaces(self, existing: bytes) -> bool:
        """Whether a file with these bytes may be overwritten: it holds nothing the catalogue doesn't know."""
        return existing == self.data or hashlib.sha256(existing).hexdigest() == self.loaded


def export(roles: Iterable[Role], *, dialect: Dialect = "profile") -> Iterator[ExportedFile]:
    """The files of the roles. Where nothing was edited, they are byte for byte what was loaded.

    A statement that changed goes to every document that makes it; a new one to the first-ranked document that
    has its section, else to the first. `dialect` is that of files for roles which have none.
    """
    for role in roles:
        documents = list(role.documents.order_by("rank", "path"))
        if documents:
            yield from _patched(role, documents)
        else:
            yield _new(role, dialect)


def _new(role: Role, dialect: Dialect) -> ExportedFile:
    document = current(role)
    folder = slugify(document.family).replace("-", "_") if document.family else ""
    path = "/".join(filter(None, (folder, f"{document.slug}.md")))
    return ExportedFile(path, render(document, dialect).encode(), role.slug)


def _patched(role: Role, documents: Sequence[SourceDocument]) -> Iterator[ExportedFile]:
    own = [RoleDocument.from_json(document.parsed) for document in documents]
    base = fold(own)
    now = _with_own_slug(role, current(role), base)
    homes = _homes(own, now)
    for number, (stored, said) in enumerate(zip(documents, own, strict=True)):
        data = bytes(stored.content)
        target = _for_file(said, base, now, {key for key, home in homes.items() if home == number})
        yield ExportedFile(stored.path, _patch(data, target, stored.folder_family), role.slug, stored.digest)


def _with_own_slug(role: Role, now: RoleDocument, base: RoleDocument) -> RoleDocument:
    """Under the slug that its files have, unless somebody renamed the role.

    A slug that was given to it because its own was taken is the catalogue's affair.
    """
    renamed = OldSlug.objects.filter(role=role, slug=base.slug).exists()
    return now if renamed or now.slug == base.slug else replace(now, slug=base.slug)


def _homes(own: Sequence[RoleDocument], now: RoleDocument) -> dict[Key, int]:
    """For each statement that no document makes yet, the number of the one that it goes to."""
    made = [statements(document) for document in own]
    fields = [{field_of(key) for key in said} for said in made]
    homes = {}
    for key in statements(now):
        if not any(key in said for said in made):
            homes[key] = next((n for n, present in enumerate(fields) if field_of(key) in present), 0)
    return homes


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


def _patch(data: bytes, target: RoleDocument, folder_family: str) -> bytes:
    written = parse(data).document
    if written is not None and written.family is None and target.family == (folder_family or None):
        target = replace(target, family=None)
    return patch(data, target)
