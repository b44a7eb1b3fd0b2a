"""What roles say of partners, of their agents, and in which files."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.parts import Part
from api.schemas.roles import Dialect, Disagreement, Phrase, Variation

Direction = Literal["gives", "receives", "together"]


class OfRole(Part):
    """Something that a role says or has."""

    role: str = Field(description="The slug of the role.", examples=["data-engineer"])
    role_name: str = Field(examples=["Data Engineer"])
    url: str = Field(
        description="Its place on the role's page, for people.",
        examples=["https://roles.example.com/roles/data-engineer/#agent"],
    )


class InteractionItem(OfRole):
    """What a role does with a partner."""

    kind: str = Field(description="As the role states it.", examples=["Delivers dataset"])
    kind_slug: str = Field(description="What the parameter kind takes.", examples=["delivers-dataset"])
    direction: Direction = Field(
        description="What the role does in it: it gives, it receives, or both work together."
    )
    inverse: str | None = Field(
        description="What the partner calls it, if somebody has said so.", examples=["Receives dataset"]
    )
    partner: str | None = Field(
        description="The slug of the partner, if it is a role that you may see.", examples=["data-analyst"]
    )
    partner_name: str = Field(description="The partner's name as written.", examples=["Data Analyst"])
    frequency: str | None = Field(examples=["weekly"])
    notes: str | None = Field(description="Markdown.", examples=["Schema changes are told a sprint before."])
    link: str | None = Field(
        description="Where the partner's name leads in the document.", examples=["data_analyst.md"]
    )
    anchor: str = Field(
        description="Its place at the role's page, after a #.",
        examples=["interactions-delivers-dataset--data-analyst"],
    )


class UsedServer(Part):
    """A tool server that an agent uses."""

    slug: str = Field(description="What the parameter mcp_server takes.", examples=["snowflake"])
    name: str = Field(description="As the role states it.", examples=["Snowflake"])
    approved: bool = Field(description="Whether it is approved for use.", examples=[True])
    link: str | None = Field(
        description="Where its name leads in the document.", examples=["https://mcp.example.com/"]
    )
    purpose: str | None = Field(description="What for; Markdown.", examples=["Query the warehouse."])


class AgentDetail(OfRole):
    """An AI agent that stands in for a role."""

    name: str | None = Field(examples=["Data_Engineer_Agent"])
    mcp_servers: list[UsedServer]
    updated_at: datetime = Field(description="When its role was changed last.")
    system_prompt: str | None = Field(description="Markdown.", examples=["You are a data engineer."])
    personalities: list[Variation]
    example_phrases: list[Phrase]
    knowledge: list[str] = Field(
        description="Documents that it should know, usually paths.", examples=[["docs/warehouse.md"]]
    )


class DocumentDetail(OfRole):
    """A file that describes a role."""

    path: str = Field(description="From the folder that was loaded.", examples=["data/data_engineer.md"])
    dialect: Dialect = Field(description="profile: a role profile; job: a job description.")
    rank: int = Field(
        description="Where documents of a role disagree, the one of the lowest rank is followed.",
        examples=[1],
    )
    missing: bool = Field(description="Whether the file was gone when its folder was last loaded.")
    digest: str = Field(
        description="SHA-256 of its bytes as they were last read, in hexadecimal digits.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    updated_at: datetime = Field(description="When what it says was read last.")
    differs: list[Disagreement] = Field(description="What it says and the catalogue does not, or otherwise.")
