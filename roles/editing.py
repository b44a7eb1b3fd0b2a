"""A role changed or made as a whole: what it says, with its status and the role that takes its place."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction

from roles import lifecycle, proposals, store
from roles.documents.document import RoleDocument
from roles.models import Proposal, Role
from roles.partners import link_partners
from roles.store import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a role is to say, the status that it is to have and the role that is to take its place."""

    document: RoleDocument
    status: str
    successor: Role | None = None

    def moves(self, role: Role) -> bool:
        """Whether the role is to have another status or successor than it has."""
        return self.status != role.status or not self.has_successor_of(role)

    def has_successor_of(self, role: Role) -> bool:
        """Whether the successor is the one that the role has."""
        return (self.successor and self.successor.pk) == role.successor_id


def must_propose(role: Role, wanted: Wanted, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this change waits for somebody who may publish: drafts are free, their status is not."""
    return proposals.must_propose(role, user) or (wanted.moves(role) and not proposals.may_publish(user))


@transaction.atomic
def change_role(role: Role, wanted: Wanted, change: Change) -> bool:
    """Let a role say and have what is wanted. Nobody is asked for permission here: see `must_propose`.

    Returns whether anything changed.

    Raises:
        store.SlugTaken, store.IdentifierTaken: if another role has them. Nothing is written then.
    """
    written = store.write(role, wanted.document, change)
    if written.revision:
        link_partners()
    moved = []
    if wanted.moves(role):
        moved = lifecycle.change(
            written.role,
            by=change.author,
            by_name=change.author_name,
            reason=change.reason,
            status=wanted.status,
            successor=wanted.successor,
        )
    return bool(written.revision or moved)


@transaction.atomic
def propose(role: Role, wanted: Wanted, change: Change) -> Proposal | None:
    """Let what is wanted of a role wait for review. Returns None where nothing differs from what it is.

    Of what its author proposed before, a status or a successor stays that is not changed once more.

    Raises:
        pending.Incompatible: if no document can say both this and what the author proposed before.
        Nothing is written then.
    """
    store.lock()
    if not wanted.moves(role):
        if store.current(role) == wanted.document:
            return None
        return proposals.propose(role, wanted.document, change)
    status, successor = wanted.status, wanted.successor
    earlier = proposals.gone_on_with(role, change.author)
    if earlier and earlier.status and status == role.status:
        status = earlier.status
    elif earlier and earlier.status and wanted.has_successor_of(role):
        successor = earlier.successor
    return proposals.propose(role, wanted.document, change, status=status, successor=successor)


@transaction.atomic
def make_role(
    wanted: Wanted, change: Change, user: AbstractBaseUser | AnonymousUser
) -> tuple[Role, Proposal | None]:
    """Make a role, as a draft where it is to be published and its author may not: then that is proposed.

    Raises:
        store.SlugTaken, store.IdentifierTaken: if another role has them. Nothing is written then.
    """
    publishes = wanted.status == Role.Status.PUBLISHED
    may = proposals.may_publish(user)
    status = Role.Status.PUBLISHED if publishes and may else Role.Status.DRAFT
    role = store.write(None, wanted.document, change, status=status).role
    link_partners()
    return role, proposals.ask_to_publish(role, change) if publishes and not may else None
