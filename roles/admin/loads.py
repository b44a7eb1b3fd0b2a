"""What a load did, file by file, with what it changed in roles: of one that is over, or before it counts."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _

from roles.admin.base import ROWS_ON_A_PAGE
from roles.differences import VALUES, details, passages, ranks, sentence
from roles.documents.document import field_of
from roles.history import step
from roles.loading.doubts import label
from roles.loading.report import Report
from roles.models import Conflict, LoadOutcome, LoadRun, Proposal, Role, RoleRevision

Outcome = LoadOutcome.Outcome
MARKS = {
    Outcome.CREATED: "new",
    Outcome.UPDATED: "changed",
    Outcome.FAILED: "refused",
    Outcome.HELD: "proposed",
    Outcome.PROPOSED: "proposed",
}
"""How outcomes are marked, by the classes of the style sheet."""


@dataclass(frozen=True, slots=True)
class FileShown:
    """What became of a file, and what its role says otherwise since."""

    path: str
    outcome: str
    mark: str
    role: Role | None
    messages: Sequence[dict[str, Any]]
    sentences: Sequence[str]
    told: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LoadShown:
    """A page of what a load did."""

    counts: Sequence[tuple[str, str, int]]
    """Mark, label and number of files of each outcome."""
    files: Sequence[FileShown]
    page: Page[Any]
    conflicts: Sequence[str]
    """What waits for somebody to choose between file and catalogue."""
    proposals: int
    changed: int
    """How many roles have a new revision."""
    digest: str
    """What tells this from another outcome."""


def shown_run(run: LoadRun, number: Any) -> LoadShown:
    """A page of what a load of the past did."""
    rows = run.outcomes.select_related("role").order_by("pk")
    found = dict(rows.order_by().values_list("outcome").annotate(number=Count("pk")))
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(number)
    outcomes = list(page.object_list)
    return LoadShown(
        counts=_counts(found),
        files=_files(run, outcomes),
        page=page,
        conflicts=_conflicts(run),
        proposals=Proposal.objects.filter(run=run).count(),
        changed=RoleRevision.objects.filter(run=run).count(),
        digest="",
    )


def shown_report(report: Report, number: Any) -> LoadShown:
    """A page of what a load has just done, or would do; call it before that is taken back."""
    files = [file for file in report.files if file.outcome != Outcome.UNCHANGED or file.messages]
    # Those first that somebody is asked about.
    files.sort(key=lambda file: file.outcome not in MARKS)
    page = Paginator(files, ROWS_ON_A_PAGE).get_page(number)
    roles = Role.objects.in_bulk([file.role_id for file in page.object_list if file.role_id])
    outcomes = [
        LoadOutcome(
            path=file.path,
            role=roles.get(file.role_id or 0),
            outcome=file.outcome,
            messages=file.messages_to_json(),
        )
        for file in page.object_list
    ]
    run = report.run
    recorded = run is not None and run.pk is not None
    made = RoleRevision.objects.filter(run=run) if recorded else RoleRevision.objects.none()
    proposed = Proposal.objects.filter(run=run) if recorded else Proposal.objects.none()
    said = [
        report.to_json(),
        *made.order_by("catalogue_number").values_list("slug", "document"),
        *proposed.order_by("pk").values_list("document"),
    ]
    return LoadShown(
        counts=_counts(report.counts),
        files=_files(run if recorded else None, outcomes),
        page=page,
        conflicts=_conflicts(run) if recorded and run else [],
        proposals=proposed.count(),
        changed=made.count(),
        digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
    )


def _counts(found: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        (MARKS.get(outcome, ""), str(outcome.label), found[outcome])
        for outcome in Outcome
        if found.get(outcome)
    ]


def _files(run: LoadRun | None, outcomes: Sequence[LoadOutcome]) -> list[FileShown]:
    """The files with what they changed; what several files of a role changed stands at the first of them."""
    rank = ranks()
    made = RoleRevision.objects.filter(run=run, role__in=[row.role_id for row in outcomes if row.role_id])
    revisions = {revision.role_id: revision for revision in made.order_by("number")} if run else {}
    before = {
        (row.role_uid, row.number): row
        for row in RoleRevision.objects.filter(
            role_uid__in=[revision.role_uid for revision in revisions.values()],
            number__in={revision.number - 1 for revision in revisions.values()},
        )
    }
    files = []
    for row in outcomes:
        revision = revisions.pop(row.role_id, None)
        made_by = (
            step(revision, before.get((revision.role_uid, revision.number - 1)), rank) if revision else None
        )
        outcome = Outcome(row.outcome)
        files.append(
            FileShown(
                path=row.path,
                outcome=str(outcome.label),
                mark=MARKS.get(outcome, ""),
                role=row.role,
                messages=row.messages,
                sentences=made_by.sentences if made_by and not made_by.differences else (),
                told=[_told(item) for item in made_by.differences] if made_by else (),
            )
        )
    return files


def _told(difference: Any) -> dict[str, Any]:
    shown = [] if field_of(difference.key) in (*VALUES, "aliases", "tags") else details(difference)
    return {
        "sentence": sentence(difference),
        "details": [
            {"label": detail.label, "passages": passages(detail.before, detail.after)} for detail in shown
        ],
    }


def _conflicts(run: LoadRun) -> list[str]:
    rows = Conflict.objects.filter(run=run).select_related("role").order_by("pk")
    return [_("%(role)s: %(what)s") % {"role": row.role, "what": label(row.key)} for row in rows]
