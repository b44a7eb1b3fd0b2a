"""What files want to change and somebody is to look at first: it waits as a proposal, one a role.

While it waits, a load goes on from what the catalogue would say if it were approved. So files may change as
often as they like, and once approved the catalogue says what it would have said without review.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Final, Literal

from django.utils.translation import gettext as _

from roles import proposals, store
from roles.documents.document import InvalidDocument, Key, RoleDocument, Section, Statement, statements
from roles.documents.merge import merge
from roles.documents.pending import Pending
from roles.documents.sections import top
from roles.models import Proposal, Role
from roles.store import Change

Review = Literal["none", "prompts", "all"]

REVIEWS: Final[tuple[Review, ...]] = ("none", "prompts", "all")
"""Which changes from files wait: none, those of what an agent is told and may use, or all."""

AGENT: Final = "agent"


def waiting_for(roles: Collection[int]) -> dict[int, Proposal]:
    """What files want to change in these roles already, by the roles' ids."""
    found = Proposal.objects.open().of_load().filter(role__in=roles)
    return {proposal.role_id: proposal for proposal in found if proposal.role_id}


def as_approved(current: RoleDocument, proposal: Proposal | None) -> RoleDocument:
    """What a role would say if what files want of it were approved, their word for what both changed."""
    return proposals.pending(proposal).onto(current).document if proposal else current


def at_once(
    wanted: RoleDocument, current: RoleDocument | None, proposal: Proposal | None, review: Review
) -> RoleDocument:
    """What of the wanted is written without review; None is said by a role that is yet to be made."""
    if current is None:
        return replace(wanted, agent=None) if review == "prompts" else wanted
    if review == "all":
        return current
    # What waits already goes on to wait, also where nothing new would.
    waits = set(proposals.pending(proposal).keys) if proposal else set()
    if review == "prompts":
        both = {**statements(current), **statements(wanted)}
        waits |= {key for key, value in both.items() if _is_of_agent(key, value)}
    written = merge(current, wanted, current, yielding=waits) if waits else None
    if written is None:
        return wanted
    if written.conflicts:
        return current
    try:
        # The order in which an agent's parts stand is no statement, and waits with them.
        agent = current.agent if review == "prompts" else written.document.agent
        return replace(written.document, agent=agent)
    except InvalidDocument:
        return current


def _is_of_agent(key: Key, value: Statement) -> bool:
    """Whether a statement is what an agent is told, or may use."""
    if isinstance(value, Section):
        return not value.is_beside and top(value.position) == AGENT
    return top(key) == AGENT


def keep_waiting(
    role: Role, written: RoleDocument, wanted: RoleDocument, proposal: Proposal | None, change: Change
) -> bool:
    """Let what was not written wait for review. Returns whether something waits that did not before."""
    before = proposals.pending(proposal).onto(written) if proposal else Pending(written, written)
    waits = Pending(before.base, wanted)
    result = waits.applied_to(written)
    if result.document == written and not result.conflicts:
        if proposal and proposal.status in ("", role.status):
            proposals.withdraw(proposal, None, _("The files and the catalogue agree again."))
        return False
    if waits == before:
        return False
    proposals.store_waiting(role, waits, change, proposal)
    return True


def keep_publication(role: Role, status: Role.Status, change: Change) -> None:
    """Let a role that files made wait, as a draft, until somebody agrees that it is published."""
    said = store.current(role)
    proposals.store_waiting(role, Pending(said, said), change, status=status)
