"""Roles. The parts of a role are those of `roles.documents.document.RoleDocument`, with an anchor each."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, create_model
from typing_extensions import TypeAliasType

from api.schemas.parts import Part

Stated = TypeAliasType("Stated", "str | list[Stated] | dict[str, Stated]")
"""What a front matter can hold."""

StatementValue = TypeAliasType(
    "StatementValue", "str | int | bool | list[StatementValue] | dict[str, StatementValue] | None"
)
"""A statement as a role has it, without what the catalogue adds: a text, or an object of its fields."""

Status = Literal["draft", "published", "archived"]
Dialect = Literal["profile", "job"]


class Statement(Part):
    """Something that the role's documents state."""

    anchor: str = Field(
        description="Its place at the role's url, after a #. It stays while the statement's name does."
    )


class Identifier(Statement):
    """What the role is known by elsewhere."""

    scheme: str = Field(examples=["role-code"])
    value: str = Field(examples=["DATA4002"])


class Property(Statement):
    """A named fact with any number of values."""

    name: str
    values: list[str]


class Responsibility(Statement):
    """What the role answers for; name or text is stated."""

    name: str | None
    text: str | None
    success_metric: str | None
    primary: bool
    group: str | None = Field(description="The heading that it is grouped under.")


class Capability(Statement):
    """What a holder of the role can do, and how well."""

    name: str
    level: str | None = Field(description="As written; the catalogue ranks Novice to Expert.")
    detail: str | None


class Artifact(Statement):
    """Something that the role makes or looks after."""

    name: str
    type: str | None


class Interaction(Statement):
    """What the role does with a partner."""

    kind: str
    partner: str = Field(description="The partner's name as written.")
    frequency: str | None
    notes: str | None
    link: str | None = Field(description="Where the partner's name leads in the document.")
    role: str | None = Field(description="The slug of the partner, if it is a role that you may see.")


class Variation(Statement):
    """A named kind of the role, or a manner in which its agent can speak."""

    name: str | None
    text: str | None


class DailyTask(Statement):
    """Something done on an average day."""

    time: str | None
    name: str | None
    text: str | None


class Member(Statement):
    """A role that this one, a squad, is composed of."""

    role_code: str
    count: int | None = Field(description="How many people hold it there.")
    role: str | None = Field(
        description="The slug of the role with this code, if it is one that you may see."
    )


class Phrase(Statement):
    """Something that the agent would say, without quotation marks."""

    label: str | None
    text: str


class McpServer(Statement):
    """A tool server that the agent should be given."""

    name: str
    url: str | None
    purpose: str | None


class Agent(Part):
    """The AI agent that stands in for the role."""

    name: str | None
    system_prompt: str | None
    personalities: list[Variation]
    example_phrases: list[Phrase]
    mcp_servers: list[McpServer]
    knowledge: list[str]


class Section(Statement):
    """Text that fits none of the other fields, kept word for word."""

    heading: str | None
    level: Literal[2, 3]
    text: str
    position: str = Field(description="The known section that it stands in or after; empty before all.")


class Disagreement(Part):
    """A statement of a document that the catalogue does not make, or makes otherwise."""

    field: str = Field(description="The key of the statement, as in anchors.", examples=["capabilities:sql"])
    value: StatementValue = Field(description="What the document says.")
    line: int = Field(description="Where it stands in the document, from 1.")


class Source(Part):
    """A document that describes the role."""

    path: str
    dialect: Dialect = Field(description="profile: a role profile; job: a job description.")
    rank: int = Field(description="Where documents disagree, the one of the lowest rank is followed.")
    differs: list[Disagreement]


class Successor(Part):
    """A role that takes the place of another."""

    slug: str
    name: str
    url: str = Field(description="Its page, for people.")


class RoleDetail(Part):
    """Everything that the catalogue says of a role.

    Texts are Markdown; what no document says is null or empty. Statements that are plain text, such as
    mission and metrics, cannot hold an anchor without becoming objects. So anchors has those of all
    statements by their keys, and the fields of the document stay as they are.
    """

    slug: str
    name: str
    identifiers: list[Identifier]
    aliases: list[str]
    tags: list[str]
    extra: dict[str, Stated] = Field(
        description="What stands in a document's head and no field has a place for."
    )
    family: str | None
    seniority: str | None
    mission: str | None
    summary: str | None
    description: str | None
    properties: list[Property]
    responsibilities: list[Responsibility]
    capabilities: list[Capability]
    artifacts: list[Artifact]
    interactions: list[Interaction]
    variations: list[Variation]
    daily_tasks: list[DailyTask]
    metrics: list[str]
    principles: list[str]
    members: list[Member]
    agent: Agent | None
    sections: list[Section]

    url: str = Field(description="The role's page, for people.")
    status: Status = Field(description="Archived roles are not listed; drafts are for editors only.")
    replaced_by: Successor | None = Field(
        description="The role that takes its place, if there is one that you may see."
    )
    revision: int | None = Field(description="How many times the role has been changed, its making included.")
    updated_at: datetime
    owner: str | None = Field(description="The name of the person who keeps the role up to date.")
    sources: list[Source]
    anchors: dict[str, str] = Field(
        description="The anchor of every statement by its key, texts such as mission and metrics included.",
        examples=[{"mission": "mission", "capabilities:sql": "capabilities-sql"}],
    )


class TopCapability(Part):
    """A capability in short."""

    name: str
    level: str | None


EXPANSIONS = (
    *("identifiers", "aliases", "tags", "mission", "description", "properties", "responsibilities"),
    *("capabilities", "artifacts", "interactions", "variations", "daily_tasks", "metrics", "principles"),
    *("members", "agent", "sections", "owner", "revision", "sources"),
)
"""The fields of a `RoleDetail` that can be asked for in a list, too."""


class RoleInShort(Part):
    """A role in short."""

    slug: str = Field(examples=["data-engineer"])
    name: str = Field(examples=["Data Engineer"])
    url: str = Field(description="The role's page, for people.")
    family: str | None = Field(examples=["Data"])
    family_slug: str | None = Field(
        description="What finds the roles of this family, as the parameter family.", examples=["data"]
    )
    seniority: str | None = Field(examples=["Senior"])
    seniority_slug: str | None = Field(description="What finds the roles at this level.", examples=["senior"])
    summary: str | None
    status: Status
    replaced_by: Successor | None = Field(
        description="The role that takes its place, if there is one that you may see."
    )
    updated_at: datetime
    top_capabilities: list[TopCapability] = Field(
        description="The few that are asked for at the highest level."
    )


# Not stated by default, so that they are neither required nor null: they are absent unless asked for.
RoleItem: type[BaseModel] = create_model(
    "RoleItem",
    __base__=RoleInShort,
    __doc__="A role in short, and what of it was asked for with expand.",
    **{  # type: ignore[call-overload]
        name: (RoleDetail.model_fields[name].annotation, Field(default_factory=lambda: None))
        for name in EXPANSIONS
    },
)
