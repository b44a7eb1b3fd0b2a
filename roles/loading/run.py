"""One load: from paths to a report."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from roles import store
from roles.documents.document import RoleDocument, statements
from roles.documents.messages import Message
from roles.documents.reader import parse
from roles.documents.text import fold_key
from roles.loading.discover import Found, discover, family_of
from roles.loading.identify import Candidate, Group, identify
from roles.loading.reconcile import change_of, is_unchanged, reconcile
from roles.loading.report import FileReport, Outcome, Report
from roles.models import Interaction, LoadOutcome, LoadRun, ProficiencyLevel, SeniorityLevel, SourceDocument
from roles.partners import link_partners

Progress = Callable[[Iterable[Found]], Iterable[Found]]
"""Wraps the files while they are read, to show how far the load is."""


def load(
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    by: User | None = None,
    by_name: str = "",
    progress: Progress = iter,
) -> Report:
    """Load the role files at and below the paths.

    Every role is its own transaction: what fails leaves the others as they are loaded. A dry run does all
    of it and takes it back. Where nothing differs from the last load, nothing is written.

    Raises:
        FileNotFoundError: if a path does not exist; nothing is loaded then.
    """
    found = list(discover(paths))
    if not dry_run:
        return _Load(found, by, by_name).run(progress)
    with transaction.atomic():
        report = _Load(found, by, by_name).run(progress)
        report.dry_run = True
        transaction.set_rollback(True)
    return report


class _Load:
    """The steps of one load."""

    def __init__(self, found: list[Found], by: User | None, by_name: str) -> None:
        self.found = found
        self.report = Report()
        self.record = LoadRun(
            by=by, by_name=by_name, paths=sorted({item.root or item.path for item in found})
        )
        self.stored = {row.path: row for row in SourceDocument.objects.defer("content")}
        self.changed = False

    def run(self, progress: Progress) -> Report:
        candidates = [candidate for item in progress(self.found) if (candidate := self._read(item))]
        self._mark_missing()
        for group in identify(candidates):
            self._load(group)
        if self.report.changed:
            link_partners()
            self._tell_unknown(candidates)
        self._finish()
        return self.report

    # Reading ------------------------------------------------------------------------------------------------

    def _read(self, found: Found) -> Candidate | None:
        report = FileReport(found.path)
        self.report.files.append(report)
        problem = found.problem
        if sum(other.path == found.path for other in self.report.files) > 1:
            problem = Message(
                "path-taken", 1, "Two loaded folders hold a file of this path: load what holds both."
            )
        try:
            data = b"" if problem else found.read()
        except OSError as error:
            problem = Message("unreadable-file", 1, f"The file can't be read: {error.strerror}.")
        if problem is not None:
            report.messages.append(problem)
            report.outcome = Outcome.SKIPPED if problem.severity != "error" else Outcome.FAILED
            return None
        return self._candidate(found, data, report)

    def _candidate(self, found: Found, data: bytes, report: FileReport) -> Candidate | None:
        digest = hashlib.sha256(data).hexdigest()
        stored = self._stored(found)
        if stored is not None and stored.role_id is None and stored.digest == digest:
            report.outcome = Outcome.SKIPPED
            report.say(
                "role-deleted",
                1,
                "Its role was deleted in the catalogue; it stays so until the file changes.",
            )
            return None
        parsed = parse(data)
        report.messages += parsed.messages
        if parsed.document is None:
            report.outcome = Outcome.FAILED if parsed.failed else Outcome.SKIPPED
            return None
        family = family_of(found.folders, parsed.document.slug) or ""
        document = parsed.document
        if document.family is None and family:
            document = replace(document, family=family)
        if found.root == "" and stored is not None:
            # A file that is loaded by itself keeps the place it was loaded from with its folder.
            found = replace(found, path=stored.path, root=stored.root)
            report.path, family = stored.path, stored.folder_family
            document = replace(parsed.document, family=parsed.document.family or family or None)
        return Candidate(found, data, digest, parsed, document, report, stored, family)

    def _stored(self, found: Found) -> SourceDocument | None:
        """The document that this file was when it was last loaded."""
        if found.root or found.path in self.stored:
            return self.stored.get(found.path)
        whole = found.file.as_posix()
        inside = [path for path in self.stored if whole.endswith(f"/{path}")]
        return self.stored[max(inside, key=len)] if inside else None

    def _mark_missing(self) -> None:
        """Mark the documents whose files are gone from a folder that this run loads; what they say stays."""
        roots = {item.root for item in self.found if item.root}
        here = {report.path for report in self.report.files}
        for row in self.stored.values():
            if row.root in roots and row.path not in here and row.role_id is not None:
                self.report.missing.append(row.path)
                if not row.missing:
                    row.missing = True
                    row.save(update_fields=["missing"])

    # Writing ------------------------------------------------------------------------------------------------

    def _load(self, group: Group) -> None:
        if is_unchanged(group):
            for candidate in group.candidates:
                candidate.report.role = candidate.document.slug
            return
        self._begin()
        try:
            reconcile(group, self.record, change_of(self.record), self.report)
        except store.IdentifierTaken as taken:
            for candidate in group.candidates:
                candidate.report.outcome = Outcome.FAILED
                candidate.report.say(
                    "identifier-taken", 1, f"Another role has the identifier {taken}: change one of them."
                )

    def _begin(self) -> None:
        """Record the run once there is something to record."""
        if self.record.pk is None:
            self.record.save()

    def _finish(self) -> None:
        if self.record.pk is None:
            return
        LoadOutcome.objects.bulk_create(
            LoadOutcome(
                run=self.record, path=file.path, outcome=file.outcome, messages=file.to_json()["messages"]
            )
            for file in self.report.files
            if file.outcome != Outcome.UNCHANGED or file.messages
        )
        self.record.finished_at = timezone.now()
        self.record.save(update_fields=["finished_at"])

    # Doubts that need the whole catalogue -------------------------------------------------------------------

    def _tell_unknown(self, candidates: Iterable[Candidate]) -> None:
        """Say which levels have no rank and which partners are no role."""
        levels = _unranked(ProficiencyLevel)
        seniorities = _unranked(SeniorityLevel)
        unknown = set(Interaction.objects.filter(partner=None).values_list("role__slug", "partner_name"))
        for candidate in candidates:
            if candidate.report.outcome == Outcome.UNCHANGED:
                continue
            document, lines = candidate.document, candidate.parsed.statement_lines
            if document.seniority and fold_key(document.seniority) in seniorities:
                text = f"The seniority {document.seniority!r} has no rank; HR can give it one."
                candidate.report.say("unknown-seniority", lines.get("seniority", 1), text)
            self._tell_statements(candidate, document, lines, levels, unknown)

    def _tell_statements(
        self,
        candidate: Candidate,
        document: RoleDocument,
        lines: dict[str, int],
        levels: set[str],
        unknown: set[tuple[str, str]],
    ) -> None:
        keys = {id(value): key for key, value in statements(document).items()}
        for capability in document.capabilities:
            if capability.level and fold_key(capability.level) in levels:
                text = (
                    f"The level {capability.level!r} has no rank, so it meets no minimum; HR can give it one."
                )
                candidate.report.say("unknown-level", lines.get(keys[id(capability)], 1), text)
        for interaction in document.interactions:
            if (candidate.report.role or "", interaction.partner) in unknown:
                text = f"No role is named {interaction.partner!r}; it stays text until one is."
                candidate.report.say("unknown-partner", lines.get(keys[id(interaction)], 1), text)
        candidate.report.messages.sort(key=lambda message: message.line)


def _unranked(model: type[ProficiencyLevel] | type[SeniorityLevel]) -> set[str]:
    return set(model.objects.filter(rank=None).values_list("folded", flat=True))
