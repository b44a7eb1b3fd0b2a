"""Taking a role out of use, and back into it."""

from django.db import transaction

from roles import lifecycle, proposals, store
from roles.models import Proposal, Role
from roles.store import Change


@transaction.atomic
def archive(role: Role, successor: Role | None, change: Change) -> Proposal | None:
    """Archive a role in favour of its successor, or propose that, as the author of the change may.

    Returns the proposal, None if the role is archived now.
    """
    return _set(role, Role.Status.ARCHIVED, successor, change)


@transaction.atomic
def publish_again(role: Role, change: Change) -> Proposal | None:
    """Let a role that was archived be listed again, without a successor, or propose that.

    Returns the proposal, None if the role is published now.
    """
    return _set(role, Role.Status.PUBLISHED, None, change)


def _set(role: Role, status: Role.Status, successor: Role | None, change: Change) -> Proposal | None:
    store.lock()
    if change.author is not None and not proposals.may_publish(change.author):
        said = store.current(role)
        return proposals.propose(role, said, change, status=status, successor=successor)
    lifecycle.change(role, by=change.author, reason=change.reason, status=status, successor=successor)
    return None
