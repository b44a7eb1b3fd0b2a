"""What became of a role, and the ways back: to what it said once, and from its deletion.

Each change is a revision that holds the whole document, so each way back is the writing of a document.
Revisions outlive their role under its permanent identifier, and their numbers go on when it is brought back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from roles import lifecycle, proposals, store
from roles.differences import ranks, sentence
from roles.documents.diff import Difference, diff
from roles.documents.document import InvalidDocument, RoleDocument
from roles.models import (
    Conflict,
    OldSlug,
    Proposal,
    Role,
    RoleEvent,
    RoleQuerySet,
    RoleRevision,
    RoleRevisionQuerySet,
    SourceDocument,
)
from roles.partners import link_partners
from roles.store import Change
from roles.store.recording import record

Origin = RoleRevision.Origin


# The ways back ----------------------------------------------------------------------------------------------


@transaction.atomic
def restore(role: Role, number: int, change: Change) -> proposals.Saved:
    """Let a role say again what it said in one of its revisions, or propose that, as the author may.

    The revision's slug returns with it unless it leads to another role by now: then the role keeps the one
    it has. Status, owner, review date and successor are no part of a revision and stay.

    Raises:
        RoleRevision.DoesNotExist: if the role has no revision of this number.
        store.IdentifierTaken: if another role has one of its identifiers by now.
        InvalidDocument: if it says what a document may not say any more.
        pending.Incompatible: if no document can say both this and what the author proposed before.
        Nothing is written then.
    """
    store.lock()
    role = Role.objects.select_related("revision").get(pk=role.pk)
    wanted = RoleDocument.from_json(role.revisions.get(number=number).document)
    if store.taken_slugs([wanted.slug]).get(wanted.slug, set()) - {role.pk}:
        wanted = replace(wanted, slug=role.slug)
    done = _("Restored revision %(number)d") % {"number": number}
    reason = f"{done}: {change.reason}" if change.reason else done
    saved = proposals.save_or_propose(role, wanted, replace(change, origin=Origin.RESTORE, reason=reason))
    if saved.revision:
        link_partners()
    return saved


@transaction.atomic
def delete(roles: Iterable[Role], change: Change) -> None:
    """Delete roles, each with a last revision that says who did so; they can be brought back."""
    store.lock()
    known = Role.objects.filter(pk__in=[role.pk for role in roles])
    said = [(role, store.current(role)) for role in known.select_related("revision")]
    if not said:
        return
    _take_successors_away(known, change)
    record(said, replace(change, origin=Origin.DELETE))
    uid = Role.objects.filter(pk=OuterRef("role")).values("uid")
    SourceDocument.objects.filter(role__in=known).update(deleted_role_uid=Subquery(uid))
    Conflict.objects.filter(role__in=known).update(deleted_role_uid=Subquery(uid))
    known.delete()
    link_partners()


def _take_successors_away(deleted: RoleQuerySet, change: Change) -> None:
    """Let the roles that these were to take the place of have no successor, and tell so."""
    left = Role.objects.filter(successor__in=deleted).exclude(pk__in=deleted.values("pk"))
    wanted: list[tuple[Role, lifecycle.Wanted]] = [(role, {"successor": None}) for role in left]
    lifecycle.change_many(wanted, by=change.author, by_name=change.author_name, reason=change.reason)


@transaction.atomic
def bring_back(uid: UUID, change: Change) -> Role:
    """Let a deleted role be there again, with all that it said last, its history and its documents.

    It is a draft, since its status, owner, review date and successor went with it. Its slugs lead to it again
    unless they lead to another role by now; if its last one does, it gets the next that is free.

    Raises:
        RoleRevision.DoesNotExist: if no role of this permanent identifier was deleted.
        store.IdentifierTaken: if another role has one of its identifiers by now.
        InvalidDocument: if it says what a document may not say any more.
        Nothing is written then.
    """
    store.lock()
    revisions = RoleRevision.objects.of_role(uid)
    last = revisions.filter(role=None)[:1].get()
    document = RoleDocument.from_json(last.document)
    returning = replace(document, slug=store.free_slug(document.slug))
    back = replace(change, origin=Origin.RESTORE)
    role = store.write(None, returning, back, status=Role.Status.DRAFT)[0]
    # The store knows nothing of earlier lives, and numbers a new role from 1.
    RoleEvent.objects.filter(role_uid=role.uid).update(role_uid=uid, revision=last.number + 1)
    role.revisions.update(role_uid=uid, number=last.number + 1, since=last.since)
    revisions.update(role=role)
    role.uid, role.created_at = uid, revisions.reverse()[0].created_at
    role.save(update_fields=["uid", "created_at"])
    for model in (SourceDocument, Conflict):
        model._default_manager.filter(role=None, deleted_role_uid=uid).update(
            role=role, deleted_role_uid=None
        )
    Proposal.objects.filter(role=None, role_uid=uid).update(role=role)
    former = set(revisions.values_list("slug", flat=True))
    free = former - store.taken_slugs(former).keys()
    OldSlug.objects.bulk_create(OldSlug(role=role, slug=slug) for slug in sorted(free))
    link_partners()
    return Role.objects.get(pk=role.pk)


# What each revision changed ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A revision, and what it changed in its role."""

    revision: RoleRevision
    before: RoleRevision | None
    """The revision before it; None for the first one."""
    differences: tuple[Difference, ...]
    readable: bool = True
    """Whether both are documents by the rules of today, without which they can't be compared."""

    @property
    def sentences(self) -> list[str]:
        """What it changed, in words; at least one sentence, without a full stop."""
        found = []
        if self.revision.origin == Origin.DELETE:
            found.append(_("Deleted the role"))
        elif self.before is None:
            found.append(_("Made the role"))
        elif self.before.origin == Origin.DELETE:
            found.append(_("Brought the role back"))
        if not self.readable:
            found.append(_("Can't be compared: it was written under other rules"))
        return [*found, *map(sentence, self.differences)] or [_("Changed nothing that the role says")]


def steps(revisions: Sequence[RoleRevision], among: RoleRevisionQuerySet | None = None) -> list[Step]:
    """What each of these revisions changed: revisions of one role that follow each other, the newest first.

    `among` are the revisions that count, all unless given: a change is told from the one before it among
    them. Three queries, however many there are.
    """
    if not revisions:
        return []
    oldest, rank = revisions[-1], ranks()
    known = RoleRevision.objects.all() if among is None else among
    earlier = known.of_role(oldest.role_uid).filter(number__lt=oldest.number).first()
    pairs = pairwise([*revisions, earlier])
    return [step(revision, before, rank) for revision, before in pairs if revision]


def step(revision: RoleRevision, before: RoleRevision | None, rank: Callable[[str], int | None]) -> Step:
    """What changed from one revision of a role to another; `rank` is what `diff` takes."""
    if before is None:
        return Step(revision, None, ())
    new, old = _document(revision), _document(before)
    if new is None or old is None:
        return Step(revision, before, (), readable=False)
    return Step(revision, before, tuple(diff(old, new, rank=rank)))


def difference_now(role: Role, revision: RoleRevision) -> list[Difference]:
    """What restoring a revision would change in a role.

    Raises:
        InvalidDocument: if it says what a document may not say any more.
    """
    return diff(store.current(role), RoleDocument.from_json(revision.document), rank=ranks())


def _document(revision: RoleRevision) -> RoleDocument | None:
    try:
        return RoleDocument.from_json(revision.document)
    except InvalidDocument:
        return None
