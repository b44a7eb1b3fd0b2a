"""Bringing the files of roles and the catalogue together, many roles in one transaction.

Base is what the files said when they were last loaded, ours what the catalogue says, theirs what the files
say now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from django.db import transaction
from django.utils import timezone

from roles import store
from roles.documents.document import MAX_SLUG, Key, RoleDocument, statements, to_json
from roles.documents.merge import Conflict, Merged, fold, merge
from roles.documents.text import fold_key
from roles.loading.identify import Group
from roles.loading.reading import Candidate, Reading, reader
from roles.loading.report import Outcome
from roles.models import Conflict as ConflictRow
from roles.models import RevisionCounter, Role, RoleRevision, SourceDocument

DERIVED = ("slug", "family")
"""Fields that follow from the role's name and the file's folder where a file does not state them."""

HELD_FROM = 5
"""A file that would withdraw so many statements, and more than half of what the role says, is held back."""

Side = Literal["files", "catalogue"]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a run: their paths, and the documents, by id, whose files are as they were."""

    paths: set[str]
    settled: set[int]


class Outdated(Exception):
    """The catalogue changed since the files were grouped by role: they are to be grouped again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a load decides what could be decided otherwise."""

    prefer: Side | None = None
    """The side that is taken where both changed a statement; None leaves that to HR."""
    hold: bool = True
    """Whether a file that would withdraw most of a role is held back."""
    gone: Set[int] = frozenset()
    """Ids of documents whose statements are withdrawn, because their files are gone."""


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
    reading: Reading | None = None
    """What this run read of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A file that is held back, and the document that it was."""

    candidate: Candidate
    row: SourceDocument


@dataclass(slots=True, kw_only=True, eq=False)
class Reconciled:
    """What came of the files of one role."""

    group: Group
    role: Role | None
    """None until a new role is written."""
    revision: RoleRevision | None = None
    created: bool
    ours: RoleDocument | None
    theirs: RoleDocument
    document: RoleDocument
    conflicts: tuple[Conflict, ...]
    decided: tuple[Conflict, ...]
    """Conflicts that the rules of this run decided."""
    sources: tuple[Source, ...]
    before: tuple[Source, ...]
    """The documents as they were when they were last loaded."""
    held: tuple[Held, ...]
    outcomes: dict[Candidate, Outcome]
    refused_slug: str | None = None
    """The slug that the role should have, and that another role has."""


@transaction.atomic
def reconcile(
    groups: Sequence[Group], change: store.Change, rules: Rules, *, newest: int, files: Files
) -> list[Reconciled]:
    """Load the files of several roles, all or none: merge, write, keep the new base, and note conflicts.

    `newest` is the number of the catalogue's newest revision when the files were grouped.

    Raises:
        Outdated: if somebody else changed the catalogue since.
        store.IdentifierTaken: if another role has one of the files' identifiers.
        Nothing is written then.
    """
    if store.lock() != newest:
        raise Outdated
    pks = [group.role for group in groups if group.role is not None]
    roles = Role.objects.select_related("revision").in_bulk(pks)
    if len(roles) < len(pks):
        raise Outdated
    rows: dict[int, list[SourceDocument]] = {pk: [] for pk in pks}
    for row in SourceDocument.objects.filter(role__in=pks).defer("content", "messages"):
        rows[row.role_id or 0].append(row)
    waiting: dict[int, set[Key]] = {pk: set() for pk in pks}
    if rules.prefer:
        for pk, key in ConflictRow.objects.filter(role__in=pks, closed_at=None).values_list("role_id", "key"):
            waiting[pk].add(key)
    results = [
        _reconciled(
            group,
            roles.get(group.role or 0),
            rows.get(group.role or 0, []),
            rules,
            waiting.get(group.role or 0, set()),
            files,
        )
        for group in groups
    ]
    _choose_slugs(results)
    written = store.write_all(
        [(each.role, each.document, status_of(each.theirs) or Role.Status.PUBLISHED) for each in results],
        change,
    )
    for each, (role, revision) in zip(results, written, strict=True):
        each.role, each.revision = role, revision
    _keep_documents(results, rules, change)
    _keep_conflicts(results, change)
    return results


def _reconciled(
    group: Group,
    role: Role | None,
    rows: Sequence[SourceDocument],
    rules: Rules,
    waiting: Set[Key],
    all_files: Files,
) -> Reconciled:
    """What is to come of the files of one role."""
    files = _match(group, rows, all_files)
    before, sources = sources_of(rows), _sources(group, rows, files, rules.gone)
    ours = store.current(role) if role else None
    merged, decided = _merge(ours, before, sources, rules.prefer, waiting)
    held = _held(ours, merged.document, sources) if rules.hold and ours else ()
    readings = {source.candidate: source.reading for source in sources if source.candidate}
    if held:
        rows_held = {each.candidate: each.row for each in held}
        sources = tuple(
            _of_row(rows_held[each.candidate]) if each.candidate in rows_held else each for each in sources
        )
        merged, decided = _merge(ours, before, sources, rules.prefer, waiting)
    return Reconciled(
        group=group,
        role=role,
        created=role is None,
        ours=ours,
        theirs=folded(sources) if sources else merged.document,
        document=merged.document,
        conflicts=merged.conflicts,
        decided=decided,
        sources=sources,
        before=before,
        held=held,
        outcomes={file: _outcome(file, readings[file], files.get(file), role) for file in group.candidates}
        | {each.candidate: Outcome.HELD for each in held},
    )


def _outcome(
    candidate: Candidate, reading: Reading | None, row: SourceDocument | None, role: Role | None
) -> Outcome:
    if role is None:
        return Outcome.CREATED
    same = row is not None and reading is not None and _says_the_same(row, candidate, reading)
    return Outcome.UNCHANGED if same else Outcome.UPDATED


def _says_the_same(row: SourceDocument, candidate: Candidate, reading: Reading) -> bool:
    return row.digest == candidate.digest and row.parsed == reading.document.to_json()


# Which document is which ------------------------------------------------------------------------------------


def _match(group: Group, rows: Sequence[SourceDocument], files: Files) -> dict[Candidate, SourceDocument]:
    """The role's document that each file is: by its bytes, by its place, or because no other is left."""
    free = {row.pk: row for row in rows if row.pk not in files.settled}
    found: dict[Candidate, SourceDocument] = {}

    def has_same_place(candidate: Candidate, row: SourceDocument) -> bool:
        return candidate.stored is not None and candidate.stored.pk == row.pk

    def has_same_bytes(candidate: Candidate, row: SourceDocument) -> bool:
        return candidate.digest == row.digest

    def is_as_it_was(candidate: Candidate, row: SourceDocument) -> bool:
        return has_same_place(candidate, row) and has_same_bytes(candidate, row)

    def is_all_there_is(candidate: Candidate, row: SourceDocument) -> bool:
        # Where a file is still read from its place, it is another document now.
        lost = row.missing or row.path in files.paths
        # A file that was loaded by itself may be found in its folder now.
        alone = not row.root and PurePosixPath(row.path).name == candidate.found.file.name
        return row.dialect == candidate.dialect and (lost or alone)

    for is_same in (is_as_it_was, has_same_bytes, has_same_place, is_all_there_is):
        for candidate in (file for file in group.candidates if file not in found):
            same = next((row for row in free.values() if is_same(candidate, row)), None)
            if same is not None:
                found[candidate] = free.pop(same.pk)
    return found


def _sources(
    group: Group,
    rows: Sequence[SourceDocument],
    files: Mapping[Candidate, SourceDocument],
    gone: Set[int],
) -> tuple[Source, ...]:
    """All documents of the role in the order of their rank: as they are now if this run read them."""
    candidates = {row.pk: candidate for candidate, row in files.items()}
    known = [
        _of_file(candidates[row.pk], row) if row.pk in candidates else _of_row(row)
        for row in rows
        if row.pk in candidates or row.pk not in gone
    ]
    return (*known, *(_of_file(file, None) for file in group.candidates if file not in files))


def sources_of(rows: Iterable[SourceDocument]) -> tuple[Source, ...]:
    """Documents as they were when they were last loaded."""
    return tuple(map(_of_row, rows))


def _of_row(row: SourceDocument) -> Source:
    return Source(row.path, row.dialect, RoleDocument.from_json(row.parsed), row.lines, row)


def _of_file(candidate: Candidate, row: SourceDocument | None) -> Source:
    # A file that was named by itself keeps the place that it was once loaded from with its folder.
    path = row.path if row is not None and not candidate.found.root else candidate.found.path
    reading = candidate.reading()
    return Source(path, reading.dialect, reading.document, reading.lines, row, candidate, reading)


# What they say together -------------------------------------------------------------------------------------


def folded(sources: Sequence[Source]) -> RoleDocument:
    """All documents of a role as one. A slug or a family that a file states counts before a derived one."""
    documents = [source.document for source in sources]
    for name in DERIVED:
        stated = next((getattr(source.document, name) for source in sources if name in source.stated), None)
        if stated is not None:
            documents[0] = replace(documents[0], **{name: stated})
    return fold(documents)


def _merge(
    ours: RoleDocument | None,
    before: Sequence[Source],
    sources: Sequence[Source],
    prefer: Side | None,
    waiting: Set[Key],
) -> tuple[Merged, tuple[Conflict, ...]]:
    """Both sides brought together, and the conflicts that `prefer` decided, `waiting` ones included."""
    if ours is None:
        return Merged(folded(sources)), ()
    base = folded(before) if before else None
    theirs = folded(sources) if sources else _only_identity(base or ours)
    for name in DERIVED:
        said, before_edit = getattr(ours, name), getattr(base, name, None)
        # Where no file states it, what the catalogue says of it is the catalogue's own affair.
        if said != before_edit and not any(name in source.stated for source in sources):
            theirs = replace(theirs, **{name: said})
    merged = merge(base, ours, theirs)
    if prefer is None:
        return merged, ()
    here, there = statements(ours), statements(theirs)
    differing = [key for key in waiting if here.get(key) != there.get(key)]
    decided = {conflict.key: conflict for conflict in merged.conflicts}
    for key in sorted(differing):
        decided.setdefault(key, Conflict(key, None, here.get(key), there.get(key)))
    if prefer == "files":
        merged = merge(base, ours, theirs, yielding=decided)
        # What both together can't say is for a person to decide after all.
        if merged.conflicts:
            return merged, ()
    return Merged(merged.document), tuple(decided.values())


def _only_identity(document: RoleDocument) -> RoleDocument:
    """What is left of a role that no file describes any more: what it is called by."""
    return RoleDocument(slug=document.slug, name=document.name, identifiers=document.identifiers)


def _held(ours: RoleDocument, document: RoleDocument, sources: Sequence[Source]) -> tuple[Held, ...]:
    """The files by which a role would lose most of what it says."""
    said = {key for key in statements(ours) if key not in ("slug", "name")}
    lost = said - statements(document).keys()
    if len(lost) < HELD_FROM or 2 * len(lost) <= len(said):
        return ()
    held = []
    for source in sources:
        if source.candidate is not None and source.row is not None:
            had = statements(RoleDocument.from_json(source.row.parsed)).keys()
            if (had - statements(source.document).keys()) & lost:
                held.append(Held(source.candidate, source.row))
    return tuple(held)


def _choose_slugs(results: Sequence[Reconciled]) -> None:
    """Let each role have the slug it should; if another role has it, its own, or the next that is free."""
    taken = store.taken_slugs(each.document.slug for each in results)
    given: set[str] = set()
    for each in results:
        wanted, own = each.document.slug, {each.role.pk} if each.role else set()
        slug = wanted
        if wanted in given or taken.get(wanted, set()) - own:
            slug = each.role.slug if each.role else _free_slug(wanted, given)
            each.refused_slug = wanted
            each.document = replace(each.document, slug=slug)
        given.add(slug)


def _free_slug(wanted: str, given: Set[str]) -> str:
    number = 2
    while (slug := f"{wanted[: MAX_SLUG - 10]}-{number}") in given or store.taken_slugs([slug]):
        number += 1
    return slug


def status_of(document: RoleDocument) -> Role.Status | None:
    """The status that a front matter asks for. It counts when the role is made, and never again."""
    wanted = document.extra.get("status")
    folded = fold_key(wanted) if isinstance(wanted, str) else ""
    return Role.Status(folded) if folded in Role.Status.values else None


# What is kept -----------------------------------------------------------------------------------------------


def _keep_documents(results: Sequence[Reconciled], rules: Rules, change: store.Change) -> None:
    """Store the files that changed, hold the bytes of those that wait, and drop those that are withdrawn."""
    changed = [
        (each, source)
        for each in results
        for source in each.sources
        if source.candidate is not None and not _is_kept(source, each.role)
    ]
    _keep_held(results)
    withdrawn = [
        source.row.pk
        for each in results
        for source in each.before
        if source.row and source.row.pk in rules.gone and not any(s.row is source.row for s in each.sources)
    ]
    SourceDocument.objects.filter(pk__in=withdrawn).delete()
    moving = {source.row.pk for _, source in changed if source.row and source.row.path != source.path}
    for pk in moving:
        # Files may have changed places with each other.
        SourceDocument.objects.filter(pk=pk).update(path=f"(moving, {pk})")
    others = {
        row.path: row
        for row in SourceDocument.objects.filter(path__in=[source.path for _, source in changed])
        .exclude(pk__in=[source.row.pk for _, source in changed if source.row])
        .select_related("role")
        .defer("content", "parsed", "lines")
    }
    new: list[SourceDocument] = []
    for each, source in changed:
        candidate, reading = source.candidate, source.reading
        assert candidate is not None
        assert reading is not None
        assert each.role is not None
        row = source.row or SourceDocument(role=each.role, rank=_next_rank(each))
        path = source.path
        if other := others.get(path):
            path = _make_way(other, path, candidate)
        _fill(row, path, candidate, reading)
        row.run, row.updated_at = change.run, timezone.now()
        if row.pk is None:
            each.sources = tuple(replace(one, row=row) if one is source else one for one in each.sources)
            new.append(row)
        else:
            row.save()
    SourceDocument.objects.bulk_create(new)
    if new or moving or withdrawn:
        RevisionCounter.objects.update(links_are_stale=True)


def _next_rank(result: Reconciled) -> int:
    """The rank after all documents of a role, those that were just given one included."""
    return max((source.row.rank for source in result.sources if source.row), default=0) + 1


def _keep_held(results: Sequence[Reconciled]) -> None:
    for held in (held for each in results for held in each.held):
        data = held.candidate.reading().data
        if held.row.held is None or bytes(held.row.held) != data:
            SourceDocument.objects.filter(pk=held.row.pk).update(held=data)


def _is_kept(source: Source, role: Role | None) -> bool:
    """Whether a document is stored as it is."""
    row, candidate, reading = source.row, source.candidate, source.reading
    if row is None or candidate is None or reading is None:
        return False
    return (
        row.role_id == (role.pk if role else None)
        and row.path == source.path
        and not row.missing
        and row.reader == reader()
        and row.root == (candidate.found.root or row.root)
        and _says_the_same(row, candidate, reading)
        and row.lines == reading.lines
        and row.held is None
    )


def _fill(row: SourceDocument, path: str, candidate: Candidate, reading: Reading) -> None:
    row.path, row.root = path, candidate.found.root or row.root
    row.dialect = SourceDocument.Dialect(reading.dialect)
    row.digest, row.content, row.held = candidate.digest, reading.data, None
    row.folder_family, row.missing = candidate.folder_family, False
    row.parsed, row.lines, row.reader = reading.document.to_json(), reading.lines, reader()
    row.messages = [message.to_json() for message in reading.messages]


def _make_way(other: SourceDocument, path: str, candidate: Candidate) -> str:
    """The path for a document where another one that no longer has a file still has it.

    The other one keeps what it says under a path that tells so, until its file is found under another name.
    """
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


def _keep_conflicts(results: Sequence[Reconciled], change: store.Change) -> None:
    """One open conflict a statement, up to date with both sides; closed where they agree or were decided."""
    before = {each.role.pk: each for each in results if each.role and not each.created}
    open_ones: dict[int, dict[Key, ConflictRow]] = {pk: {} for pk in before}
    for row in ConflictRow.objects.filter(role__in=before, closed_at=None):
        open_ones[row.role_id][row.key] = row
    for pk, each in before.items():
        rows = open_ones[pk]
        for conflict in (*each.conflicts, *each.decided):
            new = ConflictRow(role_id=pk, key=conflict.key, base=to_json(conflict.base))
            rows.setdefault(conflict.key, new)
        decided = {conflict.key: conflict for conflict in each.decided}
        here, there = statements(each.document), statements(each.theirs)
        for key, row in rows.items():
            ours = decided[key].ours if key in decided else here.get(key)
            sides = to_json(ours), to_json(there.get(key))
            if row.pk is None or (row.ours, row.theirs) != sides or key in decided:
                row.ours, row.theirs = sides
                is_over = sides[0] == sides[1] or key in decided
                row.run, row.closed_at = change.run, timezone.now() if is_over else None
                row.save()
