"""Bringing the files of one role and the catalogue together, in one transaction.

Base is what the files said when they were last loaded, ours what the catalogue says, theirs what the
files say now.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from django.db import transaction
from django.utils import timezone

from roles import store
from roles.documents.document import Key, RoleDocument, statements, to_json
from roles.documents.merge import Conflict, Merged, fold, merge
from roles.documents.text import fold_key, slugify
from roles.loading.identify import Candidate, Group
from roles.loading.report import ConflictReport, Outcome, Report
from roles.models import Conflict as ConflictRow
from roles.models import LoadRun, OldSlug, Role, RoleRevision, SourceDocument


def is_unchanged(group: Group) -> bool:
    """Whether every file of a role is as it was when it was last loaded, under the same path."""
    return group.role is not None and all(
        candidate.stored is not None
        and candidate.stored.role_id == group.role
        and candidate.stored.digest == candidate.digest
        and candidate.stored.path == candidate.found.path
        and candidate.stored.folder_family == candidate.folder_family
        and not candidate.stored.missing
        for candidate in group.candidates
    )


@transaction.atomic
def reconcile(group: Group, run: LoadRun, change: store.Change, report: Report) -> None:
    """Load the files of one role: merge, write, keep the new base, and note conflicts.

    Raises:
        store.IdentifierTaken: if another role has one of the files' identifiers. Nothing is written then.
    """
    store.lock()
    role = Role.objects.select_related("revision").get(pk=group.role) if group.role else None
    before = list(SourceDocument.objects.filter(role=role)) if role else []
    _recognise_moved(group, before)
    documents = _ranked(group, before)
    theirs = _fold([parsed for _, parsed in documents])
    if role is None:
        merged = Merged(replace(theirs, slug=_free_slug(theirs, group)))
    else:
        base = _fold([RoleDocument.from_json(stored.parsed) for stored in before]) if before else None
        ours = current(role)
        merged = merge(_as_catalogued(base, ours), ours, _as_catalogued(theirs, ours) or ours)
    document, conflicts = merged.document, merged.conflicts
    outcomes = [_outcome(candidate, new=role is None) for candidate in group.candidates]
    role, revision = store.write(role, document, change, status=_status(theirs))
    _keep_documents(role, documents, group, run)
    _keep_conflicts(role, conflicts, document, theirs, run)
    for candidate, outcome in zip(group.candidates, outcomes, strict=True):
        candidate.report.role, candidate.report.outcome = role.slug, outcome
    if revision is not None:
        report.changed.append(role.slug)
    report.conflicts += [ConflictReport(role.slug, conflict.key) for conflict in conflicts]
    _tell(group, conflicts, theirs)


def current(role: Role) -> RoleDocument:
    """What the catalogue says of a role: its newest revision, which is always what the tables say."""
    return RoleDocument.from_json(role.revision.document) if role.revision else store.read(role)


def _outcome(candidate: Candidate, *, new: bool) -> Outcome:
    if new:
        return Outcome.CREATED
    stored = candidate.stored
    return Outcome.UNCHANGED if stored is not None and stored.digest == candidate.digest else Outcome.UPDATED


def _status(document: RoleDocument) -> Role.Status:
    """The status that a front matter asks for. It counts when the role is made, and never again."""
    wanted = document.extra.get("status")
    return (
        Role.Status(wanted)
        if isinstance(wanted, str) and wanted in Role.Status.values
        else Role.Status.PUBLISHED
    )


def _fold(documents: Sequence[RoleDocument]) -> RoleDocument:
    """All documents of a role as one. A slug that some file states is the slug of all."""
    names = {slugify(document.name) for document in documents}
    written = next((document.slug for document in documents if document.slug not in names), documents[0].slug)
    return fold([replace(document, slug=written) for document in documents])


def _as_catalogued(document: RoleDocument | None, ours: RoleDocument) -> RoleDocument | None:
    """A document under the slug that the catalogue gave the role because its own was taken."""
    if document is None or not ours.slug.startswith(f"{document.slug}-"):
        return document
    taken = (
        Role.objects.filter(slug=document.slug).exists()
        or OldSlug.objects.filter(slug=document.slug).exists()
    )
    return replace(document, slug=ours.slug) if taken else document


def _free_slug(document: RoleDocument, group: Group) -> str:
    slug, number = document.slug, 1
    while Role.objects.filter(slug=slug).exists() or OldSlug.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{document.slug}-{number}"
    if slug != document.slug:
        for candidate in group.candidates:
            candidate.report.say(
                "slug-shared",
                candidate.parsed.statement_lines.get("slug", 1),
                f"Another role has the slug {document.slug!r}; this one gets {slug!r}.",
            )
    return slug


def _recognise_moved(group: Group, before: Sequence[SourceDocument]) -> None:
    """A new path that says what a document said whose own file is gone is that document, renamed or moved."""
    free = [stored for stored in before if stored not in [candidate.stored for candidate in group.candidates]]
    for candidate in group.candidates:
        if candidate.stored is not None:
            continue
        likely = [stored for stored in free if stored.missing or stored.digest == candidate.digest]
        likely = [stored for stored in likely if stored.dialect == candidate.parsed.dialect]
        same = sorted(likely, key=lambda stored: (stored.digest != candidate.digest, stored.rank))
        if same:
            candidate.stored = same[0]
            free.remove(same[0])


def _ranked(
    group: Group, before: Sequence[SourceDocument]
) -> list[tuple[Candidate | SourceDocument, RoleDocument]]:
    """All documents of the role in rank order: those of this run as they are now, the others from storage."""
    in_run = {candidate.stored.pk: candidate for candidate in group.candidates if candidate.stored}
    ranked: list[tuple[Candidate | SourceDocument, RoleDocument]] = []
    for stored in before:
        candidate = in_run.get(stored.pk)
        if candidate is not None:
            ranked.append((candidate, candidate.document))
        else:
            ranked.append((stored, RoleDocument.from_json(stored.parsed)))
    known = {id(item) for item, _ in ranked}
    return ranked + [(item, item.document) for item in group.candidates if id(item) not in known]


def _keep_documents(
    role: Role,
    documents: Sequence[tuple[Candidate | SourceDocument, RoleDocument]],
    group: Group,
    run: LoadRun,
) -> None:
    last = max((item.rank for item, _ in documents if isinstance(item, SourceDocument)), default=0)
    last = max(
        [last, *(item.stored.rank for item in group.candidates if item.stored and item.stored.role_id)]
    )
    for item, document in documents:
        if isinstance(item, SourceDocument):
            continue
        stored = item.stored or SourceDocument()
        if stored.pk is None or stored.role_id != role.pk:
            last += 1
            stored.rank = last
        stored.role, stored.path, stored.root = role, item.found.path, item.found.root
        stored.dialect = SourceDocument.Dialect(item.parsed.dialect)
        stored.digest, stored.content = item.digest, item.data
        stored.folder_family, stored.missing = item.folder_family, False
        stored.parsed, stored.lines = document.to_json(), item.parsed.statement_lines
        stored.run, stored.updated_at = run, timezone.now()
        stored.save()


def _keep_conflicts(
    role: Role, conflicts: Sequence[Conflict], document: RoleDocument, theirs: RoleDocument, run: LoadRun
) -> None:
    """One open conflict a statement, brought up to date; closed where both sides agree now."""
    waiting = {row.key: row for row in ConflictRow.objects.filter(role=role, closed_at=None)}
    for conflict in conflicts:
        row = waiting.pop(conflict.key, None) or ConflictRow(role=role, key=conflict.key)
        row.base = row.base if row.pk else to_json(conflict.base)
        row.ours, row.theirs, row.run = to_json(conflict.ours), to_json(conflict.theirs), run
        row.save()
    here, there = statements(document), statements(theirs)
    agreed = [row.pk for key, row in waiting.items() if here.get(key) == there.get(key)]
    ConflictRow.objects.filter(pk__in=agreed).update(closed_at=timezone.now())


def _tell(group: Group, conflicts: Sequence[Conflict], theirs: RoleDocument) -> None:
    """Tell each file what of it did not reach the catalogue, and which other file decides."""
    waiting = {conflict.key for conflict in conflicts}
    decided = statements(theirs)
    seen: dict[str, str] = {}
    for candidate in group.candidates:
        lines = candidate.parsed.statement_lines
        for key, value in statements(candidate.document).items():
            if key in waiting:
                _say_conflict(candidate, key, lines.get(key, 1))
            elif value != decided.get(key) and key in lines and not _same_text(value, decided.get(key)):
                candidate.report.say(
                    "differs",
                    lines[key],
                    f"{_label(key)}: another document of this role says otherwise and ranks before this one.",
                )
        name = PurePosixPath(candidate.found.path).name
        other = seen.setdefault(candidate.parsed.dialect, name)
        if other != name:
            candidate.report.say("twin-document", 1, f"Describes the same role in the same form as {other}.")


def _say_conflict(candidate: Candidate, key: Key, line: int) -> None:
    candidate.report.say(
        "conflict",
        line,
        f"{_label(key)}: changed both here and in the catalogue. The catalogue's stays until HR decides.",
    )


def _same_text(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and fold_key(one) == fold_key(other)


def _label(key: Key) -> str:
    return key.replace("_", " ").replace(":", " · ", 1)


def change_of(run: LoadRun) -> store.Change:
    """The change that a load makes, in the name of whoever started it."""
    reason = "Loaded from files"
    return store.Change(
        origin=RoleRevision.Origin.LOAD, author=run.by, author_name=run.by_name, reason=reason, run=run
    )
