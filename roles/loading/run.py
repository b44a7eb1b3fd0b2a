"""One load: from paths to a report."""

import gc
import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from roles import history, store
from roles.documents.discover import Found, discover, family_of, root_name
from roles.documents.document import InvalidDocument
from roles.documents.messages import Message
from roles.documents.reader import parse
from roles.documents.text import fold_key
from roles.loading.doubts import HELD_BACK, tell_of_role, tell_of_vocabulary
from roles.loading.identify import Group, identify
from roles.loading.reading import Candidate, Spool, Stored
from roles.loading.reconcile import Outdated, reconcile
from roles.loading.report import ConflictReport, FileReport, Outcome, Report
from roles.loading.result import Reconciled, Rules, Side
from roles.loading.review import Review
from roles.loading.sources import Files
from roles.models import Conflict, LoadOutcome, LoadRun, RevisionCounter, Role, RoleRevision, SourceDocument
from roles.models.vocabulary import chunks
from roles.partners import PartnerIndex, link_partners
from roles.proposals import may_publish

Item = TypeVar("Item")

logger = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""Roles that are written in one transaction."""

BYTES_AT_ONCE: Final = 2_000_000
"""About how large all files of these roles may be together: they are in memory at the same time."""


class Progress(Protocol):
    """Passes items on, showing meanwhile how many of them are done. `doing` says what is done with them."""

    def __call__(self, items: Sequence[Item], doing: str) -> Iterable[Item]: ...


def _silent(items: Sequence[Item], doing: str) -> Iterable[Item]:
    return items


def load(
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    by: User | None = None,
    by_name: str = "",
    prefer: Side | None = None,
    max_withdrawn: float | None = None,
    progress: Progress = _silent,
) -> Report:
    """Load the role files at and below the paths.

    Every role is loaded wholly or not at all: what fails leaves the others as they are loaded. A dry run does
    all of it in one transaction and takes it back. Where nothing differs from the last load, nothing is
    written. Two loads at once end as if one had waited for the other.

    `prefer` decides where both files and catalogue changed a statement, now or in an earlier load of these
    files; else that is left to HR. With `max_withdrawn`, what only files said that are gone from the loaded
    folders is withdrawn, unless these are more than this share (0 to 1) of all that were loaded from there.

    Raises:
        FileNotFoundError: if a path does not exist; nothing is loaded then.
    """
    paths = list(paths)
    roots = {root_name(path.resolve()) for path in paths if path.is_dir()}
    with Spool() as spool, _collecting_rarely():
        run = _Load(
            list(discover(paths)),
            roots,
            LoadRun(by=by, by_name=by_name),
            spool,
            Rules(prefer=prefer, review=_review(by)),
        )
        run.read(progress)
        with transaction.atomic() if dry_run else nullcontext():
            run.write(progress, collect=True)
            if max_withdrawn is not None:
                run.withdraw_missing(max_withdrawn)
            run.finish()
            if dry_run:
                transaction.set_rollback(True)
    run.report.dry_run = dry_run
    return run.report


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Let Python look for garbage in circles when a batch was written, and hardly ever between.

    Else up to a fifth of a first load goes into looking for it, while a batch is not garbage yet. Not for
    processes that serve: all their threads would wait while it is looked for among all that they keep.
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def load_found(
    found: Sequence[Found],
    by: User,
    *,
    by_name: str = "",
    commit: str = "",
    max_withdrawn: float | None = None,
) -> Report:
    """Load these files and no others: none is missing because it is not among them.

    With `max_withdrawn` they are all files of their folders, and what is gone from there is withdrawn as
    `load` does it. `commit` is the version of the files, and stands in the history.
    """
    roots = {item.root for item in found if item.root} if max_withdrawn is not None else set()
    record = LoadRun(by=by, by_name=by_name, commit=commit)
    with Spool() as spool:
        run = _Load(found, roots, record, spool, Rules(review=_review(by)))
        run.read(_silent)
        run.write(_silent)
        if max_withdrawn is not None:
            run.withdraw_missing(max_withdrawn)
        run.finish()
    return run.report


def load_held(document: SourceDocument, by: User) -> Report:
    """Load the bytes of a document that were held back, since somebody has looked at them."""
    found = Found(document.path, Path(document.path), document.root)
    with Spool() as spool:
        run = _Load([found], set(), LoadRun(by=by), spool, Rules(hold=False, review=_review(by)))
        if document.held is not None:
            run.take(found, bytes(document.held))
        run.write(_silent)
        run.finish()
    return run.report


def _review(by: User | None) -> Review:
    """Which changes wait: as the catalogue is set, and all where somebody loads who may not publish."""
    return cast(Review, settings.LOAD_REVIEW) if by is None or may_publish(by) else "all"


class _Load:
    """The steps of one load. What is read of a file waits on disk until its role is written."""

    def __init__(
        self, found: Sequence[Found], roots: Set[str], record: LoadRun, spool: Spool, rules: Rules
    ) -> None:
        self.found = found
        self.roots = roots
        self.record = record
        self.spool = spool
        self.rules = rules
        self.report = Report()
        self.candidates: list[Candidate] = []
        self.files = Files({item.path for item in found}, set())
        record.by_name = record.by_name or (record.by.get_username() if record.by else "")
        record.paths = sorted(roots | {item.root or item.path for item in found})
        self.report.run = record

    # Reading ------------------------------------------------------------------------------------------------

    def read(self, progress: Progress) -> None:
        """Read all files that are not as they were when they were last loaded."""
        stored = {row.path: row for row in Stored.all()}
        slugs = dict(Role.objects.values_list("pk", "slug"))
        undecided: Set[int] = set()
        if self.rules.prefer:
            undecided = set(Conflict.objects.filter(closed_at=None).values_list("role_id", flat=True))
        taken: set[str] = set()
        for found in progress(self.found, _("Reading")):
            if found.path in taken:
                text = "Two loaded folders hold a file of this path: load the folder that holds both."
                found = replace(found, problem=Message("path-taken", 1, text))
            taken.add(found.path)
            if found.problem is not None:
                failed = found.problem.severity == "error"
                self._report(found).end(Outcome.FAILED if failed else Outcome.SKIPPED, found.problem)
                continue
            try:
                data = found.read()
            except OSError as error:
                text = f"This can't be read: {error.strerror}."
                self._report(found).end(Outcome.FAILED, Message("unreadable-file", 1, text))
                continue
            row = _stored_at(found, stored)
            digest = hashlib.sha256(data).hexdigest()
            if row and row.is_as_it_was(found, digest) and row.role not in undecided:
                report = self._report(found)
                report.role, report.role_id = slugs.get(row.role or 0), row.role
                report.messages += row.messages
                self.files.settled.add(row.pk)
            elif row and self.rules.hold and row.is_held_as_it_was(found, digest):
                report = self._report(found)
                report.role, report.role_id = slugs.get(row.role or 0), row.role
                report.end(Outcome.HELD, HELD_BACK)
                self.files.settled.add(row.pk)
            else:
                self.take(found, data)

    def _report(self, found: Found) -> FileReport:
        report = FileReport(found.path)
        self.report.files.append(report)
        return report

    def take(self, found: Found, data: bytes) -> None:
        """Read the bytes of a file."""
        report = self._report(found)
        try:
            parsed = parse(data)
        except Exception as error:
            # A fault of the program, met by one file, is no reason to leave all others out.
            logger.exception("Reading %s", found.path)
            report.end(Outcome.FAILED, Message("unreadable-file", 1, f"The reader failed: {error!r}."))
            return
        report.messages += parsed.messages
        if parsed.document is None:
            report.end(Outcome.FAILED if parsed.failed else Outcome.SKIPPED)
            return
        digest = hashlib.sha256(data).hexdigest()
        self.candidates.append(Candidate.of(found, data, digest, parsed, report, self.spool))

    # Writing ------------------------------------------------------------------------------------------------

    def write(self, progress: Progress, *, collect: bool = False) -> None:
        """Bring what was read into the catalogue, many roles at a time; then perhaps collect the garbage."""
        self._mark_missing()
        self._bring_back()
        waiting = self.candidates
        while waiting:
            newest = RevisionCounter.objects.get().last
            groups = self._groups(waiting)
            waiting = self._write(groups, newest, progress, collect)

    def _bring_back(self) -> None:
        """Let deleted roles be there again whose files changed since: they go on with their history."""
        if not self.candidates:
            return
        stored = {row.path: row for row in Stored.all() if row.role is None and row.deleted_role}
        for candidate in self.candidates:
            row = _stored_at(candidate.found, stored)
            if row is None or row.deleted_role is None or candidate.digest in self._known_of(row):
                continue
            if not row.codes & candidate.codes and row.name != fold_key(candidate.name):
                continue
            self._begin()
            # Another file of the role may have brought it back, or another role has its codes by now.
            with suppress(RoleRevision.DoesNotExist, store.IdentifierTaken, InvalidDocument):
                history.bring_back(row.deleted_role, self._change())
                text = "Its role was deleted in the catalogue; the file changed, so it is back as a draft."
                candidate.report.say("role-returned", 1, text)

    def _known_of(self, row: Stored) -> Set[str]:
        """The digests under which a deleted role's file is as it was; bytes that are asked for are news."""
        return {row.digest, row.held} if self.rules.hold else {row.digest}

    def withdraw_missing(self, ceiling: float) -> None:
        """Withdraw what only files said that are gone, unless they are more than this share of all."""
        known = self._documents_of_roots()
        gone = dict(known.filter(missing=True).values_list("pk", "role_id"))
        if not gone:
            return
        if len(gone) > ceiling * known.count():
            self.report.too_many_missing = True
            return
        rules = replace(self.rules, hold=False, gone=frozenset(gone))
        paths = dict(known.filter(pk__in=gone).values_list("pk", "path"))
        waiting = set(gone.values())
        while waiting:
            newest = RevisionCounter.objects.get().last
            slugs = Role.objects.filter(pk__in=waiting).order_by("pk").values_list("pk", "slug")
            groups = [Group(pk, slug) for pk, slug in slugs]
            done: set[int] = set()
            for batch in _batches(groups):
                try:
                    newest += self._write_batch(batch, newest, rules)
                except Outdated:
                    break
                done |= {group.role for group in batch if group.role}
            waiting = waiting & {group.role for group in groups} - done
        # A role that could not be written keeps its documents.
        left = set(SourceDocument.objects.filter(pk__in=gone).values_list("pk", flat=True))
        self.report.withdrawn = sorted(path for pk, path in paths.items() if pk not in left)

    def _write(
        self, groups: Sequence[Group], newest: int, progress: Progress, collect: bool
    ) -> list[Candidate]:
        """Write roles until somebody else changes the catalogue. Returns the files that then wait."""
        written = 0
        for batch in _batches(progress(groups, _("Loading"))):
            try:
                newest += self._write_batch(batch, newest, self.rules)
            except Outdated:
                return [file for other in groups[written:] for file in other.candidates]
            written += len(batch)
            if collect:
                gc.collect()
        return []

    def _groups(self, candidates: Iterable[Candidate]) -> list[Group]:
        """Group the files by role, with what the catalogue knows of them."""
        stored = list(Stored.all())
        by_path = {row.path: row for row in stored}
        deleted = {digest for row in stored if row.role is None for digest in self._known_of(row)}
        for candidate in candidates:
            row = candidate.stored = _stored_at(candidate.found, by_path)
            candidate.folder_family = _folder_family(candidate.found, candidate.slug, row)
            candidate.deleted = candidate.digest in deleted and (row is None or row.role is None)
        return identify(candidates, stored)

    def _write_batch(self, groups: Sequence[Group], newest: int, rules: Rules) -> int:
        """Write roles; one by one, if they can't be written together. Returns the number of revisions."""
        for group in groups:
            self._leave_deleted(group)
        # A role that has no file left to load is here to have some withdrawn.
        groups = [group for group in groups if group.candidates or rules.gone]
        if not groups:
            return 0
        self._begin()
        try:
            results = reconcile(groups, self._change(), rules, newest=newest, files=self.files)
        except Outdated:
            raise
        except Exception as error:
            if len(groups) > 1:
                made = 0
                for group in groups:
                    made += self._write_batch([group], newest + made, rules)
                return made
            # Whatever is wrong with one role, the transaction took it back, and the others can be loaded.
            logger.exception("Writing the role %s", groups[0].slug or groups[0].names)
            for candidate in groups[0].candidates:
                text = f"What the files of this role say can't be kept: {error}."
                candidate.report.end(Outcome.FAILED, Message("not-written", 1, text))
            return 0
        return sum(self._tell(result) for result in results)

    def _tell(self, result: Reconciled) -> bool:
        """Report what came of one role. Returns whether it has a new revision."""
        assert result.role is not None
        slug = result.role.slug
        for candidate, outcome in result.outcomes.items():
            waits = result.proposed and result.revision is None and outcome == Outcome.UPDATED
            candidate.report.outcome = Outcome.PROPOSED if waits else outcome
            candidate.report.role, candidate.report.role_id = slug, result.role.pk
        tell_of_role(result)
        self.report.conflicts += [ConflictReport(slug, item.key) for item in result.conflicts]
        self.report.decided += [ConflictReport(slug, item.key) for item in result.decided]
        if not result.sources:
            self.report.without_files.append(slug)
        if result.proposed:
            self.report.proposed.append(slug)
        if result.revision is not None:
            self.report.changed.append(slug)
        return result.revision is not None

    def _leave_deleted(self, group: Group) -> None:
        """Leave out the files of a deleted role, unless a file that describes it is new or changed."""
        alive = [file for file in group.candidates if not file.deleted]
        if any(file.stored is None or file.stored.digest != file.digest for file in alive):
            return
        for candidate in group.candidates:
            if candidate.deleted:
                text = "Its role was deleted in the catalogue; it stays so until the file changes."
                candidate.report.end(Outcome.SKIPPED, Message("role-deleted", 1, text))
        group.candidates = alive

    # The record ---------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Link partners, tell what is in doubt about names, and record what was done."""
        if RevisionCounter.objects.get().links_are_stale and link_partners():
            self._begin()
        news = (Outcome.CREATED, Outcome.UPDATED, Outcome.PROPOSED)
        changed = [file for file in self.candidates if file.report.outcome in news]
        if changed:
            tell_of_vocabulary(changed, PartnerIndex())
        # What can't be read, and what can be again, is told to HR, though the catalogue says what it said.
        known_to_fail = set(LoadOutcome.objects.still_failing().values_list("path", flat=True))
        failed = {file.path for file in self.report.files if file.outcome == Outcome.FAILED}
        self.mended = known_to_fail & {file.path for file in self.report.files} - failed
        if self.mended or failed - known_to_fail:
            self._begin()
        missing = self._documents_of_roots().filter(missing=True)
        self.report.missing = sorted(missing.values_list("path", flat=True))
        self._record()

    def _documents_of_roots(self) -> QuerySet[SourceDocument]:
        return SourceDocument.objects.filter(root__in=self.roots).exclude(role=None)

    def _mark_missing(self) -> None:
        """Mark the documents whose files are gone from a folder that this run loads; what they say stays."""
        closed = tuple(f"{item.path}/" for item in self.found if item.problem and item.file.is_dir())
        known = dict(self._documents_of_roots().filter(missing=False).values_list("path", "pk"))
        # A file that was named besides its folder is there too.
        here = {_stored_at(item, known) for item in self.found}
        gone = [pk for path, pk in known.items() if pk not in here and not path.startswith(closed)]
        if gone and "./" not in closed:
            self._begin()
            for some in chunks(gone):
                SourceDocument.objects.filter(pk__in=some).update(missing=True)

    def _change(self) -> store.Change:
        return store.Change(
            origin=RoleRevision.Origin.LOAD,
            author=self.record.by,
            author_name=self.record.by_name,
            reason=_("Commit %(commit)s") % {"commit": self.record.commit} if self.record.commit else "",
            run=self.record,
        )

    def _begin(self) -> None:
        """Record the run once there is something to record."""
        if self.record.pk is None:
            self.record.save()

    def _record(self) -> None:
        if self.record.pk is None:
            return
        present = set(Role.objects.values_list("pk", flat=True))
        LoadOutcome.objects.bulk_create(
            (
                LoadOutcome(
                    run=self.record,
                    path=file.path,
                    # Somebody may have deleted it again.
                    role_id=file.role_id if file.role_id in present else None,
                    outcome=file.outcome,
                    messages=file.messages_to_json(),
                )
                for file in self.report.files
                if file.outcome != Outcome.UNCHANGED or file.messages or file.path in self.mended
            ),
            batch_size=500,
        )
        self.record.finished_at = timezone.now()
        self.record.save(update_fields=["finished_at"])


def _batches(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """As many roles at a time as are to be written together."""
    batch: list[Group] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += sum(candidate.size for candidate in group.candidates)
        if len(batch) >= AT_ONCE or size >= BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _stored_at(found: Found, stored: Mapping[str, Item]) -> Item | None:
    """The document that was loaded from a file's place before, of some by their paths."""
    if found.root:
        return stored.get(found.path)
    # A file that is named by itself may have been loaded with its folder.
    parts = found.file.parts
    longer = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((stored[path] for path in longer if path in stored), None)


def _folder_family(found: Found, slug: str, stored: Stored | None) -> str:
    """The job family that a file's folder gives; one that is named by itself keeps what it had."""
    if found.root:
        return family_of(found.folders, slug) or ""
    return stored.folder_family if stored else ""
