"""What the catalogue works out: roles held against each other, and what is near them."""

from typing import Literal

from pydantic import Field

from api.pagination import PageOf
from api.schemas.parts import Part
from api.schemas.roles import Status, Successor


class RoleHead(Part):
    """Which role it is."""

    slug: str = Field(examples=["data-engineer"])
    name: str = Field(examples=["Data Engineer"])
    url: str = Field(description="The role's page, for people.")
    family: str | None = Field(description="As the catalogue calls it.", examples=["Data"])
    family_slug: str | None = Field(examples=["data"])
    seniority: str | None = Field(description="As the catalogue calls it.", examples=["Senior"])
    seniority_slug: str | None = Field(examples=["senior"])
    status: Status


# Related ----------------------------------------------------------------------------------------------------


class Shared(Part):
    """What two roles have in common, by name."""

    capabilities: list[str]
    responsibilities: list[str]
    artifacts: list[str]
    partners: list[str] = Field(description="Roles that both work with, as far as you may see them.")


class RelatedRole(Part):
    """A role that is near another one, and why."""

    role: RoleHead
    reasons: list[str] = Field(
        description="Why, in words for people.", examples=[["shares 3 of 5 capabilities"]]
    )
    likeness: float = Field(description="What both share, each thing with its weight, added up.")
    covered: float = Field(
        description="Which part of the capabilities that it needs is needed here too, from 0 to 1."
    )
    shared: Shared


class RelatedRoles(Part):
    """The roles near one."""

    role: RoleHead
    following: list[RelatedRole] = Field(
        description="To go on to, best first: of the next seniority, or of the same with much in common."
    )
    similar: list[RelatedRole] = Field(description="Other roles that are alike, those most alike first.")
    replaced_by: Successor | None = Field(description="The role that takes its place.")
    replaces: list[Successor] = Field(description="Roles whose place it takes.")


# Side by side -----------------------------------------------------------------------------------------------

ComparedField = Literal[
    "family",
    "seniority",
    "summary",
    "mission",
    "description",
    "agent",
    "capabilities",
    "responsibilities",
    "artifacts",
    "partners",
    "properties",
]


class ComparedCell(Part):
    """What one of the roles says of a thing."""

    stated: bool = Field(description="Whether it says anything.")
    text: str | None = Field(description="What it says, in its own words.")
    level: str | None = Field(description="Of a capability: the level, as the catalogue calls it.")
    values: list[str] = Field(description="Of a property: its values; of a partner: how they work together.")
    mark: Literal["only", "higher", "lower"] | None = Field(
        description="only: no other role has it; higher, lower: than the level in the first role."
    )
    anchor: str | None = Field(description="Its place at the url of the role, after a #.")


class ComparedStatement(Part):
    """One thing that at least one role says, and what each of them does."""

    field: ComparedField
    name: str | None = Field(
        description="What it is called in the shared vocabulary; null where the field says it all."
    )
    slug: str | None = Field(description="Of a word of the vocabulary, or of a partner that is a role.")
    same: bool = Field(description="Whether all roles say the same.")
    cells: list[ComparedCell] = Field(description="One for each role, in their order.")


class Comparison(Part):
    """Roles side by side."""

    roles: list[RoleHead]
    statements: list[ComparedStatement]


# From one to another ----------------------------------------------------------------------------------------


class CapabilityStep(Part):
    """A capability that is needed, and what becomes of it on the way."""

    name: str = Field(examples=["SQL"])
    slug: str = Field(examples=["sql"])
    have: str | None = Field(description="The level that is there.", examples=["Competent"])
    need: str | None = Field(description="The level that is needed.", examples=["Advanced"])
    move: Literal["raise", "add", "keep", "spare", "open"] = Field(
        description="raise: have is lower than need; add: it is not there; keep: have is need; spare: have "
        "is higher; open: levels that cannot be compared, so talk about it."
    )
    missing: int | None = Field(
        description="How many rungs of the ladder of levels are missing; null where levels can't be compared."
    )
    share: float = Field(
        description="How much of it is there, from 0 to 1: the rung reached as a share of the one needed."
    )


class Gap(Part):
    """What it takes to get to a role."""

    start: RoleHead | None = Field(description="Where the way begins; null for levels that were sent.")
    target: RoleHead
    fit: float = Field(description="The mean of the steps' shares, from 0 to 1; 0 if nothing is needed.")
    steps: list[CapabilityStep]
    responsibilities: list[str] = Field(description="New ones; none for levels that were sent.")
    artifacts: list[str] = Field(description="To take over.")
    partners: list[str] = Field(description="To meet.")
    unneeded: list[str] = Field(description="Capabilities that are there and not needed.")


class FittingRole(Part):
    """A role, and how well it fits."""

    role: RoleHead
    fit: float = Field(description="The mean of the steps' shares, from 0 to 1.")
    steps: list[CapabilityStep]


class FittingRolePage(PageOf[FittingRole]):
    """Some of the roles that need one of the capabilities; those that fit best come first."""
