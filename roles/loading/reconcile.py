"""Bringing the files of roles and the catalogue together, many roles in one transaction.

Base is what the files said when they were last loaded, ours what the catalogue says, theirs what the files
say now.
"""

from collections.abc import Sequence, Set
from dataclasses import replace

from django.db import transaction

from roles import store
from roles.documents.document import Key, RoleDocument, statements
from roles.documents.merge import Conflict, Merged, merge
from roles.documents.text import fold_key
from roles.loading.identify import Group
from roles.loading.keeping import keep_conflicts, keep_documents, says_the_same
from roles.loading.reading import Candidate, Reading
from roles.loading.report import Outcome
from roles.loading.result import Held, Reconciled, Rules, Side
from roles.loading.review import as_approved, at_once, keep_publication, keep_waiting, waiting_for
from roles.loading.sources import DERIVED, Files, Source, documents_of, folded, match, source_of, sources_of
from roles.models import Conflict as ConflictRow
from roles.models import Proposal, Role, SourceDocument

HELD_FROM = 5
"""A file that would withdraw so many statements, and more than half of what the role says, is held back."""


class Outdated(Exception):
    """The catalogue changed since the files were grouped by role: they are to be grouped again."""


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
    proposed = waiting_for(pks)
    results = [
        _reconciled(
            group,
            roles.get(group.role or 0),
            rows.get(group.role or 0, []),
            rules,
            waiting.get(group.role or 0, set()),
            files,
            proposed.get(group.role or 0),
        )
        for group in groups
    ]
    _choose_slugs(results)
    for each in results:
        each.document = _at_once(each, rules)
    written = store.write_all(
        [(each.role, each.document, _first_status(each, rules)) for each in results], change
    )
    for each, (role, revision) in zip(results, written, strict=True):
        each.role, each.revision = role, revision
        each.proposed = _keep_waiting(each, role, rules, change)
    keep_documents(results, rules, change)
    keep_conflicts(results, change)
    return results


def _reconciled(
    group: Group,
    role: Role | None,
    rows: Sequence[SourceDocument],
    rules: Rules,
    waiting: Set[Key],
    all_files: Files,
    proposal: Proposal | None,
) -> Reconciled:
    """What is to come of the files of one role."""
    files = match(group, rows, all_files)
    before, sources = sources_of(rows), documents_of(group, rows, files, rules.gone)
    ours = as_approved(store.current(role), proposal) if role else None
    merged, decided = _merge(ours, before, sources, rules.prefer, waiting)
    held = _held(ours, merged.document, sources) if rules.hold and ours else ()
    readings = {source.candidate: source.reading for source in sources if source.candidate}
    if held:
        rows_held = {each.candidate: each.row for each in held}
        sources = tuple(
            source_of(rows_held[each.candidate]) if each.candidate in rows_held else each for each in sources
        )
        merged, decided = _merge(ours, before, sources, rules.prefer, waiting)
    return Reconciled(
        group=group,
        role=role,
        created=role is None,
        theirs=folded(sources) if sources else _only_identity(merged.document),
        document=merged.document,
        wanted=merged.document,
        proposal=proposal,
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
    same = row is not None and reading is not None and says_the_same(row, candidate, reading)
    return Outcome.UNCHANGED if same else Outcome.UPDATED


# What they say together -------------------------------------------------------------------------------------


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
            had = statements(RoleDocument.stored(source.row.parsed)).keys()
            if (had - statements(source.document).keys()) & lost:
                held.append(Held(source.candidate, source.row, source.path))
    return tuple(held)


def _choose_slugs(results: Sequence[Reconciled]) -> None:
    """Let each role have the slug it should; if another role has it, its own, or the next that is free."""
    taken = store.taken_slugs(each.wanted.slug for each in results)
    given: set[str] = set()
    for each in results:
        wanted, own = each.wanted.slug, {each.role.pk} if each.role else set()
        slug = wanted
        if wanted in given or taken.get(wanted, set()) - own:
            slug = each.role.slug if each.role else store.free_slug(wanted, given)
            each.refused_slug = wanted
            each.wanted = replace(each.wanted, slug=slug)
        given.add(slug)


# What waits for review --------------------------------------------------------------------------------------


def _at_once(result: Reconciled, rules: Rules) -> RoleDocument:
    """What of the wanted is written without review. What the public does not see needs none."""
    role = result.role
    status = role.status if role else _status(result)
    review = "none" if status == Role.Status.DRAFT else rules.review
    return at_once(result.wanted, store.current(role) if role else None, result.proposal, review)


def _first_status(result: Reconciled, rules: Rules) -> Role.Status:
    """The status of a role that files make."""
    return Role.Status.DRAFT if rules.review == "all" else _status(result)


def _keep_waiting(result: Reconciled, role: Role, rules: Rules, change: store.Change) -> bool:
    """Let what was not written wait for review. Returns whether something new waits."""
    if result.created and rules.review == "all":
        if _status(result) == Role.Status.DRAFT:
            return False
        keep_publication(role, _status(result), change)
        return True
    if result.wanted == result.document and result.proposal is None:
        return False
    return keep_waiting(role, result.document, result.wanted, result.proposal, change)


def _status(result: Reconciled) -> Role.Status:
    """The status that a new role has by its files."""
    return status_of(result.theirs) or Role.Status.PUBLISHED


def status_of(document: RoleDocument) -> Role.Status | None:
    """The status that a front matter asks for. It counts when the role is made, and never again."""
    wanted = document.extra.get("status")
    folded = fold_key(wanted) if isinstance(wanted, str) else ""
    return Role.Status(folded) if folded in Role.Status.values else None
