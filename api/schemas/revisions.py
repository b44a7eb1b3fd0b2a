"""What became of roles, change by change."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.parts import Part
from api.schemas.roles import StatementValue

Origin = Literal["load", "admin", "api", "restore", "delete"]


class Difference(Part):
    """One statement that a revision changed."""

    kind: Literal["gained", "lost", "changed", "raised", "lowered", "moved"] = Field(
        description="raised, lowered: the level of a capability. moved: a list has another order."
    )
    field: str = Field(
        description="The key of the statement, as in anchors; of a moved list its name.",
        examples=["capabilities:sql"],
    )
    before: StatementValue
    after: StatementValue


class Changes(Part):
    """What a revision changed."""

    since: int | None = Field(
        description="The number of the revision that it is compared with: the last one before it that you "
        "may see. Null for the first.",
        examples=[2],
    )
    summary: list[str] = Field(
        description="In words, for people.", examples=[["Raised SQL from Competent to Advanced"]]
    )
    differences: list[Difference]


class RevisionDetail(Part):
    """A role as it stood after one change."""

    catalogue_number: int = Field(description="Its place among all revisions.", examples=[4711])
    number: int = Field(description="Its place among those of its role, from 1.", examples=[3])
    role: str | None = Field(
        description="The slug of the role as it is now; null for a deleted one.", examples=["data-engineer"]
    )
    uid: UUID = Field(description="What the role keeps, whatever it is called.")
    slug: str = Field(description="The slug at the time.", examples=["data-engineer"])
    name: str = Field(description="The name at the time.", examples=["Data Engineer"])
    url: str | None = Field(
        description="Its page, for people; null for a deleted role.",
        examples=["https://roles.example.com/roles/data-engineer/revisions/3/"],
    )
    at: datetime = Field(description="When it was made.")
    author: str | None = Field(
        description="Who made it; null for readers who have not signed in.", examples=["Hanna Meyer"]
    )
    origin: Origin = Field(description="The door through which the change came.")
    reason: str | None = Field(
        description="Why; null for readers who have not signed in, or if none was given.",
        examples=["New grade structure"],
    )
    run: int | None = Field(description="The number of the load that made it, if one did.", examples=[12])
    changes: Changes
    document: dict[str, StatementValue] | None = Field(
        description="What the role said: the fields of its document. Null for a deleted role, unless you may "
        "see drafts."
    )
