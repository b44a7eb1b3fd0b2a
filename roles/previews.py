"""A role as it would be, for whoever is given a link: with a proposal applied, or while it is a draft.

What is shown is written as if it were approved, read by the very code that makes the public page, and taken
back. So nothing of it is ever to be seen at another address.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet

from roles import proposals, store
from roles.models import PreviewLink, Proposal, ProposalQuerySet, Role, RoleRevision
from roles.partners import link_partners_of


class Ended(Exception):
    """The link leads nowhere any more, or never did."""


class Impossible(Exception):
    """What is proposed can't be as things are; the text says why, unless that would name a draft."""


@contextmanager
def applied(token: str) -> Iterator[Role]:
    """A role as the link of this secret shows it. Whatever is read inside reads it so; then it is taken back.

    Raises:
        Ended: if the secret is that of no open proposal and of no draft.
        Impossible: if another role has what the proposal wants by now.
    """
    if not is_running(token):
        # Strangers who guess hold up nobody who writes.
        raise Ended
    with transaction.atomic():
        store.lock()
        role = _role_of(token)
        link_partners_of(role)
        yield role
        transaction.set_rollback(True)


def is_running(token: str) -> bool:
    """Whether a secret lets anything be seen."""
    return _proposals(token).exists() or _links(token).exists()


def _proposals(token: str) -> ProposalQuerySet:
    return Proposal.objects.open().exclude(role=None).filter(token=token)


def _links(token: str) -> QuerySet[PreviewLink]:
    return PreviewLink.objects.filter(token=token, role__status=Role.Status.DRAFT)


def _role_of(token: str) -> Role:
    """The role that the secret lets see, with the proposal applied if it is that of one."""
    proposal = _proposals(token).select_related("role__revision").first()
    if proposal is None or proposal.role is None:
        link = _links(token).select_related("role").first()
        if link is None:
            raise Ended
        return link.role
    role = proposal.role
    document = proposals.pending(proposal).onto(store.current(role)).document
    try:
        store.write(role, document, store.Change(origin=RoleRevision.Origin.ADMIN))
    except (store.SlugTaken, store.IdentifierTaken) as error:
        is_of_draft = (
            isinstance(error, store.IdentifierTaken) and error.holder.role.status == Role.Status.DRAFT
        )
        raise Impossible("" if is_of_draft else proposals.explain(error)) from error
    if proposal.status:
        Role.objects.filter(pk=role.pk).update(status=proposal.status, successor=proposal.successor)
    return role
