"""Who changes a published role at once, and who proposes the change: the one rule for every door.

A proposal is a document that waits. Approved, it is merged with what the role says by then, so that nobody's
change in between is lost.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin, User
from django.db import transaction
from django.utils import timezone

from roles import store
from roles.documents.document import RoleDocument
from roles.documents.merge import Conflict, merge
from roles.models import Proposal, Role, RoleRevision
from roles.partners import link_partners
from roles.store import Change


def may_publish(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person's changes of published roles count at once; they decide on proposals, too."""
    return isinstance(user, PermissionsMixin) and user.has_perm("roles.publish_role")


def must_propose(role: Role, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person's changes of a role wait for somebody who may publish; drafts are free."""
    return role.status != Role.Status.DRAFT and not may_publish(user)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a change: a revision, a proposal, or neither where nothing differs."""

    revision: RoleRevision | None = None
    proposal: Proposal | None = None


@transaction.atomic
def save_or_propose(role: Role, document: RoleDocument, change: Change) -> Saved:
    """Let a role say what a document says, or propose that, as the author of the change may.

    Links of partners are not set after a revision: call `partners.link_partners` once.

    Raises:
        store.SlugTaken, store.IdentifierTaken: if another role has them. Nothing is written then.
    """
    if change.author is None or not must_propose(role, change.author):
        return Saved(revision=store.write(role, document, change).revision)
    if store.current(role) == document:
        return Saved()
    return Saved(proposal=propose(role, document, change))


def propose(
    role: Role, document: RoleDocument, change: Change, *, base: RoleDocument | None = None, status: str = ""
) -> Proposal:
    """Let a document wait for review. `base` is what the author saw, what the role says now unless given."""
    before = base or store.current(role)
    return Proposal.objects.create(
        role=role,
        role_uid=role.uid,
        base=before.to_json(),
        document=document.to_json(),
        status=status,
        origin=change.origin,
        author=change.author,
        author_name=change.author_name or (change.author.get_username() if change.author else ""),
        reason=change.reason,
        run=change.run,
    )


class Undecided(Exception):
    """The role and the proposal changed the same statements: somebody has to choose first."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(f"{len(conflicts)} statements changed on both sides")
        self.conflicts = conflicts


@transaction.atomic
def apply(proposal: Proposal, by: User) -> RoleRevision | None:
    """Let the role say what was proposed, None if it says so already.

    The revision's author is who proposed it. `by` approved it.

    Raises:
        Undecided: if the role changed in between what the proposal changes too.
        store.SlugTaken, store.IdentifierTaken: if another role has them.
        Nothing is written then.
    """
    store.lock()
    role = Role.objects.select_related("revision").get(proposals=proposal)
    base = RoleDocument.stored(proposal.base)
    merged = merge(base, store.current(role), RoleDocument.stored(proposal.document))
    if merged.conflicts:
        raise Undecided(merged.conflicts)
    change = Change(
        origin=RoleRevision.Origin(proposal.origin),
        author=proposal.author,
        author_name=proposal.author_name,
        reason=proposal.reason,
        run=proposal.run,
    )
    if proposal.status and proposal.status != role.status:
        role.status = Role.Status(proposal.status)
        role.successor = proposal.successor or role.successor
        role.save(update_fields=["status", "successor"])
    revision = store.write(role, merged.document, change).revision
    role.refresh_from_db()
    store.publish(role)
    proposal.state, proposal.revision = Proposal.State.APPLIED, revision
    proposal.decided_by, proposal.decided_by_name = by, by.get_username()
    proposal.decided_at = proposal.updated_at = timezone.now()
    proposal.save()
    proposal.conflicts.filter(closed_at=None).update(
        closed_at=proposal.decided_at, closed_by=by, closed_by_name=by.get_username()
    )
    link_partners()
    return revision
