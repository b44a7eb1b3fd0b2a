"""Bringing the files of one role and the catalogue together, in one transaction.

Base is what the files said when they were last loaded, ours what the catalogue says, theirs what the files
say now.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from django.db import transaction
from django.utils import timezone

from roles import store
from roles.documents.document import MAX_SLUG, Key, RoleDocument, statements, to_json
from roles.documents.merge import Conflict, Merged, fold, merge
from roles.documents.text import fold_key
from roles.loading.identify import Candidate, Group
from roles.loading.report import Outcome
from roles.models import Conflict as ConflictRow
from roles.models import Role, RoleRevision, SourceDocument

DERIVED = ("slug", "family")
"""Fields that follow from the role's name and the file's folder where a file does not state them."""


class Outdated(Exception):
    """The catalogue changed since the files were grouped by role: they are to be grouped again."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A document as it takes part in what the files of a role say."""

    path: str
    dialect: str
    document: RoleDocument
    stated: Collection[Key]
    """The statements that stand in the file."""
    row: SourceDocument | None = None
    """The document as the catalogue has it; None for a new one."""
    candidate: Candidate | None = None
    """The file, if this run read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What came of the files of one role."""

    role: Role
    revision: RoleRevision | None
    created: bool
    theirs: RoleDocument
    conflicts: tuple[Conflict, ...]
    sources: tuple[Source, ...]
    before: tuple[Source, ...]
    """The documents as they were when they were last loaded."""
    outcomes: dict[Candidate, Outcome]
    refused_slug: str | None
    """The slug that the role should have, and that another role has."""


def is_unchanged(group: Group) -> bool:
    """Whether every file of a role is as it was when it was last loaded, and read as it was."""
    return group.role is not None and all(
        _is_unchanged(file, file.stored, group.role) for file in group.candidates
    )


def _is_unchanged(candidate: Candidate, row: SourceDocument | None, role: int | None) -> bool:
    return (
        row is not None
        and row.role_id == role
        and not row.missing
        and row.digest == candidate.digest
        and row.root == (candidate.found.root or row.root)
        and row.parsed == candidate.document.to_json()
        and row.lines == candidate.parsed.statement_lines
    )


@transaction.atomic
def reconcile(group: Group, change: store.Change, *, newest: int, paths: Collection[str]) -> Reconciled:
    """Load the files of one role: merge, write, keep the new base, and note conflicts.

    `newest` is the number of the catalogue's newest revision when the files were grouped, `paths` are those
    of all files in this run.

    Raises:
        Outdated: if somebody else changed the catalogue since.
        store.IdentifierTaken: if another role has one of the files' identifiers.
        Nothing is written then.
    """
    if store.lock() != newest:
        raise Outdated
    role = Role.objects.select_related("revision").filter(pk=group.role).first() if group.role else None
    if group.role and role is None:
        raise Outdated
    rows = list(SourceDocument.objects.filter(role=role).defer("content")) if role else []
    files = _match(group, rows, paths)
    before, sources = sources_of(rows), _sources(group, rows, files)
    theirs = folded(sources)
    merged = _merge(role, before, sources)
    document = replace(merged.document, slug=_free_slug(merged.document, role))
    outcomes = {file: _outcome(file, files.get(file), role) for file in group.candidates}
    written, revision = store.write(role, document, change, status=status_of(theirs) or Role.Status.PUBLISHED)
    _keep_documents(written, sources, change)
    _keep_conflicts(written, merged.conflicts, document, theirs, change)
    return Reconciled(
        role=written,
        revision=revision,
        created=role is None,
        theirs=theirs,
        conflicts=merged.conflicts,
        sources=sources,
        before=before,
        outcomes=outcomes,
        refused_slug=merged.document.slug if merged.document.slug != document.slug else None,
    )


def _outcome(candidate: Candidate, row: SourceDocument | None, role: Role | None) -> Outcome:
    if role is None:
        return Outcome.CREATED
    same = row is not None and (row.digest, row.parsed) == (candidate.digest, candidate.document.to_json())
    return Outcome.UNCHANGED if same else Outcome.UPDATED


# Which document is which ------------------------------------------------------------------------------------


def _match(
    group: Group, rows: Sequence[SourceDocument], paths: Collection[str]
) -> dict[Candidate, SourceDocument]:
    """The role's document that each file is: by its bytes, by its place, or because no other is left."""
    free = {row.pk: row for row in rows}
    found: dict[Candidate, SourceDocument] = {}

    def has_same_place(candidate: Candidate, row: SourceDocument) -> bool:
        return candidate.stored is not None and candidate.stored.pk == row.pk

    def has_same_bytes(candidate: Candidate, row: SourceDocument) -> bool:
        return candidate.digest == row.digest

    def is_as_it_was(candidate: Candidate, row: SourceDocument) -> bool:
        return has_same_place(candidate, row) and has_same_bytes(candidate, row)

    def is_all_there_is(candidate: Candidate, row: SourceDocument) -> bool:
        # Where a file is still read from its place, it is another document now.
        lost = row.missing or row.path in paths
        # A file that was loaded by itself may be found in its folder now.
        alone = not row.root and PurePosixPath(row.path).name == candidate.found.file.name
        return row.dialect == candidate.parsed.dialect and (lost or alone)

    for is_same in (is_as_it_was, has_same_bytes, has_same_place, is_all_there_is):
        for candidate in (file for file in group.candidates if file not in found):
            same = next((row for row in free.values() if is_same(candidate, row)), None)
            if same is not None:
                found[candidate] = free.pop(same.pk)
    return found


def _sources(
    group: Group, rows: Sequence[SourceDocument], files: dict[Candidate, SourceDocument]
) -> tuple[Source, ...]:
    """All documents of the role in the order of their rank: as they are now if this run read them."""
    candidates = {row.pk: candidate for candidate, row in files.items()}
    known = [_of_file(candidates[row.pk], row) if row.pk in candidates else _of_row(row) for row in rows]
    return (*known, *(_of_file(file, None) for file in group.candidates if file not in files))


def sources_of(rows: Iterable[SourceDocument]) -> tuple[Source, ...]:
    """Documents as they were when they were last loaded."""
    return tuple(map(_of_row, rows))


def _of_row(row: SourceDocument) -> Source:
    return Source(row.path, row.dialect, RoleDocument.from_json(row.parsed), row.lines, row)


def _of_file(candidate: Candidate, row: SourceDocument | None) -> Source:
    # A file that was named by itself keeps the place that it was once loaded from with its folder.
    path = row.path if row is not None and not candidate.found.root else candidate.found.path
    parsed = candidate.parsed
    return Source(path, parsed.dialect, candidate.document, parsed.statement_lines, row, candidate)


# What they say together -------------------------------------------------------------------------------------


def folded(sources: Sequence[Source]) -> RoleDocument:
    """All documents of a role as one. A slug or a family that a file states counts before a derived one."""
    documents = [source.document for source in sources]
    for name in DERIVED:
        stated = next((getattr(source.document, name) for source in sources if name in source.stated), None)
        if stated is not None:
            documents[0] = replace(documents[0], **{name: stated})
    return fold(documents)


def _merge(role: Role | None, before: Sequence[Source], sources: Sequence[Source]) -> Merged:
    theirs = folded(sources)
    if role is None:
        return Merged(theirs)
    ours, base = store.current(role), folded(before) if before else None
    for name in DERIVED:
        said, before_edit = getattr(ours, name), getattr(base, name, None)
        # Where no file states it, what the catalogue says of it is the catalogue's own affair.
        if said != before_edit and not any(name in source.stated for source in sources):
            theirs = replace(theirs, **{name: said})
    return merge(base, ours, theirs)


def _free_slug(document: RoleDocument, role: Role | None) -> str:
    """The document's slug; if another role has it, the one that the role has, or the next that is free."""
    if not _is_taken(document.slug, role):
        return document.slug
    if role is not None:
        return role.slug
    number = 2
    while _is_taken(slug := f"{document.slug[: MAX_SLUG - 10]}-{number}", None):
        number += 1
    return slug


def _is_taken(slug: str, role: Role | None) -> bool:
    return bool(store.taken_slugs([slug]).get(slug, set()) - {role.pk if role else None})


def status_of(document: RoleDocument) -> Role.Status | None:
    """The status that a front matter asks for. It counts when the role is made, and never again."""
    wanted = document.extra.get("status")
    folded = fold_key(wanted) if isinstance(wanted, str) else ""
    return Role.Status(folded) if folded in Role.Status.values else None


# What is kept -----------------------------------------------------------------------------------------------


def _keep_documents(role: Role, sources: Sequence[Source], change: store.Change) -> None:
    """Store the files that changed."""
    rank = max((source.row.rank for source in sources if source.row), default=0)
    changed = [
        (source, file) for source in sources if (file := source.candidate) and not _is_kept(source, role)
    ]
    moved = [source.row for source, _file in changed if source.row and source.row.path != source.path]
    for row in moved:
        # Files may have changed places with each other.
        SourceDocument.objects.filter(pk=row.pk).update(path=f"{row.path} (moving, {row.pk})")
    for source, candidate in changed:
        row = source.row or SourceDocument(role=role, rank=(rank := rank + 1))
        _fill(row, _free_path(source.path, candidate, role), candidate)
        row.run, row.updated_at = change.run, timezone.now()
        row.save()


def _is_kept(source: Source, role: Role) -> bool:
    """Whether a document is stored as it is."""
    if source.candidate is None:
        return True
    same_place = source.row is not None and source.row.path == source.path
    return same_place and _is_unchanged(source.candidate, source.row, role.pk)


def _fill(row: SourceDocument, path: str, candidate: Candidate) -> None:
    row.path, row.root = path, candidate.found.root or row.root
    row.dialect = SourceDocument.Dialect(candidate.parsed.dialect)
    row.digest, row.content = candidate.digest, candidate.data
    row.folder_family, row.missing = candidate.folder_family, False
    row.parsed, row.lines = candidate.document.to_json(), candidate.parsed.statement_lines


def _free_path(path: str, candidate: Candidate, role: Role) -> str:
    """A path for a document, which no other document has any more.

    A document of another role that had it keeps what it says under a path that tells so, until this run finds
    its file under another name.
    """
    other = SourceDocument.objects.filter(path=path).exclude(role=role).select_related("role").first()
    if other is None:
        return path
    if other.role is None:
        other.delete()  # What a deleted role's file said; its revisions tell what the role said.
        return path
    if not candidate.found.root:
        return _longer_path(candidate)
    where = PurePosixPath(path)
    other.path, other.missing = str(where.with_stem(f"{where.stem} (was {other.role.slug})")), True
    other.save(update_fields=["path", "missing"])
    return path


def _longer_path(candidate: Candidate) -> str:
    """As much of a file's path as tells it from documents that are not it."""
    parts = candidate.found.file.parts
    for number in range(2, len(parts)):
        path = "/".join(parts[-number:])
        if not SourceDocument.objects.filter(path=path).exists():
            return path
    return candidate.found.file.as_posix()


def _keep_conflicts(
    role: Role,
    conflicts: Sequence[Conflict],
    document: RoleDocument,
    theirs: RoleDocument,
    change: store.Change,
) -> None:
    """One open conflict a statement, up to date with both sides; closed where they agree now."""
    open_ones = {row.key: row for row in ConflictRow.objects.filter(role=role, closed_at=None)}
    for conflict in conflicts:
        open_ones.setdefault(
            conflict.key, ConflictRow(role=role, key=conflict.key, base=to_json(conflict.base))
        )
    here, there = statements(document), statements(theirs)
    for key, row in open_ones.items():
        sides = to_json(here.get(key)), to_json(there.get(key))
        if row.pk is None or (row.ours, row.theirs) != sides:
            row.ours, row.theirs = sides
            row.run, row.closed_at = change.run, timezone.now() if sides[0] == sides[1] else None
            row.save()
