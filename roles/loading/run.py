"""One load: from paths to a report."""

import hashlib
import logging
from collections.abc import Iterable, Sequence, Set
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from roles import store
from roles.documents.discover import Found, discover, family_of
from roles.documents.messages import Message
from roles.documents.reader import parse
from roles.loading.doubts import tell_of_role, tell_of_vocabulary
from roles.loading.identify import Candidate, Group, identify
from roles.loading.reconcile import Outdated, is_unchanged, reconcile
from roles.loading.report import ConflictReport, FileReport, Outcome, Report
from roles.models import LoadOutcome, LoadRun, RevisionCounter, Role, RoleRevision, SourceDocument
from roles.partners import PartnerIndex, link_partners

Item = TypeVar("Item")

logger = logging.getLogger(__name__)


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
    progress: Progress = _silent,
) -> Report:
    """Load the role files at and below the paths.

    Every role is its own transaction: what fails leaves the others as they are loaded. A dry run does all of
    it in one and takes it back. Where nothing differs from the last load, nothing is written. Two loads at
    once end as if one had waited for the other.

    Raises:
        FileNotFoundError: if a path does not exist; nothing is loaded then.
    """
    paths = list(paths)
    roots = {path.resolve().name for path in paths if path.is_dir()}
    run = _Load(list(discover(paths)), roots, by, by_name)
    run.read(progress)
    with transaction.atomic() if dry_run else nullcontext():
        run.write(progress)
        if dry_run:
            transaction.set_rollback(True)
    run.report.dry_run = dry_run
    return run.report


class _Load:
    """The steps of one load. Keeps bytes and parse of every file until its end."""

    def __init__(self, found: Sequence[Found], roots: Set[str], by: User | None, by_name: str) -> None:
        self.found = found
        self.roots = roots
        self.report = Report()
        self.candidates: list[Candidate] = []
        self.record = LoadRun(
            by=by,
            by_name=by_name or (by.get_username() if by else ""),
            paths=sorted(roots | {item.path for item in found if not item.root}),
        )

    # Reading ------------------------------------------------------------------------------------------------

    def read(self, progress: Progress) -> None:
        """Read all files, before the database is asked for anything."""
        taken: set[str] = set()
        for found in progress(self.found, _("Reading")):
            report = FileReport(found.path)
            self.report.files.append(report)
            problem = found.problem
            if found.path in taken:
                text = "Two loaded folders hold a file of this path: load the folder that holds both."
                problem = Message("path-taken", 1, text)
            taken.add(found.path)
            if problem is not None:
                report.end(Outcome.FAILED if problem.severity == "error" else Outcome.SKIPPED, problem)
            else:
                self._read(found, report)

    def _read(self, found: Found, report: FileReport) -> None:
        try:
            data = found.read()
        except OSError as error:
            text = f"This can't be read: {error.strerror}."
            report.end(Outcome.FAILED, Message("unreadable-file", 1, text))
            return
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
        self.candidates.append(Candidate(found, data, digest, parsed, parsed.document, report))

    # Writing ------------------------------------------------------------------------------------------------

    def write(self, progress: Progress) -> None:
        """Bring what was read into the catalogue, role by role."""
        self._mark_missing()
        waiting = self.candidates
        while waiting:
            newest = RevisionCounter.objects.get().last
            waiting = self._write(self._groups(waiting), newest, progress)
        if link_partners():
            self._begin()
        news = (Outcome.CREATED, Outcome.UPDATED)
        if changed := [file for file in self.candidates if file.report.outcome in news]:
            tell_of_vocabulary(changed, PartnerIndex())
        missing = self._documents_of_roots().filter(missing=True)
        self.report.missing = sorted(missing.values_list("path", flat=True))
        self._finish()

    def _write(self, groups: Sequence[Group], newest: int, progress: Progress) -> list[Candidate]:
        """Write role by role until somebody else changes the catalogue. Returns the files that then wait."""
        paths = {file.found.path for group in groups for file in group.candidates}
        for number, group in enumerate(progress(groups, _("Loading"))):
            try:
                newest += self._write_group(group, newest, paths)
            except Outdated:
                return [file for other in groups[number:] for file in other.candidates]
        return []

    def _groups(self, candidates: Iterable[Candidate]) -> list[Group]:
        """Group the files by role, with what the catalogue knows of them."""
        stored = list(SourceDocument.objects.defer("content"))
        by_path = {row.path: row for row in stored}
        deleted = {row.digest for row in stored if row.role_id is None}
        for candidate in candidates:
            _place(candidate, by_path)
            candidate.deleted = candidate.digest in deleted and (
                candidate.stored is None or candidate.stored.role_id is None
            )
        return identify(candidates, stored)

    def _write_group(self, group: Group, newest: int, paths: Set[str]) -> int:
        """Write one role. Returns the number of revisions made."""
        self._leave_deleted(group)
        if not group.candidates or is_unchanged(group):
            for candidate in group.candidates:
                candidate.report.role, candidate.report.role_id = group.slug, group.role
            return 0
        self._begin()
        try:
            result = reconcile(group, self._change(), newest=newest, paths=paths)
        except Outdated:
            raise
        except Exception as error:
            # Whatever is wrong with one role, the transaction took it back, and the others can be loaded.
            logger.exception("Writing the role of %s", group.candidates[0].found.path)
            for candidate in group.candidates:
                text = f"What the files of this role say can't be kept: {error}."
                candidate.report.end(Outcome.FAILED, Message("not-written", 1, text))
            return 0
        for candidate, outcome in result.outcomes.items():
            candidate.report.outcome = outcome
            candidate.report.role, candidate.report.role_id = result.role.slug, result.role.pk
        tell_of_role(group, result)
        self.report.conflicts += [ConflictReport(result.role.slug, item.key) for item in result.conflicts]
        if result.revision is None:
            return 0
        self.report.changed.append(result.role.slug)
        return 1

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

    def _documents_of_roots(self) -> QuerySet[SourceDocument]:
        return SourceDocument.objects.filter(root__in=self.roots).exclude(role=None)

    def _mark_missing(self) -> None:
        """Mark the documents whose files are gone from a folder that this run loads; what they say stays."""
        here = {item.path for item in self.found}
        closed = tuple(f"{item.path}/" for item in self.found if item.problem and item.file.is_dir())
        known = self._documents_of_roots().filter(missing=False).values_list("pk", "path")
        gone = [pk for pk, path in known if path not in here and not path.startswith(closed)]
        if gone and "./" not in closed:
            self._begin()
            SourceDocument.objects.filter(pk__in=gone).update(missing=True)

    def _change(self) -> store.Change:
        return store.Change(
            origin=RoleRevision.Origin.LOAD,
            author=self.record.by,
            author_name=self.record.by_name,
            reason="Loaded from files",
            run=self.record,
        )

    def _begin(self) -> None:
        """Record the run once there is something to record."""
        if self.record.pk is None:
            self.record.save()

    def _finish(self) -> None:
        if self.record.pk is None:
            return
        present = set(Role.objects.values_list("pk", flat=True))
        LoadOutcome.objects.bulk_create(
            LoadOutcome(
                run=self.record,
                path=file.path,
                # Somebody may have deleted it again.
                role_id=file.role_id if file.role_id in present else None,
                outcome=file.outcome,
                messages=file.messages_to_json(),
            )
            for file in self.report.files
            if file.outcome != Outcome.UNCHANGED or file.messages
        )
        self.record.finished_at = timezone.now()
        self.record.save(update_fields=["finished_at"])


def _place(candidate: Candidate, stored: dict[str, SourceDocument]) -> None:
    """Find the document that was loaded from a file's place before, and the family that its folder gives."""
    found = candidate.found
    path: str | None = found.path
    if not found.root:
        # A file that is named by itself may have been loaded with its folder.
        whole = found.file.as_posix()
        path = max((path for path in stored if whole.endswith(f"/{path}")), key=len, default=None)
    row = stored.get(path) if path else None
    candidate.stored = row
    said = candidate.parsed.document or candidate.document
    by_folder = family_of(found.folders, said.slug) if found.root else (row.folder_family if row else None)
    candidate.folder_family = by_folder or ""
    candidate.document = replace(said, family=said.family or by_folder or None)
