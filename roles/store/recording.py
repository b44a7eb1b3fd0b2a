"""The revision that each change makes, and what is derived from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from roles import events, search
from roles.documents.document import Key, RoleDocument, statements, to_json
from roles.models import (
    Conflict,
    LoadRun,
    RevisionCounter,
    Role,
    RoleJson,
    RoleRendering,
    RoleRevision,
    SearchDocument,
    SearchTerm,
)
from roles.models.vocabulary import chunks
from roles.rendering import RENDERING_VERSION, render_document
from roles.role_json import renew


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes a role, through which door, and why. A person without an account is known by name only."""

    origin: RoleRevision.Origin
    author: User | None = None
    author_name: str = ""
    reason: str = ""
    run: LoadRun | None = None


def lock() -> int:
    """Let one writer at a time change roles, and return the number of the newest revision in the catalogue.

    Numbers of revisions are then committed in their order. The counter's row is what writers wait for on
    PostgreSQL; on SQLite the transaction itself is exclusive. When it is committed, the JSON of the roles
    that it changed is made anew.
    """
    transaction.on_commit(renew, robust=True)
    return RevisionCounter.objects.select_for_update().get().last


def take_numbers(count: int, *, linked: bool = True) -> range:
    """The next numbers in the catalogue, for what happens to roles in this transaction.

    Unless partners are `linked` afterwards as they were, it is noted that they are to be linked anew.
    """
    last = lock()
    noted = {} if linked else {"links_are_stale": True}
    RevisionCounter.objects.update(last=last + count, **noted)
    return range(last + 1, last + count + 1)


def record(said: Sequence[tuple[Role, RoleDocument]], change: Change) -> list[RoleRevision]:
    """Store documents as the newest revisions of roles whose rows say the same, in this order."""
    numbers = take_numbers(len(said), linked=False)
    now, author = timezone.now(), change.author
    revisions = [
        RoleRevision(
            role=role,
            role_uid=role.uid,
            slug=role.slug,
            number=role.revision.number + 1 if role.revision else 1,
            catalogue_number=catalogue_number,
            document=document.to_json(),
            since=_since(role.revision, document),
            draft=role.status == Role.Status.DRAFT,
            author=author,
            author_name=change.author_name or (author.get_username() if author else ""),
            origin=change.origin,
            reason=change.reason,
            run=change.run,
            created_at=now,
        )
        for catalogue_number, (role, document) in zip(numbers, said, strict=True)
    ]
    RoleRevision.objects.bulk_create(revisions)
    roles = [role for role, _ in said]
    events.record(
        [
            (role, events.of_revision(role, role.revision, revision))
            for role, revision in zip(roles, revisions, strict=True)
        ]
    )
    for role, revision in zip(roles, revisions, strict=True):
        role.revision, role.updated_at = revision, now
    newest = RoleRevision.objects.filter(role=OuterRef("pk")).order_by("-number").values("pk")[:1]
    changed = Role.objects.filter(pk__in=[role.pk for role in roles])
    changed.update(revision_id=Subquery(newest), updated_at=now)
    newly_said = list(zip(roles, (revision.document for revision in revisions), strict=True))
    columns = [(role, search.search_document(data)) for role, data in newly_said]
    _derive(SearchDocument, columns)
    _learn_words([data for _, data in newly_said], [" ".join(values.values()) for _, values in columns])
    _derive(RoleRendering, [(role, _rendering(data)) for role, data in newly_said])
    # Made when the change is committed, and the documents that it may come from are kept.
    _derive(RoleJson, [(role, {"version": 0}) for role in roles])
    _settle_conflicts({role.pk: document for role, document in said})
    return revisions


def publish(role: Role) -> None:
    """Let everybody see the newest revision of a role that is no draft any more."""
    revision = role.revision
    if revision is not None and revision.draft and role.status != Role.Status.DRAFT:
        revision.draft = False
        revision.save(update_fields=["draft"])


def _since(before: RoleRevision | None, document: RoleDocument) -> dict[Key, int]:
    """Which revision last changed each statement, given the one before this; 1 is left out."""
    if before is None:
        return {}
    said = statements(RoleDocument.stored(before.document))
    return {
        key: number
        for key, statement in statements(document).items()
        if (number := before.since.get(key, 1) if said.get(key) == statement else before.number + 1) > 1
    }


def _rendering(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"html": render_document(document), "version": RENDERING_VERSION}


def _derive(
    model: type[SearchDocument] | type[RoleRendering] | type[RoleJson],
    rows: Sequence[tuple[Role, Mapping[str, Any]]],
) -> None:
    manager: Any = model._default_manager
    manager.bulk_create(
        [model(role=role, **values) for role, values in rows],
        update_conflicts=True,
        unique_fields=["role"],
        update_fields=list(rows[0][1]),
    )


def _learn_words(documents: Sequence[Mapping[str, Any]], terms: Sequence[str]) -> None:
    """Keep the words of documents, given the terms of each, for those who misspell them."""
    said = [set(text.split()) for text in terms]
    new = {term for term in set().union(*said) if search.is_spelt(term)}
    for some in chunks(new):
        new -= set(SearchTerm.objects.filter(term__in=some).values_list("term", flat=True))
    words: dict[str, str] = {}
    for document, has in zip(documents, said, strict=True):
        if not new.isdisjoint(has):
            words = search.term_words(document) | words
    rows = [SearchTerm(term=term, word=words[term]) for term in sorted(new & words.keys())]
    SearchTerm.objects.bulk_create(rows, ignore_conflicts=True)


def _settle_conflicts(said: Mapping[int, RoleDocument]) -> None:
    """Let conflicts follow what the catalogue says, and close those in which it says what the files say."""
    changed = []
    for row in Conflict.objects.filter(role__in=said, closed_at=None):
        ours = to_json(statements(said[row.role_id or 0]).get(row.key))
        if ours != row.ours:
            row.ours, row.closed_at = ours, timezone.now() if ours == row.theirs else None
            changed.append(row)
    Conflict.objects.bulk_update(changed, ["ours", "closed_at"])
