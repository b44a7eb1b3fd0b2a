"""Decisions where files and catalogue both changed a statement: take the file's, keep ours, write a third.

A decision closes the conflict. The next load asks again only if the file says something else by then, since
what it says now is what the next change is held against.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from roles import proposals, store
from roles.documents.document import Key, RoleDocument, Statement, statement_of, statements, to_json
from roles.documents.merge import Conflict, settle
from roles.loading.sources import folded, sources_of
from roles.models import Conflict as ConflictRow
from roles.models import Proposal, Role, RoleRevision
from roles.partners import link_partners

Decision = ConflictRow.Decision


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose for one statement; None is for no such statement."""

    decision: ConflictRow.Decision
    says: Statement | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of decisions: a revision, a proposal, or neither where nothing of the role changes."""

    closed: int
    revision: RoleRevision | None = None
    proposal: Proposal | None = None


def as_statements(row: ConflictRow) -> Conflict:
    """A stored conflict with its three sides as statements."""
    base, ours, theirs = (statement_of(row.key, side) for side in (row.base, row.ours, row.theirs))
    return Conflict(row.key, base, ours, theirs)


def answer(row: ConflictRow, decision: ConflictRow.Decision, own: Statement | None = None) -> Answer:
    """The answer that takes one of the sides, or the third wording."""
    sides = as_statements(row)
    says = {Decision.FILES: sides.theirs, Decision.CATALOGUE: sides.ours, Decision.OWN: own}
    return Answer(decision, says[decision])


def waiting(role: Role) -> list[ConflictRow]:
    """What is to be decided for a role, in the order of its statements' keys."""
    return list(ConflictRow.objects.waiting().filter(role=role).order_by("key"))


@transaction.atomic
def decide(role: Role, answers: Mapping[Key, Answer], change: store.Change) -> Decided:
    """Let a role say what was chosen where its files say otherwise, in one revision, and close these.

    Answers to what does not wait for one are left out. Where the author of the change may only propose, what
    changes the role is proposed, and its conflicts are closed when that is published; what keeps the role as
    it is needs no proposal.

    Raises:
        InvalidDocument: if what was chosen makes no document.
        store.SlugTaken, store.IdentifierTaken: if another role has them.
        Nothing is written then.
    """
    store.lock()
    role = Role.objects.select_related("revision").get(pk=role.pk)
    rows = [row for row in waiting(role) if row.key in answers]
    changing = [row for row in rows if answers[row.key].decision != Decision.CATALOGUE]
    kept = [row for row in rows if answers[row.key].decision == Decision.CATALOGUE]
    saved = proposals.Saved()
    if changing:
        ours = store.current(role)
        files = _files(role, ours)
        chosen = {row.key: answers[row.key].says for row in changing}
        # Held against themselves, the files change nothing but what was chosen.
        document = settle(files, ours, files, chosen)
        saved = proposals.save_or_propose(role, document, change)
    if saved.proposal:
        for row in changing:
            row.decision, row.proposal = answers[row.key].decision, saved.proposal
        ConflictRow.objects.bulk_update(changing, ["decision", "proposal"])
    else:
        _close(changing, answers, change)
    _close(kept, answers, change)
    if saved.revision:
        link_partners()
    closed = len(kept) if saved.proposal else len(rows)
    return Decided(closed, saved.revision, saved.proposal)


def _files(role: Role, ours: RoleDocument) -> RoleDocument:
    """What the documents of a role say together."""
    rows = role.documents.order_by("rank", "path").defer("content", "messages")
    return folded(sources_of(rows)) if rows else ours


def _close(rows: Iterable[ConflictRow], answers: Mapping[Key, Answer], change: store.Change) -> None:
    author = change.author
    name = change.author_name or (author.get_username() if author else "")
    for row in rows:
        # What they say now, the new revision has told them already.
        ConflictRow.objects.filter(pk=row.pk).update(
            closed_at=timezone.now(),
            decision=answers[row.key].decision,
            closed_by=author,
            closed_by_name=name,
        )


@transaction.atomic
def ask_again(rows: QuerySet[ConflictRow]) -> int:
    """Open decided conflicts again whose sides still differ, and return how many there are."""
    store.lock()
    opened = 0
    for row in rows.exclude(closed_at=None).exclude(role=None).select_related("role__revision"):
        is_open = ConflictRow.objects.open().filter(role=row.role, key=row.key).exists()
        if row.role is None or is_open:
            continue
        said = store.current(row.role)
        row.ours = to_json(statements(said).get(row.key))
        if row.ours != row.theirs:
            row.closed_at, row.decision, row.closed_by, row.closed_by_name = None, "", None, ""
            row.proposal = None
            row.save()
            opened += 1
    return opened


def by_role(rows: Iterable[ConflictRow]) -> dict[Role, list[ConflictRow]]:
    """Conflicts by their roles, in their order."""
    found: dict[Role, list[ConflictRow]] = {}
    for row in rows:
        if row.role is not None:
            found.setdefault(row.role, []).append(row)
    return found
