"""What a load keeps of the files that it read: the new base, the bytes that wait, and the conflicts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from django.utils import timezone

from roles import store
from roles.documents.document import Key, statements, to_json
from roles.loading.reading import Candidate, Reading, reader
from roles.loading.result import Held, Reconciled, Rules
from roles.loading.sources import Source
from roles.models import Conflict, RevisionCounter, Role, SourceDocument


def keep_documents(results: Sequence[Reconciled], rules: Rules, change: store.Change) -> None:
    """Store the files that changed, hold the bytes of those that wait, and drop those that are withdrawn."""
    changed = [
        (each, source)
        for each in results
        for source in each.sources
        if source.candidate is not None and not _is_kept(source, each.role)
    ]
    held = [one for each in results for one in each.held]
    withdrawn = [
        source.row.pk
        for each in results
        for source in each.before
        if source.row and source.row.pk in rules.gone and not any(s.row is source.row for s in each.sources)
    ]
    SourceDocument.objects.filter(pk__in=withdrawn).delete()
    moving = {source.row.pk for _, source in changed if source.row and source.row.path != source.path}
    moving |= {one.row.pk for one in held if one.row.path != one.path}
    for pk in moving:
        # Files may have changed places with each other.
        SourceDocument.objects.filter(pk=pk).update(path=f"(moving, {pk})")
    others = {
        row.path: row
        for row in SourceDocument.objects.filter(
            path__in=[source.path for _, source in changed] + [one.path for one in held]
        )
        .exclude(pk__in=[source.row.pk for _, source in changed if source.row])
        .exclude(pk__in=[one.row.pk for one in held])
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
    for one in held:
        path = one.path
        if other := others.get(path):
            path = _make_way(other, path, one.candidate)
        _hold(one, path)
    SourceDocument.objects.bulk_create(new)
    if new or moving or withdrawn:
        RevisionCounter.objects.update(links_are_stale=True)


def _next_rank(result: Reconciled) -> int:
    """The rank after all documents of a role, those that were just given one included."""
    return max((source.row.rank for source in result.sources if source.row), default=0) + 1


def _hold(held: Held, path: str) -> None:
    """Let the bytes of a file wait, in its place of now: the file is there, only not loaded yet."""
    row, data = held.row, held.candidate.reading().data
    root = held.candidate.found.root or row.root
    is_held = row.held is not None and bytes(row.held) == data
    if not is_held or row.missing or (row.path, row.root) != (path, root):
        SourceDocument.objects.filter(pk=row.pk).update(held=data, path=path, root=root, missing=False)


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
        and says_the_same(row, candidate, reading)
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
    where, number, was = PurePosixPath(path), 1, f"was {other.role.slug}"
    other.path, other.missing = str(where.with_stem(f"{where.stem} ({was})")), True
    while SourceDocument.objects.filter(path=other.path).exists():
        number += 1
        other.path = str(where.with_stem(f"{where.stem} ({was}, {number})"))
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


def keep_conflicts(results: Sequence[Reconciled], change: store.Change) -> None:
    """One open conflict a statement, up to date with both sides; closed where they agree or were decided."""
    before = {each.role.pk: each for each in results if each.role and not each.created}
    open_ones: dict[int, dict[Key, Conflict]] = {pk: {} for pk in before}
    for row in Conflict.objects.filter(role__in=before, closed_at=None):
        open_ones[row.role_id or 0][row.key] = row
    for pk, each in before.items():
        rows = open_ones[pk]
        for conflict in (*each.conflicts, *each.decided):
            new = Conflict(role_id=pk, key=conflict.key, base=to_json(conflict.base))
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


def says_the_same(row: SourceDocument, candidate: Candidate, reading: Reading) -> bool:
    """Whether a file is what its document was read from, and reads as it did."""
    return row.digest == candidate.digest and row.parsed == reading.document.to_json()
