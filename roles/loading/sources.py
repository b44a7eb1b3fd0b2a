"""The documents of a role as they take part in a load: which is which, and what they say together."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from roles.documents.document import Key, RoleDocument
from roles.documents.merge import fold
from roles.loading.identify import Group
from roles.loading.reading import Candidate, Reading
from roles.models import SourceDocument

DERIVED = ("slug", "family")
"""Fields that follow from the role's name and the file's folder where a file does not state them."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a run: their paths, and the documents, by id, whose files are as they were."""

    paths: set[str]
    settled: set[int]


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


def match(group: Group, rows: Sequence[SourceDocument], files: Files) -> dict[Candidate, SourceDocument]:
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


def documents_of(
    group: Group,
    rows: Sequence[SourceDocument],
    files: Mapping[Candidate, SourceDocument],
    gone: Set[int],
) -> tuple[Source, ...]:
    """All documents of the role in the order of their rank: as they are now if this run read them."""
    candidates = {row.pk: candidate for candidate, row in files.items()}
    known = [
        _of_file(candidates[row.pk], row) if row.pk in candidates else source_of(row)
        for row in rows
        if row.pk in candidates or row.pk not in gone
    ]
    return (*known, *(_of_file(file, None) for file in group.candidates if file not in files))


def sources_of(rows: Iterable[SourceDocument]) -> tuple[Source, ...]:
    """Documents as they were when they were last loaded."""
    return tuple(map(source_of, rows))


def source_of(row: SourceDocument) -> Source:
    """A document as it was when it was last loaded."""
    return Source(row.path, row.dialect, RoleDocument.stored(row.parsed), row.lines, row)


def _of_file(candidate: Candidate, row: SourceDocument | None) -> Source:
    # A file that was named by itself keeps the place that it was once loaded from with its folder.
    path = row.path if row is not None and not candidate.found.root else candidate.found.path
    reading = candidate.reading()
    return Source(path, reading.dialect, reading.document, reading.lines, row, candidate, reading)


def folded(sources: Sequence[Source]) -> RoleDocument:
    """All documents of a role as one. A slug or a family that a file states counts before a derived one."""
    documents = [source.document for source in sources]
    for name in DERIVED:
        stated = next((getattr(source.document, name) for source in sources if name in source.stated), None)
        if stated is not None and stated != getattr(documents[0], name):
            documents[0] = replace(documents[0], **{name: stated})
    return fold(documents)
