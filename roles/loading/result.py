"""How a load decides, and what came of the files of one role."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from roles.documents.document import RoleDocument
from roles.documents.merge import Conflict
from roles.loading.identify import Group
from roles.loading.reading import Candidate
from roles.loading.report import Outcome
from roles.loading.review import Review
from roles.loading.sources import Source
from roles.models import Proposal, Role, RoleRevision, SourceDocument

Side = Literal["files", "catalogue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a load decides what could be decided otherwise."""

    prefer: Side | None = None
    """The side that is taken where both changed a statement; None leaves that to HR."""
    hold: bool = True
    """Whether a file that would withdraw most of a role is held back."""
    review: Review = "none"
    """Which changes of published roles wait for somebody to approve them."""
    gone: Set[int] = frozenset()
    """Ids of documents whose statements are withdrawn, because their files are gone."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A file that is held back, and the document that it was."""

    candidate: Candidate
    row: SourceDocument
    path: str
    """Where the file is now."""


@dataclass(slots=True, kw_only=True, eq=False)
class Reconciled:
    """What came of the files of one role."""

    group: Group
    role: Role | None
    """None until a new role is written."""
    revision: RoleRevision | None = None
    created: bool
    theirs: RoleDocument
    document: RoleDocument
    """What the catalogue is to say at once."""
    wanted: RoleDocument
    """What it is to say when what waits for review is approved."""
    proposal: Proposal | None
    """What of the role waited for review before."""
    proposed: bool = False
    """Whether something new waits for review."""
    conflicts: tuple[Conflict, ...]
    decided: tuple[Conflict, ...]
    """Conflicts that the rules of this run decided."""
    sources: tuple[Source, ...]
    before: tuple[Source, ...]
    """The documents as they were when they were last loaded."""
    held: tuple[Held, ...]
    outcomes: dict[Candidate, Outcome]
    refused_slug: str | None = None
    """The slug that the role should have, and that another role has."""
