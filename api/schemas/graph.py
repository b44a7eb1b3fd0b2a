"""How roles work together, as a graph."""

from typing import Literal

from pydantic import Field

from api.schemas.parts import Part


class GraphNode(Part):
    """A role, or a name that no role bears, of which slug and url are null."""

    id: str = Field(description="What edges call it: the slug of a role.", examples=["data-engineer"])
    slug: str | None
    name: str = Field(examples=["Data Engineer"])
    url: str | None = Field(description="The role's page, for people.")
    family: str | None = Field(examples=["Data"])
    family_slug: str | None = Field(examples=["data"])
    archived: bool
    partners: int = Field(description="With how many of these nodes it works.")
    steps: int | None = Field(
        description="How many steps it is away from the role that was named; null if none was."
    )


class GraphEdge(Part):
    """An interaction, which reads as a sentence: source, kind, target. What both sides state is one edge."""

    source: str = Field(description="The id of the node that does it.", examples=["data-engineer"])
    kind: str = Field(examples=["Delivers dataset"])
    kind_slug: str = Field(examples=["delivers-dataset"])
    target: str = Field(description="The id of the node that it does it with.", examples=["data-analyst"])
    direction: Literal["gives", "receives", "together"] = Field(description="What the source does in it.")
    frequencies: list[str] = Field(description="What is said of how often, each once.", examples=[["daily"]])
    stated_by: list[str] = Field(description="The ids of those that state it: one of both, or both.")


class RoleGraph(Part):
    """Nodes in the order of their names, and the edges between them."""

    count: int = Field(description="How many nodes were found.")
    truncated: bool = Field(
        description="Whether there were more than the limit, and those with fewer partners are left out."
    )
    nodes: list[GraphNode]
    edges: list[GraphEdge]
