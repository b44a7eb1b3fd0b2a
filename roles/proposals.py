"""Who changes a published role at once, and who proposes the change: the one rule for every door.

A proposal is a document that waits. Approved, it is merged with what the role says by then, so that nobody's
change in between is lost. What was done with it, and said of it, is kept as its comments.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin, User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from roles import lifecycle, store
from roles.documents.document import Key, RoleDocument, Statement
from roles.documents.merge import Conflict, Merged, settle
from roles.documents.pending import Pending
from roles.models import PreviewLink, Proposal, ProposalComment, Role, RoleRevision
from roles.models.proposal import new_token
from roles.partners import link_partners
from roles.store import Change

State = Proposal.State


# Who may ----------------------------------------------------------------------------------------------------


def may_publish(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person's changes of published roles count at once; they decide on proposals, too."""
    return isinstance(user, PermissionsMixin) and user.has_perm("roles.publish_role")


def must_propose(role: Role, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person's changes of a role wait for somebody who may publish; drafts are free."""
    return role.status != Role.Status.DRAFT and not may_publish(user)


def may_decide(proposal: Proposal, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person may approve a proposal, send it back or decline it, as it stands."""
    return proposal.is_open and may_publish(user)


def is_own(proposal: Proposal, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person wants the change, and may take the proposal back."""
    return proposal.is_open and proposal.author_id is not None and proposal.author_id == user.pk


def may_send_back(proposal: Proposal, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person may ask the author of a proposal to change it: files can't be asked."""
    return may_decide(proposal, user) and not proposal.is_of_load and proposal.state != State.RETURNED


def may_revise(proposal: Proposal, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person may change what a proposal wants: its author, and who decides on it."""
    return may_publish(user) or (proposal.author_id is not None and proposal.author_id == user.pk)


def under_way(role: Role, user: AbstractBaseUser | AnonymousUser) -> list[Proposal]:
    """The proposals of a role that are not over, without what they want, for who may know of them."""
    if not isinstance(user, PermissionsMixin) or not user.has_perm("roles.view_proposal"):
        return []
    return list(Proposal.objects.open().filter(role=role).defer("base", "document"))


# Proposing --------------------------------------------------------------------------------------------------


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
        store.SlugTaken, store.IdentifierTaken: if another role has them.
        pending.Incompatible: if no document can say both this and what the author proposed before.
        Nothing is written then.
    """
    if change.author is None or not must_propose(role, change.author):
        return Saved(revision=store.write(role, document, change).revision)
    if store.current(role) == document:
        return Saved()
    return Saved(proposal=propose(role, document, change))


@transaction.atomic
def propose(
    role: Role,
    document: RoleDocument,
    change: Change,
    *,
    base: RoleDocument | None = None,
    status: str = "",
    successor: Role | None = None,
) -> Proposal:
    """Let a document, and the status and successor that the role is to have, wait for review.

    `base` is what the author saw, what the role says now unless given. Who has proposed a change of the role
    already goes on with that: the proposal then wants both, and waits for review again.

    Raises:
        pending.Incompatible: if no document can say both. Nothing is written then.
    """
    store.lock()
    seen, earlier = base or store.current(role), gone_on_with(role, change.author)
    wanted = pending(earlier).followed_by(seen, document) if earlier else Pending(seen, document)
    return store_waiting(role, wanted, change, earlier, status=status, successor=successor)


def gone_on_with(role: Role, author: User | None) -> Proposal | None:
    """The open proposal that its author goes on with by proposing another change of the role."""
    if author is None:
        return None
    mine = Proposal.objects.open().filter(role=role, author=author)
    return mine.exclude(origin=RoleRevision.Origin.LOAD).select_related("successor").first()


@transaction.atomic
def revise(
    proposal: Proposal,
    document: RoleDocument,
    change: Change,
    *,
    base: RoleDocument | None = None,
    status: str = "",
    successor: Role | None = None,
) -> Proposal:
    """Let a proposal want this instead, by somebody who was shown what it wants and how it differs by now.

    So nothing is undecided any more between it and what the role says, or said in `base`. It waits for review
    again.

    Raises:
        Over: if it is decided already.
        RoleGone: if its role was deleted.
        Nothing is written then.
    """
    with _open(proposal) as found:
        if found.role is None:
            raise RoleGone(found)
        wanted = Pending(base or store.current(found.role), document)
        found.status, found.successor = status, successor
        return store_waiting(found.role, wanted, change, found)


def ask_to_publish(role: Role, change: Change) -> Proposal:
    """Propose that a draft is published as it is."""
    said = store.current(role)
    return propose(role, said, change, status=Role.Status.PUBLISHED, successor=role.successor)


def pending(proposal: Proposal) -> Pending:
    """The change that a proposal is, as a value."""
    return Pending(RoleDocument.stored(proposal.base), RoleDocument.stored(proposal.document))


def outcome(proposal: Proposal) -> Merged:
    """What the role would say if the proposal were approved now, and what has to be decided first.

    What a deleted role is to say is what was proposed.
    """
    if proposal.role is None:
        return Merged(RoleDocument.stored(proposal.document))
    return pending(proposal).applied_to(store.current(proposal.role))


def store_waiting(
    role: Role,
    wanted: Pending,
    change: Change,
    earlier: Proposal | None = None,
    *,
    status: str = "",
    successor: Role | None = None,
) -> Proposal:
    """Store a change that waits for review, in place of what an earlier proposal wants if there is one.

    Without a status, both status and successor stay as the earlier one has them.
    """
    proposal = earlier or Proposal(
        role=role,
        role_uid=role.uid,
        origin=change.origin,
        author=change.author,
        author_name=_name(change),
    )
    proposal.base, proposal.document = wanted.base.to_json(), wanted.document.to_json()
    if status:
        proposal.status, proposal.successor = status, successor
    proposal.reason = change.reason or proposal.reason
    proposal.run = change.run or proposal.run
    if earlier is None:
        proposal.save()
    else:
        _wait_again(proposal, change.author, change.reason, _name(change))
    return proposal


def _name(change: Change) -> str:
    return change.author_name or (change.author.get_username() if change.author else "")


def _note(proposal: Proposal, by: User | None, text: str, *, state: str = "", name: str = "") -> None:
    ProposalComment.objects.create(
        proposal=proposal,
        author=by,
        author_name=name or (by.get_username() if by else ""),
        text=text,
        state=state,
    )


# Deciding ---------------------------------------------------------------------------------------------------


class Over(Exception):
    """The proposal is decided already, or was withdrawn."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(f"It is {proposal.state}")
        self.proposal = proposal


class RoleGone(Exception):
    """The role that a proposal would change was deleted."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("Its role was deleted")
        self.proposal = proposal


class Undecided(Exception):
    """The role and the proposal changed the same statements: somebody has to choose first."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(f"{len(conflicts)} statements changed on both sides")
        self.conflicts = conflicts


REFUSALS = (Undecided, RoleGone, store.SlugTaken, store.IdentifierTaken)
"""Why a proposal can't be applied as it is."""


@contextmanager
def _open(proposal: Proposal) -> Iterator[Proposal]:
    """The proposal as it is now, while nobody else decides on it.

    Raises:
        Over: if it is decided already.
    """
    with transaction.atomic():
        store.lock()
        found = Proposal.objects.select_related("role__revision", "successor").get(pk=proposal.pk)
        if not found.is_open:
            raise Over(found)
        yield found


def apply(
    proposal: Proposal,
    by: User | None,
    text: str = "",
    chosen: Mapping[Key, Statement | None] | None = None,
    *,
    by_name: str = "",
) -> RoleRevision | None:
    """Let the role say what was proposed, None if it says so already.

    The revision's author is who proposed it; `by` approved it, and gave the role its new status. `chosen`
    says what becomes of statements that both changed; None is no such statement. `by_name` is what `by` is
    called, here and in the steps below, if not by their username.

    Raises:
        Over: if it is decided already.
        RoleGone: if its role was deleted.
        Undecided: if the role changed in between what the proposal changes too, and that was not chosen.
        InvalidDocument: if what was chosen makes no document.
        store.SlugTaken, store.IdentifierTaken: if another role has them.
        Nothing is written then.
    """
    with _open(proposal) as found:
        role = found.role
        if role is None:
            raise RoleGone(found)
        document = _decided(found, role, chosen or {})
        revision = store.write(role, _with_free_slug(found, role, document), _change(found)).revision
        role.refresh_from_db()
        if found.status:
            lifecycle.change(
                role,
                by=by,
                by_name=found.decided_by_name if by is None else by_name,
                reason=found.reason,
                status=found.status,
                successor=found.successor,
            )
        store.publish(role)
        found.revision = revision
        _decide(found, State.APPLIED, by or found.decided_by, text, by_name)
        found.conflicts.filter(closed_at=None).update(
            closed_at=found.decided_at, closed_by=found.decided_by, closed_by_name=found.decided_by_name
        )
        link_partners()
        return revision


def _decided(proposal: Proposal, role: Role, chosen: Mapping[Key, Statement | None]) -> RoleDocument:
    """What the role is to say, once it was chosen what becomes of statements that both changed."""
    change, current = pending(proposal), store.current(role)
    merged = change.applied_to(current)
    if not merged.conflicts:
        return merged.document
    undecided = tuple(conflict for conflict in merged.conflicts if conflict.key not in chosen)
    if undecided:
        raise Undecided(undecided)
    asked = {conflict.key: chosen[conflict.key] for conflict in merged.conflicts}
    return settle(change.base, current, change.document, asked)


def _with_free_slug(proposal: Proposal, role: Role, document: RoleDocument) -> RoleDocument:
    """What files want, called as a load would: if another role has the slug, the role keeps its own."""
    taken = store.taken_slugs([document.slug]).get(document.slug, set())
    return replace(document, slug=role.slug) if proposal.is_of_load and taken - {role.pk} else document


def _change(proposal: Proposal) -> Change:
    return Change(
        origin=RoleRevision.Origin(proposal.origin),
        author=proposal.author,
        author_name=proposal.author_name,
        reason=proposal.reason,
        run=proposal.run,
    )


def _decide(proposal: Proposal, state: State, by: User | None, text: str, name: str = "") -> None:
    proposal.state = state
    proposal.decided_by = by
    proposal.decided_by_name = name or (by.get_username() if by else proposal.decided_by_name)
    proposal.decided_at = proposal.updated_at = timezone.now()
    proposal.save()
    _note(proposal, by, text, state=state, name=proposal.decided_by_name)


def schedule(proposal: Proposal, by: User, at: datetime, text: str = "", *, by_name: str = "") -> None:
    """Approve a proposal for later: it is applied when the time has come, unless it changes until then.

    Raises:
        Over: if it is decided already.
        RoleGone: if its role was deleted.
        Undecided: if the role changed in between what the proposal changes too.
        Nothing is written then.
    """
    with _open(proposal) as found:
        if found.role is None:
            raise RoleGone(found)
        if conflicts := outcome(found).conflicts:
            raise Undecided(conflicts)
        found.publish_at = at
        _decide(found, State.SCHEDULED, by, text, by_name)


def send_back(proposal: Proposal, by: User, text: str, *, by_name: str = "") -> None:
    """Ask its author to change a proposal. Raises `Over` if it is decided already."""
    with _open(proposal) as found:
        found.publish_at = None
        _decide(found, State.RETURNED, by, text, by_name)


def decline(proposal: Proposal, by: User, text: str, *, by_name: str = "") -> None:
    """Let nothing come of a proposal. Raises `Over` if it is decided already."""
    with _open(proposal) as found:
        _decide(found, State.DECLINED, by, text, by_name)


def withdraw(proposal: Proposal, by: User | None, text: str = "", *, by_name: str = "") -> None:
    """Take a proposal back, as its author. Raises `Over` if it is decided already."""
    with _open(proposal) as found:
        _decide(found, State.WITHDRAWN, by, text, by_name)


def send_in(proposal: Proposal, by: User, text: str = "") -> None:
    """Let a proposal that was sent back wait again, as it is. Raises `Over` if it is decided already."""
    with _open(proposal) as found:
        _wait_again(found, by, text)


def comment(proposal: Proposal, by: User, text: str, *, by_name: str = "") -> None:
    """Say something of a proposal."""
    _note(proposal, by, text, name=by_name)


def renew_link(proposal: Proposal) -> None:
    """Give a proposal's preview a new address; the old one leads nowhere. Raises `Over` if it is decided."""
    with _open(proposal) as found:
        found.token = new_token()
        found.save(update_fields=["token"])


@transaction.atomic
def preview_draft(role: Role) -> PreviewLink:
    """Give a draft a new address at which it can be read; an earlier one leads nowhere."""
    link, _made = PreviewLink.objects.update_or_create(role=role, defaults={"token": new_token()})
    return link


def _wait_again(proposal: Proposal, by: User | None, text: str, name: str = "") -> None:
    proposal.state, proposal.publish_at, proposal.updated_at = State.WAITING, None, timezone.now()
    proposal.decided_by, proposal.decided_by_name, proposal.decided_at = None, "", None
    proposal.save()
    _note(proposal, by, text, state=State.WAITING, name=name)


# Scheduled ones ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """What became of proposals whose time had come."""

    applied: tuple[Proposal, ...]
    waiting: tuple[Proposal, ...]
    """Those that could not be applied, and wait for review again; their last comment says why."""


def publish_due(now: datetime | None = None) -> Published:
    """Apply the proposals that were approved for now or earlier, each by itself.

    Done again, or twice at once, it does nothing more.
    """
    moment = now or timezone.now()
    applied, waiting = [], []
    for proposal in Proposal.objects.due(moment):
        with transaction.atomic():
            store.lock()
            found = (
                Proposal.objects.due(moment).select_related("role__revision").filter(pk=proposal.pk).first()
            )
            if found is None:
                continue
            if refusal := _applied(found):
                _wait_again(found, None, refusal)
                waiting.append(found)
            else:
                applied.append(found)
    return Published(tuple(applied), tuple(waiting))


def _applied(proposal: Proposal) -> str:
    """Apply a proposal that was approved for now. Returns why it could not be, else nothing."""
    role = proposal.role
    if role and role.status == Role.Status.DRAFT and store.current(role).to_json() != proposal.base:
        # Drafts are free to be changed by people who may not publish.
        return _("The draft was changed after this was approved, so it was not published. Look at it again.")
    try:
        with transaction.atomic():
            apply(proposal, proposal.decided_by)
    except REFUSALS as error:
        return _("It was approved for now, but could not be published. %(why)s") % {"why": explain(error)}
    return ""


def explain(error: Exception) -> str:
    """Why a proposal can't be applied, in a sentence."""
    match error:
        case RoleGone():
            return _("Its role was deleted. Bring the role back first, or decline the proposal.")
        case Undecided():
            return _(
                "The role changed in the meantime what the proposal changes too: somebody has to choose."
            )
        case store.IdentifierTaken():
            said = {
                "scheme": error.holder.scheme,
                "value": error.holder.value,
                "role": error.holder.role.name,
            }
            return _("The code %(scheme)s %(value)s is that of %(role)s by now.") % said
        case store.SlugTaken():
            return _("The address name %(slug)s leads to another role by now.") % {"slug": error.args[0]}
    return str(error)
