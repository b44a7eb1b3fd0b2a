"""Changes that wait until somebody who may publish has looked at them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.pagination import Moment
from api.schemas.parts import Part
from api.schemas.problems import Problem
from api.schemas.roles import StatementValue, Status
from api.schemas.writes import Sent

State = Literal["waiting", "returned", "scheduled", "applied", "declined", "withdrawn"]
Origin = Literal["load", "admin", "api", "restore", "delete"]
Decision = Literal["approve", "schedule", "send-back", "decline", "withdraw", "comment"]

Comment = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]


class NamedRole(Part):
    """A role by its name."""

    slug: str
    name: str
    url: str = Field(description="Its page, for people.")


class ProposalItem(Part):
    """A proposal in short."""

    id: int
    role: NamedRole | None = Field(description="The role that it would change; null if that was deleted.")
    name: str = Field(description="The name that the role is to have.")
    state: State = Field(description="Where it is on its way; applied is published.")
    status: Status | None = Field(description="The status that the role is to have; null if it stays.")
    replaced_by: str | None = Field(
        description="The slug of the role that is to take its place, if it is changed."
    )
    origin: Origin = Field(description="The door that it came through.")
    author: str
    reason: str
    created_at: datetime
    updated_at: datetime
    publish_at: datetime | None = Field(description="When it is published, once it is approved for later.")
    decided_by: str | None
    decided_at: datetime | None
    revision: int | None = Field(description="The number of the revision that it became.")


class ProposedStatement(Part):
    """A statement that a proposal would change. Null is no such statement."""

    field: str = Field(description="The key of the statement, as in anchors.", examples=["capabilities:sql"])
    base: StatementValue = Field(description="What its author has read.")
    now: StatementValue = Field(description="What the role says now.")
    proposed: StatementValue = Field(description="What the role is to say.")
    undecided: bool = Field(
        description="Whether the role changed it in the meantime, too, so that somebody has to choose."
    )


class ProposalComment(Part):
    """What somebody did with a proposal, or said of it."""

    by: str
    text: str
    state: State | None = Field(description="The state that it led to; null for what was only said.")
    at: datetime


class ProposalDetail(ProposalItem):
    """A proposal, with what it would change and what was said of it."""

    summary: list[str] = Field(description="What it would change, in sentences.")
    statements: list[ProposedStatement]
    comments: list[ProposalComment] = Field(description="The oldest first.")


class UndecidedProposal(Problem):
    """The role and the proposal changed the same statements."""

    undecided: list[ProposedStatement] = Field(description="What is to be chosen, or said otherwise.")


class Review(Sent):
    """What becomes of a proposal."""

    decision: Decision
    text: Comment = Field(
        "", description="What its author is to read; needed to send it back, to decline it and to comment."
    )
    at: Moment | None = Field(None, description="When it is to be published: to schedule it.")
    chosen: dict[str, Literal["now", "proposed"]] = Field(
        {},
        description="To approve it: what stands where both changed a statement, by its key.",
        examples=[{"capabilities:sql": "proposed"}],
    )
    written: dict[str, StatementValue] = Field(
        {}, description="The same in words of your own: a statement by its key, null for none."
    )
