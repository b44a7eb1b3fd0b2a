"""What is sent to change a role: the fields of its document, and those that an answer adds.

Statements are those of `api.schemas.roles` with everything optional that a document need not say. So what
`GET` answers can be sent back as it is.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints

from api.pagination import Parameters
from api.schemas.problems import Problem
from api.schemas.roles import RoleDetail, Source, Stated, Status

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$"),
]

READ_ONLY = "Made by the catalogue: leave it out, or send it as it was read."


class Reason(Parameters):
    """Why something is changed."""

    reason: Line = Field(description="Why, for those who read the history.")


class Sent(BaseModel):
    """Something with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class StatementBody(Sent):
    """Something that the role is to state."""

    anchor: str | None = Field(None, description=READ_ONLY)


class IdentifierBody(StatementBody):
    """What the role is known by elsewhere."""

    scheme: str = Field(examples=["role-code"])
    value: str = Field(examples=["DATA4002"])


class PropertyBody(StatementBody):
    """A named fact with any number of values."""

    name: str
    values: list[str] = []


class ResponsibilityBody(StatementBody):
    """What the role answers for; name or text is needed."""

    name: str | None = None
    text: str | None = None
    success_metric: str | None = None
    primary: bool = False
    group: str | None = Field(None, description="The heading that it is grouped under.")


class CapabilityBody(StatementBody):
    """What a holder of the role can do, and how well."""

    name: str
    level: str | None = Field(None, description="The catalogue ranks Novice to Expert.")
    detail: str | None = None


class ArtifactBody(StatementBody):
    """Something that the role makes or looks after."""

    name: str
    type: str | None = None


class InteractionBody(StatementBody):
    """What the role does with a partner."""

    kind: str
    partner: str = Field(description="The partner's name; the catalogue finds the role that it means.")
    frequency: str | None = None
    notes: str | None = None
    link: str | None = Field(None, description="Where the partner's name leads in the document.")
    role: str | None = Field(None, description=READ_ONLY)


class VariationBody(StatementBody):
    """A named kind of the role, or a manner in which its agent can speak; name or text is needed."""

    name: str | None = None
    text: str | None = None


class DailyTaskBody(StatementBody):
    """Something done on an average day; name or text is needed."""

    time: str | None = None
    name: str | None = None
    text: str | None = None


class MemberBody(StatementBody):
    """A role that this one, a squad, is composed of."""

    role_code: str
    count: int | None = Field(None, description="How many people hold it there.")
    role: str | None = Field(None, description=READ_ONLY)


class PhraseBody(StatementBody):
    """Something that the agent would say, without quotation marks."""

    label: str | None = None
    text: str


class McpServerBody(StatementBody):
    """A tool server that the agent should be given."""

    name: str
    url: str | None = None
    purpose: str | None = None


class AgentBody(Sent):
    """The AI agent that stands in for the role."""

    name: str | None = None
    system_prompt: str | None = None
    personalities: list[VariationBody] = []
    example_phrases: list[PhraseBody] = []
    mcp_servers: list[McpServerBody] = []
    knowledge: list[str] = []


class SectionBody(StatementBody):
    """Text that fits none of the other fields, kept word for word."""

    heading: str | None = None
    level: Literal[2, 3] = 2
    text: str = ""
    position: str = Field("", description="The known section that it stands in or after; empty before all.")


class SuccessorBody(Sent):
    """The role that is to take the place of this one."""

    slug: str
    name: str | None = Field(None, description=READ_ONLY)
    url: str | None = Field(None, description=READ_ONLY)


class RoleBody(Sent):
    """What a role is to say. A field of the document that is left out is null or empty then.

    `status` and `replaced_by` are no part of the document: left out, they stay as they are.
    """

    slug: str | None = Field(
        None, description="Another one renames the role; left out, it is that of the address."
    )
    name: str
    identifiers: list[IdentifierBody] = []
    aliases: list[str] = []
    tags: list[str] = []
    extra: dict[str, Stated] = {}
    family: str | None = None
    seniority: str | None = None
    mission: str | None = None
    summary: str | None = None
    description: str | None = None
    properties: list[PropertyBody] = []
    responsibilities: list[ResponsibilityBody] = []
    capabilities: list[CapabilityBody] = []
    artifacts: list[ArtifactBody] = []
    interactions: list[InteractionBody] = []
    variations: list[VariationBody] = []
    daily_tasks: list[DailyTaskBody] = []
    metrics: list[str] = []
    principles: list[str] = []
    members: list[MemberBody] = []
    agent: AgentBody | None = None
    sections: list[SectionBody] = []

    status: Status | None = Field(None, description="Left out, it stays; a new role is a draft.")
    replaced_by: SuccessorBody | None = Field(
        None, description="The role that takes its place; null for none. Left out, it stays."
    )
    url: str | None = Field(None, description=READ_ONLY)
    revision: int | None = Field(None, description=READ_ONLY)
    updated_at: str | None = Field(None, description=READ_ONLY)
    owner: str | None = Field(None, description=READ_ONLY)
    sources: list[Source] | None = Field(None, description=READ_ONLY)
    anchors: dict[str, str] | None = Field(None, description=READ_ONLY)


class RolePatch(Sent):
    """What is to change in a role, as a JSON Merge Patch (RFC 7396) of what `GET` answers.

    Null takes a field away; a list is replaced as a whole; what is left out stays.
    """

    slug: str | None = None
    name: str | None = None
    identifiers: list[IdentifierBody] | None = None
    aliases: list[str] | None = None
    tags: list[str] | None = None
    extra: dict[str, Stated | None] | None = None
    family: str | None = None
    seniority: str | None = None
    mission: str | None = None
    summary: str | None = None
    description: str | None = None
    properties: list[PropertyBody] | None = None
    responsibilities: list[ResponsibilityBody] | None = None
    capabilities: list[CapabilityBody] | None = None
    artifacts: list[ArtifactBody] | None = None
    interactions: list[InteractionBody] | None = None
    variations: list[VariationBody] | None = None
    daily_tasks: list[DailyTaskBody] | None = None
    metrics: list[str] | None = None
    principles: list[str] | None = None
    members: list[MemberBody] | None = None
    agent: AgentBody | None = None
    sections: list[SectionBody] | None = None
    status: Status | None = None
    replaced_by: SuccessorBody | None = None


def _as_it_is(value: Any) -> Any:
    return value


RoleSent = Annotated[Any, PlainValidator(_as_it_is, json_schema_input_type=RoleBody)]
"""A role as it was sent: it is checked against the rules of documents, which know all of its faults."""

PatchSent = Annotated[Any, PlainValidator(_as_it_is, json_schema_input_type=RolePatch)]


class StaleRole(Problem):
    """Somebody changed the role in the meantime, or it is there already."""

    current: RoleDetail | None = Field(
        None, description="What GET answers now; the ETag of that is the one of this answer."
    )
