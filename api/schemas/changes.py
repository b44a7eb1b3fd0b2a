"""What happened to roles."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.parts import Part

Kind = Literal["created", "changed", "published", "archived", "hidden", "deleted"]


class ChangeItem(Part):
    """Something that happened to a role, and what the role was called then."""

    number: int = Field(description="Its place among all that happened.", examples=[4711])
    kind: Kind = Field(
        description="created: made, as a draft. changed: its document, owner, review date or successor. "
        "published, archived: it has this status now, and may be new to you. hidden: made a draft again. "
        "deleted: gone, until it may be created again under the same uid.",
        examples=["changed"],
    )
    at: datetime
    uid: UUID = Field(description="What the role keeps, whatever it is called.")
    slug: str = Field(examples=["data-engineer"])
    name: str = Field(examples=["Data Engineer"])
    url: str | None = Field(description="The role's page as it is called now; null if you can't see it.")
    revision: int | None = Field(description="The number of the role's newest revision then.", examples=[3])
    fields: list[str] = Field(
        description="What was changed: fields of the role's document, or status, owner, review_by and "
        "successor. Empty for a role that came into being or was deleted.",
        examples=[["mission", "capabilities"]],
    )
    author: str | None = Field(description="Who did it; null for readers who have not signed in.")
    reason: str | None = Field(
        description="Why; null for readers who have not signed in, or if none was given."
    )


class ChangePage(Part):
    """The next changes, and the address of those that follow them."""

    items: list[ChangeItem]
    next: str = Field(description="Where to go on, now or whenever you like: keep it. There is always one.")
    last: int = Field(description="What has a number up to this one is told: the `since` of `next`.")
