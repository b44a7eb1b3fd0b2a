"""The words that roles share: responsibilities, capabilities, artifacts, families, levels, MCP servers."""

from typing import Literal

from pydantic import Field

from api.schemas.parts import Part

Kind = Literal["proficiency", "seniority"]


class UsingRole(Part):
    """A role that uses a word."""

    slug: str = Field(examples=["data-engineer"])
    name: str = Field(examples=["Data Engineer"])
    url: str = Field(
        description="Its page, for people.", examples=["https://roles.example.com/roles/data-engineer/"]
    )


class AnsweringRole(UsingRole):
    """A role that answers for something."""

    primary: bool = Field(description="Whether the role exists for this.", examples=[True])
    success_metric: str | None = Field(
        description="How one sees that it goes well; Markdown.", examples=["99.9 % of loads on time"]
    )


class NeedingRole(UsingRole):
    """A role that needs a capability."""

    level: str | None = Field(description="How well, as the role states it.", examples=["Advanced"])
    level_slug: str | None = Field(description="What the parameter level takes.", examples=["advanced"])


class MakingRole(UsingRole):
    """A role that makes or looks after an artifact."""

    type: str | None = Field(description="The type that the role states.", examples=["dataset"])


class FamilyRole(UsingRole):
    """A role of a family."""

    seniority: str | None = Field(description="Its level, as the role states it.", examples=["Senior"])
    seniority_slug: str | None = Field(description="What the parameter seniority takes.", examples=["senior"])


class EquippedRole(UsingRole):
    """A role whose agent uses an MCP server."""

    purpose: str | None = Field(description="What for; Markdown.", examples=["Query the warehouse."])


ROLES = "The first of these roles by name, at most 100; role_count says how many there are."


class Word(Part):
    """A word that roles share."""

    slug: str = Field(description="What filters take.", examples=["sql"])
    name: str = Field(examples=["SQL"])
    url: str = Field(
        description="Its page, for people.", examples=["https://roles.example.com/capabilities/sql/"]
    )
    aliases: list[str] = Field(description="Other names that mean the same.", examples=[["Structured Query"]])
    description: str | None = Field(
        description="Markdown.", examples=["Asking databases for what they hold."]
    )
    role_count: int = Field(
        description="How many roles use it: those that you may see, without archived ones.", examples=[12]
    )


class ResponsibilityDetail(Word):
    """Something that roles answer for."""

    roles: list[AnsweringRole] = Field(description=ROLES)


class Meaning(Part):
    """What a proficiency level means for a capability."""

    slug: str = Field(description="What the parameter level takes.", examples=["advanced"])
    name: str = Field(examples=["Advanced"])
    rank: int | None = Field(description="1 is the lowest; null stands beside the ladder.", examples=[3])
    meaning: str | None = Field(
        description="What somebody at this level can do.", examples=["Writes and tunes complex queries."]
    )


class CapabilityDetail(Word):
    """Something that people in a role can do."""

    category: str | None = Field(examples=["Technical"])
    levels: list[Meaning] = Field(
        description="Each level of the ladder, the lowest first, then others of which somebody said what "
        "they mean."
    )
    roles: list[NeedingRole] = Field(description=ROLES)


class ArtifactDetail(Word):
    """Something that roles make or look after."""

    types: list[str] = Field(
        description="What kind of thing it is: as the catalogue has it, else all that roles state.",
        examples=[["dataset"]],
    )
    roles: list[MakingRole] = Field(description=ROLES)


class FamilyDetail(Word):
    """A group of related roles."""

    roles: list[FamilyRole] = Field(description=ROLES)


class LevelItem(Part):
    """How senior roles are, or how well capabilities are mastered."""

    kind: Kind = Field(description="The ladder that it belongs to.")
    slug: str = Field(
        description="What filters take: seniority, or level. Unique on its ladder.", examples=["advanced"]
    )
    name: str = Field(examples=["Advanced"])
    url: str = Field(
        description="Its place on the page of both ladders, for people.",
        examples=["https://roles.example.com/levels/#proficiency-advanced"],
    )
    aliases: list[str] = Field(description="Other names that mean the same.", examples=[["Fortgeschritten"]])
    description: str | None = Field(description="Markdown.", examples=["Works alone and helps others."])
    rank: int | None = Field(
        description="1 is the lowest; null stands beside the ladder, and meets no minimum.", examples=[3]
    )
    role_count: int = Field(
        description="How many roles are at it, or need something at it: those that you may see, without "
        "archived ones.",
        examples=[12],
    )


class McpServerDetail(Word):
    """A tool server that agents use."""

    home_page: str | None = Field(examples=["https://mcp.example.com/"])
    connection: str | None = Field(
        description="How to connect: an address or a command.", examples=["npx example-mcp"]
    )
    approved: bool = Field(description="Whether it is approved for use.", examples=[True])
    roles: list[EquippedRole] = Field(description=ROLES)
